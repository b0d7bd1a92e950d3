"""Predict, then reveal: a question that is answered before the run shows what happens, and where its answer is.

The right answer is computed from the run wherever it can be (see `truths`); an author types it only where no run
knows it.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .model import Model, Name

Text = Annotated[str, Field(min_length=1, max_length=400)]
Coordinate = Annotated[float, Field(ge=-10, le=10)]
SKETCH_POINTS = 64


class Option(Model):
    """The right answer is this option, counted from 0."""

    kind: Literal["option"]
    index: Annotated[int, Field(ge=0, le=11)]


class Number(Model):
    """The right answer is this number; what is `within` of it counts as right."""

    kind: Literal["number"]
    value: float
    within: Annotated[float, Field(ge=0)] = 0.0


class ScoreAt(Model):
    """The run's score or curve `name`, at a step (None: its newest)."""

    kind: Literal["score"]
    name: Name
    step: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    within: Annotated[float, Field(ge=0)] = 0.1
    """As a part of the value: what is as near as that counts as right."""


class FirstStep(Model):
    """The first step at which the run's score `name` is at least, or at most, so much."""

    kind: Literal["first"]
    name: Name
    at_least: float | None = None
    at_most: float | None = None
    within: Annotated[float, Field(ge=0)] = 0.25

    @model_validator(mode="after")
    def _one_bound(self) -> "FirstStep":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a score is to be at least or at most so much")
        return self


class Compared(Model):
    """Whether the run's score `name` went up, down, or stayed between two steps: options 0, 1 and 2."""

    kind: Literal["compared"]
    name: Name
    before: Annotated[int, Field(ge=0, le=1_000_000)]
    after: Annotated[int, Field(ge=0, le=1_000_000)]
    within: Annotated[float, Field(ge=0)] = 0.05


class BestOf(Model):
    """Which of the visitor's runs with these settings reaches the lowest, or highest, score `name`, or reaches a value
    first: option i is the run in which `setting` is `values[i]`."""

    kind: Literal["best"]
    setting: Name
    values: Annotated[list[bool | int | float | str], Field(min_length=2, max_length=6)]
    name: Name
    by: Literal["lowest", "highest", "first"]
    at_least: float | None = None


class FullestMode(Model):
    """The place, among the modes of the data, to which most samples of the newest frame belong."""

    kind: Literal["fullest_mode"]
    within: Annotated[float, Field(gt=0, le=6)] = 0.6


class Curve(Model):
    """The run's curve `name` over its steps so far."""

    kind: Literal["curve"]
    name: Name


Truth = Annotated[
    Option | Number | ScoreAt | FirstStep | Compared | BestOf | FullestMode | Curve,
    Field(discriminator="kind"),
]
ANSWERED_BY = {
    "choice": {"option", "compared", "best"},
    "number": {"number", "score", "first"},
    "place": {"fullest_mode"},
    "sketch": {"curve"},
}
"""Kinds of question -> the truths that can answer them."""


class Question(Model):
    """What is asked; `options` of a choice, bounds and unit of a number, bounds of both axes of a sketch."""

    kind: Literal["choice", "number", "place", "sketch"]
    text: Text
    options: Annotated[list[Annotated[str, Field(min_length=1, max_length=120)]], Field(max_length=6)] = []
    low: float = 0.0
    high: float = 1.0
    unit: Annotated[str, Field(max_length=20)] = ""
    steps: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """The end of a sketch's horizontal axis."""
    truth: Truth | None = None
    """None: an open question, which only the class answers."""
    why: Annotated[str, Field(max_length=1000)] = ""
    """Markdown, shown with the right answer."""

    @model_validator(mode="after")
    def _whole(self) -> "Question":
        if (self.kind == "choice") != (len(self.options) >= 2):
            raise ValueError("a choice has at least two options, and no other question has any")
        if self.kind in ("number", "sketch") and not self.low < self.high:
            raise ValueError("the lower bound is not below the upper one")
        if self.truth is not None and self.truth.kind not in ANSWERED_BY[self.kind]:
            raise ValueError(f"'{self.truth.kind}' cannot answer a question of kind '{self.kind}'")
        if isinstance(self.truth, Option) and self.truth.index >= len(self.options):
            raise ValueError("the right option does not exist")
        return self


Answer = (
    Annotated[int, Field(ge=0, le=11)]
    | float
    | Annotated[list[Coordinate], Field(min_length=2, max_length=2)]
    | Annotated[list[float], Field(min_length=3, max_length=SKETCH_POINTS)]
)
"""An option's index, a number, a place, or a sketch: heights at steps evenly spaced from 0 to `steps`."""


def checked(question: Question, answer: Answer) -> Answer | None:
    """The answer if it is one to this question, else None."""
    kind = question.kind
    if isinstance(answer, bool):  # Python counts them among the numbers
        return None
    if kind == "choice":
        return answer if isinstance(answer, int) and 0 <= answer < len(question.options) else None
    if kind == "number":
        return float(answer) if isinstance(answer, int | float) and question.low <= answer <= question.high else None
    if not isinstance(answer, list):
        return None
    if kind == "place":
        return answer if len(answer) == 2 else None
    return answer if len(answer) >= 3 and all(question.low <= v <= question.high for v in answer) else None
