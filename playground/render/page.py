"""A run as one HTML page that works without a network: its frames under a slider, and its curves.

Plotly's script is in the page (4.7 MB); what the run adds is a megabyte or two.
"""

import html
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from playground.core.i18n import fill
from playground.core.scene import Chart, Scene

from .palette import PALETTES, Theme
from .plotly import FONT, figure
from .plotly_slider import slider_figure, trajectory_figure

Translate = Callable[[str], str]
Curve = Sequence[tuple[int, Mapping[str, float]]]

FOLLOW_SCRIPT = """
const stage = document.getElementById("stage"), curves = document.getElementById("curves");
stage.on("plotly_sliderchange", ({ step }) => Plotly.relayout(curves,
  Object.fromEntries(curves.layout.shapes.flatMap((one, k) => one.name === "now"
    ? [[`shapes[${k}].x0`, step.value], [`shapes[${k}].x1`, step.value]] : []))));
"""
"""The line in the curves goes where the slider goes."""


def page(
    title: str,
    scenes: Sequence[tuple[int, Scene]],
    curve: Curve,
    charts: Sequence[Chart],
    settings: Mapping[str, Any],
    theme: Theme = "light",
    translate: Translate = str,
    lang: str = "en",
) -> str:
    """The whole HTML text for a run's (step, scene) pairs and the curve of its scalars and scores."""
    stage = _stage(scenes, theme, translate)
    curves = _curves(curve, charts, scenes[-1][0], theme, translate)
    options = {"full_html": False, "config": {"displaylogo": False, "responsive": True}, "auto_play": False}
    rows = "".join(
        f"<tr><th>{html.escape(str(name))}</th><td>{html.escape(str(value)[:80])}</td></tr>"
        for name, value in settings.items()
    )
    palette, last = PALETTES[theme], scenes[-1][1]
    legend = fill(translate(last.legend), **last.values)
    trajectory = (
        ""
        if last.trajectory is None
        else trajectory_figure(last, theme, translate).to_html(include_plotlyjs=False, div_id="trajectory", **options)
    )
    return (
        f'<!doctype html><html lang="{html.escape(lang)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>body{{margin:24px auto;max-width:1100px;padding:0 12px;"
        f"font:15px/1.5 {FONT};background:{palette.paper};color:{palette.ink}}}"
        "main{display:flex;flex-wrap:wrap;gap:16px}main>div{flex:1 1 440px;min-width:0}"
        "th{text-align:left;font-weight:500;padding-right:2em}</style></head><body>"
        f"<h1>{html.escape(title)}</h1><p>{_sentence(legend, theme)}</p><main>"
        f"<div>{stage.to_html(include_plotlyjs=True, div_id='stage', **options)}</div>"
        f"<div>{curves.to_html(include_plotlyjs=False, div_id='curves', **options)}</div>"
        f"{trajectory and f'<div>{trajectory}</div>'}</main>"
        f"<table>{rows}</table><script>{FOLLOW_SCRIPT}</script></body></html>"
    )


def _stage(scenes: Sequence[tuple[int, Scene]], theme: Theme, translate: Translate) -> go.Figure:
    figures = [(f"{step:,}", figure(scene, theme, translate, height=560)) for step, scene in scenes]
    fig = slider_figure(figures, theme)
    for one, (step, _) in zip(fig.layout.sliders[0].steps, scenes, strict=True):
        one.value = str(step)  # the script below reads it
    return fig


def _curves(curve: Curve, charts: Sequence[Chart], last: int, theme: Theme, translate: Translate) -> go.Figure:
    palette = PALETTES[theme]
    fig = make_subplots(
        len(charts),
        1,
        shared_xaxes=True,
        vertical_spacing=0.09,
        subplot_titles=[translate(chart.title) for chart in charts],
    )
    for row, chart in enumerate(charts, 1):
        for series in chart.series:
            points = [(step, values[series.metric]) for step, values in curve if series.metric in values]
            fig.add_scatter(
                x=[step for step, _ in points],
                y=[value for _, value in points],
                row=row,
                col=1,
                mode="lines",
                name=translate(series.title),
                line={"color": palette[series.role], "width": 1.5},
            )
        place: Any = {"row": row, "col": 1}  # plotly's own annotations know names only
        for value, _ in chart.guides:
            fig.add_hline(y=value, line={"dash": "dot", "width": 1, "color": palette.faint}, **place)
        fig.add_shape(
            type="line",
            name="now",
            x0=last,
            x1=last,
            y0=0,
            y1=1,
            row=row,
            col=1,
            yref=f"y{row if row > 1 else ''} domain",
            line={"width": 1, "color": palette.ink},
        )
        fig.update_yaxes(
            row=row,
            col=1,
            range=_bounds(chart),
            gridcolor=palette.line,
            type="log" if chart.log else "linear",
        )
    fig.update_xaxes(gridcolor=palette.line, range=[0, max(last, *(step for step, _ in curve), 10)], tickformat=",d")
    fig.update_layout(
        height=150 * len(charts) + 60,
        showlegend=False,
        margin={"l": 40, "r": 8, "t": 30, "b": 30},
        paper_bgcolor=palette.paper,
        plot_bgcolor=palette.paper,
        font={"color": palette.ink, "family": FONT},
    )
    return fig


def _bounds(chart: Chart) -> list[float | None] | None:
    """The ends of a chart's axis, as Plotly has them; None: from the numbers. What cannot be negative begins at 0."""
    bounds = [chart.low, chart.high]
    if bounds == [None, None] or chart.log:
        return None
    return bounds


def _sentence(legend: str, theme: Theme) -> str:
    """A legend whose [role:words] wear the colours of their roles."""
    return re.sub(
        r"\[(\w+):([^\]]+)\]",
        lambda found: f'<b style="color:{PALETTES[theme].roles.get(found[1], PALETTES[theme].ink)}">{found[2]}</b>',
        html.escape(legend),
    )
