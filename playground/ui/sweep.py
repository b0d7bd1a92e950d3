"""The grid of sweeps on a page: which settings span it, and the small laboratory in which its cells train."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from playground.core.config import Config, Setting, parse, specs
from playground.core.errors import UserError
from playground.core.foreign_text import markdown
from playground.core.i18n import N_
from playground.engine.limits import Limits
from playground.engine.text_store import shortened

from . import link
from .browser_part import bootstrap
from .lesson import Lesson
from .widgets import one_two_five, powers_of_two

STRINGS = {
    "failed": N_("The grid could not be loaded. Reload the page to try again."),
    "grid": N_("Grid of sweeps"),
    "start": N_("Train {count} side by side"),
    "pause": N_("Pause all"),
    "go_on": N_("Go on with all"),
    "count": N_("{count:cell|cells}, {playing} in training."),
    "ended": N_("Ended: {count}."),
    "lost": N_("The connection was lost and is being restored; your runs are kept."),
    "open_cell": N_("Open this cell as a full run"),
    "scored": N_("{title} {value} (floor {floor})"),
    "step": N_("step {step}"),
    "over": N_("ended"),
    "table": N_("Scores of all cells"),
    "table_help": N_(
        "Small figures: the score of a perfect model on the same number of samples. Click a column header to sort by "
        "it; click a cell's name to open it as a full run."
    ),
    "cell": N_("Cell"),
    "column_step": N_("Steps"),
    "column_ms": N_("ms per step"),
    "column_parameters": N_("Parameters"),
    "csv": N_("Download the table (CSV)"),
}
"""The grid's own words: key -> message id, translated here and sent with the data."""
NOT_SWEPT = ("execution", "device")
"""Settings about which there is nothing to see."""
LINK_PREFIX = "grid."
"""Of the parameters in the address that hold the grid."""


def grid_of_sweeps(lesson: Lesson, proposed: Mapping[str, Sequence[Any]]) -> None:
    """Choose one or two settings and their values; every combination trains, the rest as in the sidebar.

    `proposed`: setting -> values of the grid that a visitor finds at first.
    """
    _ = lesson.translate
    st.markdown(
        _(
            N_(
                "Choose one or two settings and a few values of each. Every combination is trained side by side; the "
                "other settings are those of the sidebar."
            )
        )
    )
    kind = type(lesson.config)
    known = {spec.name: spec for spec in specs(kind) if spec.kind != "text" and spec.name not in NOT_SWEPT}
    kept = f"{lesson.family} grid"
    if kept not in st.session_state or link.went_back():
        for widget in [key for key in st.session_state if str(key).startswith(f"{kept} ")]:
            del st.session_state[widget]  # they would speak for what was chosen before
        st.session_state[kept] = from_link(kind, known, st.query_params) or {
            name: list(values) for name, values in proposed.items()
        }
    grid = _chosen(lesson, known, st.session_state[kept])
    st.session_state[kept] = grid
    link.write(LINK_PREFIX, to_link(grid, proposed))
    if (wrong := why_not(kind, grid, lesson.values)) is not None:
        st.warning(wrong.sentence(_, markdown))
        return
    mounted = component("playground_sweep", js=bootstrap("comparison/sweep.js"), isolate_styles=False)
    mounted(
        key=f"{lesson.family} grid of sweeps",
        data={
            "family": lesson.family,
            "lang": lesson.lang,
            "grid": grid,
            "config": {name: value for name, value in shortened(kind, lesson.values).items() if name not in grid},
            "strings": {name: _(text) for name, text in STRINGS.items()},
        },
    )


def opened_at_grid(family: str) -> bool:
    """Whether the page was opened at an address that holds a grid: then it is what the visitor came for."""
    return st.session_state.setdefault(
        f"{family} opened at grid", any(name.startswith(LINK_PREFIX) for name in st.query_params)
    )


def why_not(kind: type[Config], grid: Mapping[str, Sequence[Any]], values: Mapping[str, Any]) -> UserError | None:
    """Why this grid cannot be trained here, if it cannot."""
    for name, chosen in grid.items():
        if not chosen:
            return UserError(N_("Choose at least one value of every setting."))
        for value in chosen:
            try:
                parse(kind, {**values, name: value})
            except UserError as refusal:
                return refusal
    count, most = math.prod(len(chosen) for chosen in grid.values()), Limits.from_environment().cells
    if count > most:
        return UserError(
            N_(
                "These are {count:cell|cells}; the maximum here is {most}. Choose fewer values, or use the command "
                "line (python -m playground sweep), which takes any number."
            ),
            count=count,
            most=most,
        )
    return None


