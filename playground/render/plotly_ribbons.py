"""Ribbons as Plotly figures: rows over time, coloured by class."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.core.foreign_text import html
from playground.core.scene import Ribbons

from .palette import Palette, mix
from .ribbon_segments import BACKGROUND, COLOURS, FAINT, axis_ticks, colour_of, marked, opacities, seen, segments

Translate = Callable[[str], str]
LEVELS = 6
"""Opacities of a colour."""
GAP = 0.26
"""Above a row, in heights of a row."""
MARGIN = 16
"""Pixels of a figure's edges, both together."""


def add_ribbons(fig: go.Figure, layer: Ribbons, palette: Palette, translate: Translate) -> None:
    """Always the same traces: cells, lines of the background, a veil over what is to come, the moment shown, marks, and
    one for each named class, for the legend."""
    rows, frames = layer.classes.shape
    _add_cells(fig, layer, palette, translate)
    middles = [row + (1 + GAP) / 2 for row in range(rows)]
    pieces = [
        part
        for row in range(rows)
        for start, stop, number in segments(layer.classes[row])
        if number == BACKGROUND
        for part in ((start, middles[row]), (stop, middles[row]), (np.nan, np.nan))
    ]
    _line(fig, pieces, mix(palette.paper, palette["neutral"], 0.5), 2)
    now = seen(layer)
    fig.add_scatter(
        x=[now, frames, frames, now],
        y=[0, 0, rows, rows],
        mode="none",
        fill="toself",
        fillcolor=palette.paper,
        opacity=FAINT,
        hoverinfo="skip",
        showlegend=False,
    )
    _line(fig, [(now, 0), (now, rows)], palette.ink, 1.5)
    places = np.array([(frame + 0.5, row + GAP / 2) for row, frame in marked(layer)] or [(np.nan, np.nan)])
    fig.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="markers",
        marker={"symbol": "triangle-down", "size": 8, "color": palette.ink},
        hoverinfo="skip",
        showlegend=False,
    )
    for number, name in enumerate(layer.names):
        if name:
            marker = {"symbol": "square" if number else "line-ew", "size": 10, "color": colour_of(number, palette)}
            marker["line"] = {"width": 2 * (not number), "color": colour_of(number, palette)}
            fig.add_scatter(x=[None], y=[None], mode="markers", marker=marker, name=translate(name), showlegend=True)
    whole = axis_ticks(layer, (fig.layout.width or fig.layout.height) - MARGIN)
    said = [translate(layer.time_title).format(seconds=text) if layer.seconds else text for _, text in whole]
    fig.update_xaxes(visible=True, range=[0, frames], tickvals=[at * frames for at, _ in whole], ticktext=said)
    titles = {"tickvals": middles, "ticktext": [translate(title) for title in layer.rows], "ticks": ""}
    fig.update_yaxes(visible=True, range=[rows, 0], scaleanchor=None, **titles)
    fig.update_xaxes(mirror=False, showline=False)
    fig.update_yaxes(mirror=False, showline=False)


def _add_cells(fig: go.Figure, layer: Ribbons, palette: Palette, translate: Translate) -> None:
    """A row is a line of cells below a gap; a cell's number names its colour and its opacity, 0 is the ground."""
    rows, frames = layer.classes.shape
    classes = np.asarray(layer.classes, int)
    levels = np.clip(np.ceil(opacities(layer) * LEVELS), 1, LEVELS).astype(int)
    codes = np.where(classes > BACKGROUND, (classes - 1) % COLOURS * LEVELS + levels, 0.0)
    shades = [palette.paper]
    for kind in range(COLOURS):
        shades += [mix(palette.paper, palette.kind(kind), (level + 1) / LEVELS) for level in range(LEVELS)]
    last = len(shades)
    cells, about = np.full((2 * rows, frames), np.nan), np.full((2 * rows, frames), "", object)
    cells[1::2] = np.where(classes >= BACKGROUND, codes, np.nan)
    for row, frame in np.argwhere(classes >= BACKGROUND).tolist():
        about[2 * row + 1, frame] = _about(layer, row, frame, translate)
    fig.add_heatmap(
        x=np.arange(frames + 1),  # edges
        y=np.stack([np.arange(rows), np.arange(rows) + GAP], 1).ravel().tolist() + [rows],
        z=cells,
        zmin=-0.5,
        zmax=last - 0.5,
        colorscale=[(edge / last, shade) for k, shade in enumerate(shades) for edge in (k, k + 1)],
        showscale=False,
        customdata=about,
        hoverongaps=False,
        hovertemplate="%{customdata}<extra></extra>",
        name=translate(layer.title),
    )


def _about(layer: Ribbons, row: int, frame: int, translate: Translate) -> str:
    """What is known of a frame: row, class and how sure, frame and second."""
    number = int(layer.classes[row, frame])
    name = layer.names[number] if number < len(layer.names) else ""
    sure = "" if layer.weights is None else f": {layer.weights[row, frame]:.2f}"
    place = translate(layer.frame_title).format(frame=frame + 1)
    if layer.seconds:
        place += f", {translate(layer.time_title).format(seconds=f'{frame * layer.seconds:.1f}')}"
    titles = [f"<b>{translate(layer.rows[row])}</b>"] if row < len(layer.rows) else []
    return "<br>".join([*titles, *([f"{html(translate(name))}{sure}"] if name else []), place])


def _line(fig: go.Figure, places: list[tuple[float, float]], colour: str, width: float) -> None:
    x, y = np.array(places or [(np.nan, np.nan)], float).T
    fig.add_scatter(x=x, y=y, mode="lines", line={"color": colour, "width": width}, hoverinfo="skip", showlegend=False)
