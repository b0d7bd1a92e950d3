"""A class's answers and results as a table. Aliases only: the file tells nobody's name."""

import csv
import io

from playground.core import foreign_text
from playground.core.i18n import Translate

from . import aliases
from .questions import Answer, Question
from .room import Room


def table(room: Room, translate: Translate) -> bytes:
    """A row for each answer: alias, step, question, answer, and the right answer where it was shown."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["member", "step", "question", "answer", "right_answer"])
    for member in room.present:
        for at, given in sorted(member.answers.items()):
            question = room.question(at)
            right = room.revealed.get(at)
            shown = "" if right is None else _words(question, right)
            who = aliases.alias(member.alias, translate)
            writer.writerow(
                [foreign_text.cell(c) for c in (who, str(at + 1), question.text, _words(question, given), shown)]
            )
    return out.getvalue().encode()


def _words(question: Question, answer: Answer) -> str:
    if question.kind == "choice" and isinstance(answer, int):
        return question.options[answer]
    return " ".join(f"{v:g}" for v in answer) if isinstance(answer, list) else f"{answer:g}"
