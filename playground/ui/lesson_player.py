"""A lesson on top of the pages: `?lesson=NAME&at=3`. The strip shows a step; this makes the page what the step says."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from playground.classroom import catalogue
from playground.classroom.catalogue import Listed
from playground.classroom.goals import sentence as asks
from playground.classroom.lesson import LessonStep
from playground.classroom.markdown import to_html
from playground.core.config import specs
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_, Translate, translator
from playground.core.registry import FAMILIES
from playground.core.resources import PAGES
from playground.engine.text_store import TextStore, shortened

from . import link
from .actions import choose
from .browser_part import bootstrap
from .lesson_tabs import PARAMETER as TAB

LESSON, AT, ROOM = "lesson", "at", "room"
"""Parameters of the address: which lesson, which step (from 1, as people count), the code of a room."""
OPEN, OF_FILE, DRAFT, MOVES = "open lesson", "lesson of a file", "lesson draft", "lesson moves"
"""In the session: (name, step from 0) of the lesson that goes on."""
STRINGS = {
    "failed": N_("The lesson could not be loaded. Reload the page to try again."),
    "lesson": N_("Lesson"),
    "leave": N_("Leave the lesson"),
    "fold": N_("Less"),
    "unfold": N_("More"),
    "back": N_("Back"),
    "next": N_("Next"),
    "finished": N_("This was the last step"),
    "return": N_("Back to the lesson"),
    "elsewhere": N_("You have left the place of this step. Look around; the lesson waits."),
    "step_of": N_("Step {step} of {count}: {title}"),
    "question": N_("Question"),
    "your_answer": N_("Your answer"),
    "answer": N_("Answer"),
    "answer_again": N_("Change the answer"),
    "answer_first": N_("First answer the question above, or skip it."),
    "skip": N_("Skip"),
    "reveal": N_("Show the answer"),
    "predict": N_("Predict first; then let it train and see."),
    "predict_room": N_("Your teacher sees that you have answered, and shows the answers of all without names."),
    "answered": N_("Now let it train and see, then show the answer."),
    "answered_room": N_("Answered. You may change it until your teacher shows the right answer."),
    "revealed": N_("This is the answer."),
    "correct": N_("You were right."),
    "not_correct": N_("It came out otherwise."),
    "place": N_("A place in the picture: click it, or move the ring with the arrow keys"),
    "sketch": N_("A curve over the steps: draw it, or move along it and up and down with the arrow keys"),
    "sketch_at": N_("step {step}: {value}"),
    "paused": N_("Your teacher has paused all screens. Look up, please."),
    "who_sees": N_("Who sees what?"),
    "sees_named": N_(
        "Your teacher and the projector see your name, your picture, your step and whether you have answered. Nobody "
        "sees what you answered; what the class answered is shown without names."
    ),
    "sees_anonymous": N_(
        "Names are hidden: your teacher and the projector see your alias, your picture, your step and whether you have "
        "answered. Nobody sees what you answered; what the class answered is shown without names."
    ),
    "room_here": N_("Room {code}: you are {name}; {here} are here."),
    "room_teacher": N_("Room {code}: you teach; {here} are here. Your steps move everyone."),
    "broadcast": N_("Show my run on every screen"),
    "broadcast_end": N_("End the broadcast of my run"),
    "votes": N_("Show the answers of the class"),
    "votes_hide": N_("Hide the answers of the class"),
    "reveal_all": N_("Show the right answer"),
    "room_lost": N_("The connection to the room is lost; it comes back by itself."),
    "room_kicked": N_("Your teacher has sent you out of the room."),
    "room_closed": N_("The room is closed. The lesson goes on without it."),
    "room_replaced": N_("You are in this room in another tab now."),
    "room_unknown": N_("This browser is not in this room yet: join it on the page Classroom."),
    "at_step_short": N_("step {step}"),
}


@dataclass(frozen=True)
class Place:
    """Where a visitor is in a lesson."""

    name: str
    at: int


def current(page: str, lang: str) -> tuple[Listed, int] | None:
    """The lesson of the address, or the one that this visitor has left for another page; None: there is none."""
    asked = st.query_params.get(LESSON)
    kept: Place | None = st.session_state.get(OPEN)
    name = asked or (kept.name if kept else None)
    if name is None:
        return None
    try:
        found = _named(name, lang)
    except UserError as refusal:
        if asked:
            translate = translator(lang)
            st.warning(refusal.sentence(translate, markdown))
        st.session_state.pop(OPEN, None)
        return None
    number = st.query_params.get(AT, "")
    at = int(number) - 1 if asked and number.isdecimal() and len(number) < 4 else (kept.at if kept else 0)
    return found, min(max(at, 0), len(found.lesson.steps) - 1)


def _named(name: str, lang: str) -> Listed:
    """A lesson of the catalogue, of the link, or of the file that this visitor opened."""
    of_file = st.session_state.get(OF_FILE)
    return Listed(name, of_file) if name == "file" and of_file is not None else catalogue.named(name, lang)


def strip(page: str, lang: str) -> None:
    """The strip of the visitor's lesson, if there is one, above the page `page`."""
    found = current(page, lang)
    if found is None:
        return
    listed, at = found
    before: Place | None = st.session_state.get(OPEN)
    opened = before is None or before.name != listed.name
    st.session_state[OPEN] = Place(listed.name, at)
    if opened:
        _open(listed, at, page, lang)
    for text in listed.lesson.texts.values():
        TextStore().shorten(text)
    translate = translator(lang)
    if opened:
        for refusal in listed.left_out:
            st.info(refusal.sentence(translate, markdown))
    room = st.session_state["room code"] = _room().get(ROOM)
    link.write(LESSON, {LESSON: listed.name})
    link.write(AT, {AT: str(at + 1)})
    key = "lesson strip"

    def moved() -> None:
        asked = st.session_state[key].get("at")
        if isinstance(asked, int | float) and 0 <= int(asked) < len(listed.lesson.steps):
            go(listed, int(asked), page, lang)

    def left() -> None:
        for name in (OPEN, "room code"):
            st.session_state.pop(name, None)
        for name in (LESSON, AT, ROOM):
            st.query_params.pop(name, None)

    def visited() -> None:
        """The teacher's run is on every screen: it is on another page."""
        asked = st.session_state[key].get("visit")
        family, run = (asked.get(name) for name in ("family", "run")) if isinstance(asked, Mapping) else ("", "")
        if family in FAMILIES and link.RUN_ID.fullmatch(str(run)):
            marks = {LESSON: listed.name, AT: str(at + 1), "lang": lang}
            st.switch_page(PAGES / f"{family}.py", query_params={**marks, "run": str(run)})

    mounted = component("playground_lesson", js=bootstrap("lesson/mount.js"), isolate_styles=False)
    with st.container(key="lesson-strip"):
        mounted(
            key=key,
            on_at_change=moved,
            on_leave_change=left,
            on_visit_change=visited,
            data={
                "name": listed.name,
                "lang": lang,
                "page": page,
                "at": at,
                "moves": st.session_state.get(MOVES, 0),
                "lesson": described(listed, lang),
                "room": {"code": room} if room else None,
                "strings": {name: translate(text) for name, text in STRINGS.items()},
            },
        )


