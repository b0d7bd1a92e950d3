"""A class on a page: the way in, the teacher's console, the projector's view. All of it talks on the rooms' socket."""

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import segno
import streamlit as st
from streamlit.components.v2 import component

from playground.classroom import catalogue
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate
from playground.core.resources import PAGES

from .browser_part import bootstrap
from .lesson_player import AT, LESSON, ROOM

JOIN_STRINGS = {
    "failed": N_("This part of the page could not be loaded. Reload the page to try again."),
    "code": N_("Code"),
    "name": N_("Name (you may leave it out)"),
    "alias": N_("an alias is given to you"),
    "join": N_("Join"),
}
STRINGS = {
    "failed": JOIN_STRINGS["failed"],
    "console": N_("Console of the room"),
    "lost": N_("The connection to the room is lost; it comes back by itself."),
    "no_token": N_("This browser does not have the key of this room. Open its link again, or open a new room."),
    "closed": N_("The room is closed. Everything in it is deleted."),
    "qr": N_("QR code of the way into this room"),
    "step": N_("Step of the lesson"),
    "back": N_("Back"),
    "next": N_("Next"),
    "let_go": N_("Let everyone go at their own pace"),
    "take_along": N_("Take everyone along"),
    "paused": N_("Pause all screens"),
    "paused_end": N_("End the pause"),
    "anonymous": N_("Hide names"),
    "anonymous_end": N_("Show names"),
    "locked": N_("Lock the door"),
    "locked_end": N_("Unlock the door"),
    "votes": N_("Show the answers of the class"),
    "votes_hide": N_("Hide the answers of the class"),
    "reveal": N_("Show the right answer"),
    "sees_nothing": N_("Nobody sees the answers yet, neither do you. Everyone sees that you wait for them."),
    "sees_votes": N_("Everyone sees how the class answered, without names; nobody sees the right answer."),
    "sees_right": N_("Everyone sees the right answer. Answers cannot be changed any more."),
    "my_stage": N_("My stage"),
    "as_student": N_("Join as a student, to see what they see"),
    "stop_broadcast": N_("End the broadcast of my run"),
    "results": N_("Answers as a table"),
    "coteacher": N_("Link for a co-teacher"),
    "coteacher_link": N_("Copied. Who opens this link has this console, too:"),
    "projector": N_("Link for the projector"),
    "projector_link": N_("Copied. Who opens this link sees the wall, and can change nothing:"),
    "close_room": N_("Close the room"),
    "close_sure": N_("Close the room? Everything in it is deleted."),
    "kick_sure": N_("Send this member out of the room?"),
    "nobody": N_("Nobody is here yet. Show the code."),
    "wall_step": N_("step {at} of the lesson · {step:training step|training steps}"),
    "away": N_("away"),
    "has_answered": N_("answered"),
    "pick": N_("Keep"),
    "kick": N_("Send out"),
    "sort": N_("Sort by"),
    "sort_joined": N_("joining"),
    "sort_name": N_("name"),
    "sort_step": N_("step"),
    "sort_score": N_("score"),
    "sort_answered": N_("not answered first"),
    "answered_of": N_("Answered: {answered} of {count}."),
    "picks": N_("Kept moments"),
    "present": N_("Present side by side"),
    "present_end": N_("End the presentation"),
    "earlier": N_("Earlier"),
    "remove": N_("Remove"),
}


def join(lang: str, translate: Translate) -> None:
    """Code and name; who has joined goes to the lesson."""
    key = "join a class"

    def joined() -> None:
        code = str(st.session_state[key].get("joined") or "")
        go_to_room(code, lang)

    mounted = component("playground_join", js=bootstrap("room/join.js"), isolate_styles=False)
    mounted(
        key=key,
        on_joined_change=joined,
        data={
            "lang": lang,
            "code": st.query_params.get("code", "")[:5].upper(),
            "strings": {name: translate(text) for name, text in JOIN_STRINGS.items()},
        },
    )


def go_to_room(code: str, lang: str) -> None:
    """From a callback: open the lesson of a room as its member."""
    name = f"room-{code}"
    try:
        step = catalogue.named(name, lang).lesson.steps[0]
    except UserError:
        return
    for kept in ("open lesson", "room code"):
        st.session_state.pop(kept, None)
    marks = {LESSON: name, AT: "1", ROOM: code, "lang": lang}
    st.switch_page(PAGES / f"{step.page}.py", query_params={**step.query, **marks})


def console(
    lang: str, translate: Translate, opened: str | None, code: str | None, on_open: Callable[[str], None]
) -> None:
    """The console of the room `code`, or of a new one with the lesson `opened`; `on_open` is called, as a Streamlit
    callback, with the code of a new one."""
    key = "console"

    def known() -> None:
        on_open(str(st.session_state[key].get("opened") or ""))

    def closed() -> None:
        on_open("")

    address = _join_address(code, lang) if code else ""
    mounted = component("playground_console", js=bootstrap("room/console.js"), isolate_styles=False)
    mounted(
        key=key,
        on_opened_change=known,
        on_closed_change=closed,
        data={
            "lang": lang,
            "open": opened,
            "code": code,
            "projector": st.query_params.get("view") == "projector",
            "join": address,
            "qr": qr(address) if address else "",
            "page": _lesson_address(code, lang) if code else "",
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )


def qr(text: str) -> str:
    """A QR code as the address of a picture (SVG)."""
    return segno.make(text, error="m").svg_data_uri(scale=4, border=2, dark="#000", light="#fff")


def _join_address(code: str, lang: str) -> str:
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode({'code': code, 'lang': lang})}"


def _lesson_address(code: str, lang: str) -> str:
    """The page of the lesson's first step, for the teacher's own stage."""
    try:
        step = catalogue.named(f"room-{code}", lang).lesson.steps[0]
    except UserError:
        return ""
    query: Mapping[str, str] = {**step.query, LESSON: f"room-{code}", "lang": lang}
    return f"{'' if step.page == 'home' else step.page}?{urlencode(query)}"
