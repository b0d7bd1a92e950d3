"""The same answers in the words of a talkative model: what depends on the extraction, and on nothing else."""

from collections.abc import Iterable, Mapping

from .question import Row

FORMS = (
    "{letter}",
    "The answer is {letter}.",
    "The answer is {text}.",
    "Answer: {letter}) {text}",
    "I choose {letter} because the picture shows it most clearly here.",
    "<answer>{letter}</answer>",
    "选{letter}",
    "A closer look shows: {text}",
)
"""Ways to say it, taken in turn."""


def reworded(rows: Iterable[Row], letters: Mapping[int, str | None]) -> dict[int, str]:
    """Index -> a sentence that says the letter or its option; rows without a readable letter say nothing readable."""
    texts = {}
    for place, row in enumerate(rows):
        if row.index in letters:
            letter = letters[row.index]
            known = letter is not None and letter in row.options
            form = FORMS[place % len(FORMS)]
            texts[row.index] = form.format(letter=letter, text=row.options[letter]) if known and letter else "?"
    return texts