def _open(listed: Listed, at: int, page: str, lang: str) -> None:
    """A link may name only the lesson: then the step says what its page is to be, and which page."""
    step = listed.lesson.steps[at]
    if step.page != page:
        marks = {LESSON: listed.name, AT: str(at + 1), "lang": lang}
        st.switch_page(PAGES / f"{step.page}.py", query_params={**step.query, **marks, **_room()})
    if page in FAMILIES and not link.raw_settings(page):
        choose(page, **settings_of(step))
        opening = {name: value for name, value in step.query.items() if "." not in name}
        st.query_params.from_dict({**opening, **st.query_params.to_dict()})


def _room() -> dict[str, str]:
    room = st.query_params.get(ROOM) or st.session_state.get("room code")
    return {ROOM: room} if room else {}


def go(listed: Listed, at: int, page: str, lang: str) -> None:
    """From a callback: make the page what a step says, or open the step's page."""
    step = listed.lesson.steps[at]
    st.session_state[OPEN] = Place(listed.name, at)
    st.session_state[MOVES] = st.session_state.get(MOVES, 0) + 1
    marks = {LESSON: listed.name, AT: str(at + 1)}
    if step.page != page:
        st.switch_page(PAGES / f"{step.page}.py", query_params={**step.query, **marks, **_room(), "lang": lang})
    if step.page in FAMILIES:
        choose(step.page, **settings_of(step))
        _forget_tab(step.page, lang)
    others = {k: v for k, v in st.query_params.to_dict().items() if k not in (TAB, "step", "layers", "run", "pin")}
    opening = {k: v for k, v in step.query.items() if "." not in k}
    st.query_params.from_dict({**others, **opening, **marks})


def _forget_tab(page: str, lang: str) -> None:
    """From a callback: the open tab, and what is chosen in it, are those of the step's address."""
    for key in [key for key in st.session_state if str(key).startswith(f"{page} ask ") and str(key).endswith(lang)]:
        del st.session_state[key]
    st.session_state.pop(f"{page} parts {lang}", None)


def settings_of(step: LessonStep) -> dict[str, Any]:
    """All settings of a step's page; what cannot be understood is left at its default."""
    kind = FAMILIES[step.page].Config
    start = f"{step.page}."
    raw = {key.removeprefix(start): value for key, value in step.query.items() if key.startswith(start)}
    good, _ = link.parse_settings(kind, raw)
    return {s.name: good.get(s.name, s.default) for s in specs(kind)}


def allowed(family: str) -> set[str] | None:
    """The settings that the step of the visitor's lesson lets one change on the page of this family; None: all."""
    kept: Place | None = st.session_state.get(OPEN)
    if kept is None:
        return None
    try:
        steps = _named(kept.name, st.session_state.get("lang", "en")).lesson.steps
    except UserError:
        return None
    step = steps[min(kept.at, len(steps) - 1)]
    if step.page != family or step.controls == "all":
        return None
    return set() if step.controls == "none" else set(step.controls)


def described(listed: Listed, lang: str) -> dict[str, Any]:
    """The lesson as the browser gets it."""
    lesson, translate = listed.lesson, translator(lang)
    return {"title": lesson.title, "steps": [_step(step, translate) for step in lesson.steps]}


def _step(step: LessonStep, translate: Translate) -> dict[str, Any]:
    kind = FAMILIES[step.page].Config if step.page in FAMILIES else None
    words = asks(step.goal, step.page, translate, settings_of(step) if kind else None)
    goal = {**step.goal.model_dump(exclude_none=True), "sentence": words}
    opening = link.opening_of(step.query)
    return {
        "title": step.title,
        "html": _html(step.text),
        "page": step.page,
        "config": shortened(kind, link.in_force(kind, settings_of(step))) if kind else {},
        "link": {"step": opening.step, "speed": opening.speed, "layers": opening.layers},
        "run": step.query.get("run"),
        "dials": step.dials,
        "goal": goal,
        "question": step.question.model_copy(update={"why": ""}).model_dump() if step.question else None,
        "why": _html(step.question.why) if step.question else "",
    }


@lru_cache(maxsize=512)
def _html(text: str) -> str:
    return to_html(text)
