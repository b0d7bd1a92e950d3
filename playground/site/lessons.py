"""A lesson as a page without a server has it: which recording each step shows, what only the app can do, and the right
answers, computed beforehand from the recordings."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from playground.classroom.catalogue import Listed
from playground.classroom.lesson import LessonStep
from playground.classroom.questions import Number, Option, Question
from playground.core.config import parse
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate, translator
from playground.core.registry import FAMILIES
from playground.engine.recording import Recording
from playground.live.truths import of_recording
from playground.ui.lesson_player import AT, LESSON, described, settings_of
from playground.ui.link import in_force

from .recordings import find

TRAINING = N_("No training with these settings is recorded here: the app trains it while you watch.")
FURTHER = N_("The recorded training ends before that step: the app trains on.")
OTHER_PAGE = N_("This step is on another page of the app.")
BELOW = N_("This step uses what stands below the stage in the app.")
BY_GOAL = {
    "panel": N_("This step asks the living model, which only the app has."),
    "setting": N_("This step changes a setting, and that takes another training: the app does it."),
    "fork": N_("This step changes the past of a training: the app trains it anew from there."),
    "seek": N_("This step goes back in a training of your own, which only the app has."),
}
"""Kinds of goals that no recording can reach -> why."""
OPEN = N_("Open this step in the app")


@dataclass
class SiteLesson:
    """A lesson in one language. `data`: what its page gives the browser."""

    name: str
    lang: str
    title: str
    minutes: int
    data: dict[str, Any]
    recordings: dict[str, Recording] = field(default_factory=dict)
    in_app: list[int] = field(default_factory=list)
    """Numbers of the steps, from 1, of which something needs the app."""

    @property
    def path(self) -> str:
        return f"lessons/{self.name}.{self.lang}.html"


def prepare(listed: Listed, lang: str, app: str) -> SiteLesson:
    """A lesson for its page. `app`: the address of the app, "" if there is none to link to."""
    translate, lesson = translator(lang), listed.lesson
    told = described(listed, lang)
    found = SiteLesson(listed.name, lang, lesson.title, lesson.minutes, {})
    index: dict[str, dict[str, Any]] = {}
    for number, (step, shown) in enumerate(zip(lesson.steps, told["steps"], strict=True), 1):
        recording = recording_of(step)
        if recording is not None:
            found.recordings[recording.name] = recording
            name = recording.name
            index.setdefault(name, {"name": name, "family": step.page, "config": shown["config"]})
        shown["recording"] = recording.name if recording is not None else None
        why, reachable = needs(step, recording)
        if why:
            found.in_app.append(number)
        if not reachable:
            shown["goal"] = {"kind": "visit", "sentence": ""}
        shown["needs"] = _needs(why, listed.name, number, lang, app, translate)
        if step.question is not None:
            known = answer(step.question, recording)
            shown["question"] = None if known is None else shown["question"] | known
    found.data = {"name": listed.name, "lang": lang, "lesson": told, "recordings": list(index.values())}
    return found


def recording_of(step: LessonStep) -> Recording | None:
    """The shipped training with the settings of a step."""
    if step.page not in FAMILIES:
        return None
    kind = FAMILIES[step.page].Config
    try:
        return find(step.page, parse(kind, in_force(kind, settings_of(step))))
    except UserError:  # settings that do not go together: the app says why
        return None


def needs(step: LessonStep, recording: Recording | None) -> tuple[str, bool]:
    """Why a step needs the app, "" if it does not; and whether its goal can be reached without."""
    goal = step.goal
    if step.page not in FAMILIES:
        return ("" if step.page == "home" else OTHER_PAGE), goal.kind == "visit"
    if recording is None:
        return TRAINING, goal.kind == "visit"
    if goal.kind in BY_GOAL:
        return BY_GOAL[goal.kind], False
    if goal.kind == "step" and goal.at_least > recording.step:
        return FURTHER, False
    return (BELOW if "tab" in step.query else ""), True


def _needs(why: str, name: str, number: int, lang: str, app: str, translate: Translate) -> dict[str, str]:
    """As the strip shows it: the reason, and the link to exactly this step of the app."""
    told = {"text": translate(why) if why else ""}
    if app:
        marks = urlencode({LESSON: name, AT: number, "lang": lang})
        told |= {"href": f"{app.rstrip('/')}/?{marks}", "link": translate(OPEN)}
    return told


def answer(question: Question, recording: Recording | None) -> dict[str, Any] | None:
    """What is added to a question, so that a page can reveal it: `right`, as a recording shows it; nothing where the
    author typed it. None: only a training that is not here would show it, and the question is left to the app."""
    if question.truth is None or isinstance(question.truth, Option | Number):
        return {}
    try:
        return {"right": of_recording(question, recording)} if recording is not None else None
    except UserError:
        return None
