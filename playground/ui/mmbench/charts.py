"""The page's charts, as Plotly's plain dictionaries: colours of the house, no moving axes."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from playground.core.i18n import N_, Translate
from playground.evaluation.mmbench.intervals import wilson
from playground.render.palette import PALETTES, Palette

from ..gallery import theme

Chart = dict[str, Any]
FONT = '"Source Sans", "Source Sans Pro", sans-serif'
CONFIG = {"displayModeBar": False, "scrollZoom": False}


def palette() -> Palette:
    return PALETTES[theme()]


def show(chart: Chart, key: str, alt: str) -> None:
    """Draw a chart in the place that is open; `alt` says what it shows to who cannot see it."""
    st.plotly_chart(chart, key=key, theme=None, config=CONFIG, alt=alt)


def heading(text: str) -> None:
    """Of a part of a tab."""
    st.markdown(f"**{text}**")


def layout(height: int, **more: Any) -> dict[str, Any]:
    """What all charts share. Axes are fixed: a finger on a chart scrolls the page."""
    colours = palette()
    axis = {"gridcolor": colours.line, "zerolinecolor": colours.line, "fixedrange": True}
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colours.ink, "size": 12, "family": FONT},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "dragmode": False,
        "hoverlabel": {"bgcolor": colours.paper, "font": {"color": colours.ink}},
        **more,
        "xaxis": {**axis, "automargin": True, **more.get("xaxis", {})},
        "yaxis": {**axis, "automargin": True, **more.get("yaxis", {})},
    }


CATEGORIES = {"type": "category", "showgrid": False}
PERCENT = {"range": [0, 1.02], "tickformat": ".0%", "tickvals": [0, 0.25, 0.5, 0.75, 1]}


def whiskers(counts: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Wilson's intervals of shares (right, n), as Plotly's error bars."""
    up, down = [], []
    for right, n in counts:
        low, high = wilson(right, n)
        share = right / n if n else 0.0
        up.append(high - share)
        down.append(share - low)
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "color": palette().ink,
        "thickness": 1,
        "width": 4,
    }


def shares(counts: Sequence[tuple[int, int]]) -> list[float | None]:
    return [right / n if n else None for right, n in counts]


def bars(labels: Sequence[str], counts: Mapping[str, Sequence[tuple[int, int]]], height: int) -> Chart:
    """Horizontal bars of shares with Wilson's intervals; `counts`: name -> (right, n) of each label."""
    colours = (palette()["neutral"], palette()["data"])
    if len(counts) == 1:
        colours = colours[1:]
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
                "y": list(labels),
                "x": shares(pairs),
                "error_x": whiskers(pairs),
                "marker": {"color": colour},
                "customdata": [list(pair) for pair in pairs],
                "hovertemplate": "%{y}: %{x:.1%} (%{customdata[0]}/%{customdata[1]})<extra>" + name + "</extra>",
            }
            for (name, pairs), colour in zip(counts.items(), colours, strict=True)
        ],
        "layout": layout(height, xaxis=PERCENT, yaxis={"autorange": "reversed"}, bargap=0.3),
    }


def figure_of(share: float) -> str:
    """A share as percent, with one decimal place."""
    return f"{100 * share:.1f}"


def percent_of(share: float) -> str:
    """The same with its sign, from which no line break parts it."""
    return f"{figure_of(share)}\N{NO-BREAK SPACE}%"


def score_title(measure: str, translate: Translate) -> str:
    return translate(MEASURE_TITLES[measure])


MEASURE_TITLES = {
    "vanilla_0": N_("Vanilla: first pass"),
    "vanilla_all": N_("Vanilla: all passes"),
    "circular": N_("CircularEval: every pass"),
}
MEASURE_HELP = {
    "vanilla_0": N_("The share of questions that are right as they were written."),
    "vanilla_all": N_("The share of all rows, a question in a rotation of its options, that are right."),
    "circular": N_("The share of questions that are right in every rotation of their options."),
}
