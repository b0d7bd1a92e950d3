"""Tokens as a person types and reads them. No torch."""

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.token_text import SIGNS, visible
from playground.data.generators import generator
from playground.data.tokens.task import BLANK, FIRST, SEP, SPECIAL, SplitTask, TokenTask

from .frames import SHOWN_COUNT, prompt_length

MAX_TYPED = 200
"""Characters of a text that is typed."""
NAMED = 40
"""Tokens that a refusal names."""
LETTERS = {sign: chr(letter) for letter, sign in SIGNS.items() if chr(letter) in " \n"}
"""Signs that stand for a space and for a line break; in one line the latter cannot be typed."""


ALIASES = {">": SPECIAL[SEP], "_": SPECIAL[BLANK]}
"""Signs on every keyboard, where the data have no such token."""


def shown_rows(task: TokenTask, seed: int) -> np.ndarray:
    """The rows that every frame of a run shows: (8, dim) int64, of the validation part where there is one."""
    if not isinstance(task, SplitTask):
        return task.sample(SHOWN_COUNT, generator(seed, "shown")).astype(np.int64)
    rows = task.part("valid")
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(SHOWN_COUNT, len(rows))).astype(int))].astype(np.int64)


def written(task: TokenTask, ids: np.ndarray) -> str:
    """Ids (n,) as one would type them: words apart, letters not; line breaks as signs."""
    tokens = [task.vocabulary[number] for number in ids]
    if not task.source_length:
        return "".join(tokens).replace("\n", visible("\n"))
    return (" " if max(map(len, task.symbols)) > 1 else "").join(tokens)


def typed(task: TokenTask, text: str) -> np.ndarray:
    """The ids (n,) int64 of a text, as `written`: the longest token that fits, one after the other. In a task spaces
    only part tokens. `UserError` names what is none of the data's tokens."""
    known = {name: FIRST + i for i, name in enumerate(task.symbols)} | {name: i for i, name in enumerate(SPECIAL)}
    for alias, name in ALIASES.items():
        if task.source_length:
            known.setdefault(alias, known[name])
    longest, ids = max(map(len, known)), []
    if not task.source_length:
        for sign, letter in LETTERS.items():
            known.setdefault(sign, known.get(letter, -1))
        known = {name: number for name, number in known.items() if number >= 0}
    at = 0
    while at < len(text):
        if task.source_length and text[at].isspace():
            at += 1
            continue
        size = next((n for n in range(min(longest, len(text) - at), 0, -1) if text[at : at + n] in known), 0)
        if not size:
            raise UserError(
                N_("“{sign}” is no token of these data. Their tokens are: {tokens}."),
                sign=text[at:].split()[0][:20] if longest > 1 and task.source_length else text[at],
                tokens=_names(task),
            )
        ids.append(known[text[at : at + size]])
        at += size
    return np.array(ids, np.int64)


def _names(task: TokenTask) -> str:
    names = [visible(name) for name in (*task.symbols, *SPECIAL[1:])]
    return " ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")


def prompt(task: TokenTask, seed: int) -> str:
    """What is given of the first row that is shown, as one would type it."""
    return written(task, shown_rows(task, seed)[0, : prompt_length(task)])


def names(task: TokenTask, ids: np.ndarray) -> tuple[str, ...]:
    """Of ids (n,), as labels."""
    vocabulary = task.vocabulary
    return tuple(visible(vocabulary[int(number)]) for number in ids)
