"""The runs that a visitor has brought or made, each with a name of its own, as long as the visit lasts."""

from dataclasses import replace

import streamlit as st

from playground.core.foreign_text import one_line
from playground.core.i18n import Translate

from .runs import TITLES, Run, built_in

PLACE = "mmbench kept"
MOST_RUNS, MOST_FILES = 12, 3
"""Runs, and files of questions other than PlotBench, that a visit keeps: their pictures take memory."""
DECIDING = ("texts", "benchmark", "judge")
"""What makes a run another one."""
MOST_TITLE = 60
"""Characters."""


def kept() -> dict[str, Run]:
    """The runs by their ids, the oldest first."""
    return dict(st.session_state.get(PLACE, {}))


def keep(one: str, run: Run, translate: Translate) -> Run:
    """The run as it is kept under the id `one`, in the place of an earlier one with the same name: its title differs
    from every other. Old runs go where there are too many."""
    runs = kept()
    before = runs.get(one)
    if before is not None and all(getattr(before, name) is getattr(run, name) for name in DECIDING):
        return before
    title = before.title if before is not None else _free(run.title, runs, translate)
    runs[one] = replace(run, title=title)
    for old in list(runs):
        files = {id(other.benchmark) for other in runs.values() if other.benchmark is not built_in()}
        if old != one and (len(runs) > MOST_RUNS or len(files) > MOST_FILES):
            del runs[old]
    st.session_state[PLACE] = runs
    return runs[one]


def rename(one: str, title: str, translate: Translate) -> None:
    """Give a kept run another title; an empty one changes nothing."""
    runs = kept()
    if one in runs and title.strip():
        others = {name: run for name, run in runs.items() if name != one}
        runs[one] = replace(runs[one], title=_free(title, others, translate))
        st.session_state[PLACE] = runs


def _free(title: str, runs: dict[str, Run], translate: Translate) -> str:
    """The title in one line, with a number where it is taken."""
    title = one_line(title, MOST_TITLE)
    taken = {run.title for run in runs.values()} | set(TITLES.values()) | set(map(translate, TITLES.values()))
    number, free = 2, title
    while free in taken:
        free, number = f"{title} ({number})", number + 1
    return free
