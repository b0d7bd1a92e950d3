"""Tabs of which only the open one is drawn, and choices within them; both stand in the address (`tab=ask.noise`)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

import streamlit as st

from playground.core.i18n import Translate

from . import link

PARAMETER = "tab"
Draw = Callable[[], None]


class Tabbed(Protocol):
    """What a page says of itself: a `Lesson` does, and the arena."""

    @property
    def family(self) -> str: ...

    @property
    def lang(self) -> str: ...

    @property
    def translate(self) -> Translate: ...


@st.fragment
def lazy_tabs(lesson: Tabbed, parts: Mapping[str, tuple[str, Draw]], first: str) -> None:
    """Tabs: name -> (title, function that draws it); `first` is open if the address names none.

    Only the open tab is drawn: a chart library that the browser has to read before anybody asked for
    it would hold up the stage by a second or two.
    """
    titles = {name: lesson.translate(title) for name, (title, _) in parts.items()}
    key, last = f"{lesson.family} parts {lesson.lang}", f"{lesson.family} part"
    asked = _asked()[0]
    if key not in st.session_state or (link.went_back() and asked in parts):
        st.session_state[key] = titles[_first_of((asked, st.session_state.get(last), first), titles)]
    tabs = st.tabs(list(titles.values()), on_change="rerun", key=key)
    for tab, (name, (_, show)) in zip(tabs, parts.items(), strict=True):
        with tab:
            if tab.open:
                st.session_state[last] = name
                if _asked()[0] != name:
                    _write(name if name != next(iter(parts)) else "")
                show()


def one_of(lesson: Tabbed, part: str, label: str, titles: Mapping[str, str]) -> str:
    """Buttons of which one is chosen, within the tab `part`; `titles`: name -> message id. The name that is chosen."""
    key, last = f"{lesson.family} {part} {' '.join(titles)} {lesson.lang}", f"{lesson.family} {part}"
    first, asked = next(iter(titles)), _asked()[1] if _asked()[0] == part else ""
    if key not in st.session_state or (link.went_back() and asked in titles):
        st.session_state[key] = _first_of((asked, st.session_state.get(last), first), titles)
    st.pills(
        lesson.translate(label),
        list(titles),
        key=key,
        required=True,
        format_func=lambda name: lesson.translate(titles[name]),
        label_visibility="collapsed",
    )
    chosen = st.session_state[last] = str(st.session_state[key])
    if (asked or first) != chosen:
        _write(part if chosen == first else f"{part}.{chosen}")
    return chosen


def _first_of(names: Iterable[str | None], known: Mapping[str, str]) -> str:
    return next(name for name in names if name is not None and name in known)


def _asked() -> tuple[str, str]:
    """The tab in the address, and what is chosen in it."""
    part, _, chosen = st.query_params.get(PARAMETER, "").partition(".")
    return part, chosen


def _write(value: str) -> None:
    link.write(PARAMETER, {PARAMETER: value} if value else {})