def to_link(grid: Mapping[str, Sequence[Any]], proposed: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """The part of an address that says which grid is chosen; nothing for the one that is proposed."""
    if {name: list(values) for name, values in proposed.items()} == dict(grid):
        return {}
    return {LINK_PREFIX + name: ",".join(map(link.as_text, values)) for name, values in grid.items()}


def from_link(kind: type[Config], known: Mapping[str, Setting], given: Mapping[str, str]) -> dict[str, list[Any]]:
    """The grid that an address holds; what cannot be understood of it is left out."""
    grid: dict[str, list[Any]] = {}
    for parameter, text in given.items():
        name = parameter.removeprefix(LINK_PREFIX)
        if parameter.startswith(LINK_PREFIX) and name in known and len(grid) < 2:
            grid[name] = parse_values(kind, name, text.split(",")[:64])
    return {name: values for name, values in grid.items() if values}


def parse_values(kind: type[Config], name: str, texts: Sequence[str]) -> list[Any]:
    """The values of a setting that these texts stand for, each once; without those that are none."""
    values = []
    for text in texts:
        try:
            values.append(getattr(parse(kind, {name: text.strip()}), name))
        except UserError:
            continue
    return list(dict.fromkeys(values))


def _chosen(lesson: Lesson, known: Mapping[str, Setting], grid: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """The widgets: two settings, the values of each; what they say now."""
    names = [*grid, None, None][:2]
    chosen: dict[str, list[Any]] = {}
    for number, column in enumerate(st.columns(2, gap="medium")):
        with column:
            name = _setting(lesson, known, number, names[number], without=next(iter(chosen), None))
            if name is not None:
                chosen[name] = _values(lesson, known[name], number, grid.get(name))
    return chosen


def _setting(
    lesson: Lesson, known: Mapping[str, Setting], number: int, name: str | None, without: str | None
) -> str | None:
    _ = lesson.translate
    options = [other for other in known if other != without]
    none = [] if number == 0 else [None]
    title = N_("Setting") if number == 0 else N_("Second setting")
    return st.selectbox(
        _(title),
        [*none, *options],
        index=[*none, *options].index(name) if name in options else 0,
        key=f"{lesson.family} grid setting {number} {lesson.lang} {without}",
        format_func=lambda other: _(N_("none")) if other is None else _(known[other].title),
    )


def _values(lesson: Lesson, spec: Setting, number: int, values: Sequence[Any] | None) -> list[Any]:
    _ = lesson.translate
    kind, title = type(lesson.config), lesson.translate(N_("Values"))
    key = f"{lesson.family} grid values {number} {spec.name} {lesson.lang}"
    if spec.kind in ("choice", "bool"):
        options = list(spec.offered()) or [False, True]
        titles = (
            {False: _(N_("off")), True: _(N_("on"))}
            if spec.kind == "bool"
            else {value: _(spec.options.get(value, str(value))) for value in options}
        )
        return st.multiselect(title, options, default=values or options[:2], key=key, format_func=titles.__getitem__)
    rungs = [link.as_text(value) for value in suggested_values(spec)]
    started = [link.as_text(value) for value in values or suggested_values(spec)[:2]]
    texts = st.multiselect(
        title,
        list(dict.fromkeys([*rungs, *started])),
        default=started,
        key=key,
        accept_new_options=True,
        help=_(N_("You can also type other numbers.")),
    )
    found = parse_values(kind, spec.name, texts)
    if len(found) < len(texts):
        st.caption(_(N_("Some of these values are not allowed for this setting and are left out.")))
    return found


def suggested_values(spec: Setting) -> list[Any]:
    """A few values of a number to choose from: around its default, by factors where that suits it."""
    if spec.name == "seed":
        return list(range(8))
    if spec.log:
        ladder = powers_of_two(spec) if spec.kind == "int" else one_two_five(spec)
        near = sorted(ladder, key=lambda value: abs(math.log((value + 1e-12) / (spec.default + 1e-12))))[:8]
        return sorted({*near, spec.default})
    low, high = spec.bounds
    if spec.kind == "int":
        return list(range(int(low), min(int(high), int(low) + 11) + 1))
    return sorted({spec.default, *(round(low + share * (high - low), 4) for share in (0, 0.25, 0.5, 0.75, 1))})
