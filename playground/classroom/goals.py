"""What a student does in a step of a lesson; the browser sees whether it is done.

Each kind has a sentence that asks for it, so that an author need not write one.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from playground.core.config import Config, parse, specs
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.core.registry import FAMILIES
from playground.data.in_words import value_text
from playground.metrics.scores import METRICS

from .model import Model, Name, Value


class Visit(Model):
    """Nothing but read and look."""

    kind: Literal["visit"] = "visit"


class Play(Model):
    """Let the model train."""

    kind: Literal["play"]


class Seek(Model):
    """Look at the past along the timeline."""

    kind: Literal["seek"]


class Fork(Model):
    """Change a setting in the past: the run forks."""

    kind: Literal["fork"]


class ReachStep(Model):
    """Train until the run has made so many steps."""

    kind: Literal["step"]
    at_least: Annotated[int, Field(ge=1, le=1_000_000)]


class SetTo(Model):
    """Give a setting of the page this value."""

    kind: Literal["setting"]
    name: Name
    value: Value


class Score(Model):
    """Reach a score of the run: at least, or at most, so much."""

    kind: Literal["score"]
    name: Name
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> "Score":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a score is to be at least or at most so much")
        return self


class Panel(Model):
    """Ask the model by the dials of a panel."""

    kind: Literal["panel"]
    name: Name


class Layer(Model):
    """Show or hide a layer of the picture."""

    kind: Literal["layer"]
    name: Name
    on: bool = True


Goal = Annotated[
    Visit | Play | Seek | Fork | ReachStep | SetTo | Score | Panel | Layer,
    Field(discriminator="kind"),
]

SENTENCES = {
    "visit": "",
    "play": N_("Press play."),
    "seek": N_("Drag the timeline back."),
    "fork": N_("Change a setting in the past: the run forks."),
}


def sentence(goal: Goal, page: str, translate: Translate, settings: Mapping[str, Any] | None = None) -> str:
    """What to do, for a student; empty where nothing is to be done. `settings`: the step's, on which it depends which
    scores and panels there are."""
    if isinstance(goal, ReachStep):
        return translate(N_("Train to step {step}.")).format(step=f"{goal.at_least:,}")
    if isinstance(goal, SetTo):
        return _setting(goal, page, translate)
    if isinstance(goal, Score):
        least = goal.at_least is not None
        words = (
            N_("Train until {score} is at least {value}.") if least else N_("Train until {score} is at most {value}.")
        )
        return translate(words).format(
            score=_score(goal.name, page, translate, settings), value=f"{goal.at_least if least else goal.at_most:g}"
        )
    if isinstance(goal, Panel):
        return translate(N_("Turn a dial of “{panel}”.")).format(panel=_panel(goal.name, page, translate, settings))
    if isinstance(goal, Layer):
        words = N_("Switch on “{layer}” in the legend.") if goal.on else N_("Switch off “{layer}” in the legend.")
        return translate(words).format(layer=goal.name)
    return translate(SENTENCES[goal.kind]) if SENTENCES[goal.kind] else ""


def _setting(goal: SetTo, page: str, translate: Translate) -> str:
    known = {spec.name: spec for spec in specs(FAMILIES[page].Config)} if page in FAMILIES else {}
    spec = known.get(goal.name)
    title = translate(spec.title) if spec else goal.name
    value = value_text(spec, goal.value, translate) if spec else str(goal.value)
    return translate(N_("Set {setting} to {value}.")).format(setting=title, value=value)


def _config(page: str, settings: Mapping[str, Any] | None) -> Config:
    """The settings of a step, or the defaults where these do not go together."""
    kind = FAMILIES[page].Config
    try:
        return parse(kind, settings or {})
    except UserError:
        return kind()


def _score(name: str, page: str, translate: Translate, settings: Mapping[str, Any] | None) -> str:
    """What a score is called: as all families call it, or as a chart does and the curve in it."""
    if name in METRICS:
        return translate(METRICS[name].title)
    if page in FAMILIES:
        for chart in FAMILIES[page].charts(_config(page, settings)):
            for series in chart.series:
                if series.metric == name:
                    return f"{translate(chart.title)} ({translate(series.title)})"
    return name


def _panel(name: str, page: str, translate: Translate, settings: Mapping[str, Any] | None) -> str:
    if page in FAMILIES:
        for panel in FAMILIES[page].panels(_config(page, settings)):
            if panel.name == name:
                return translate(panel.title)
    return name
