"""Scenes as Plotly figures, for what does not move: analysis, notebooks, export to HTML."""

from collections.abc import Callable, Iterable

import numpy as np
import plotly.graph_objects as go

from playground.core.scene import (
    Arrows,
    Contour,
    Heatmap,
    Layer,
    Mesh,
    Paths,
    Points,
    Scene,
)

from .at_moment import at_moment
from .layers import cap_lengths, parts_of, visible_layers
from .palette import PALETTES, Palette, Theme
from .plotly_axes import add_axes, add_units
from .plotly_parts import put
from .plotly_ribbons import add_ribbons
from .plotly_tables import add_bars, add_images, add_matrix, add_text, scale
from .plotly_tokens import add_links, add_tokens

Translate = Callable[[str], str]
FONT = '"Source Sans", "Source Sans Pro", sans-serif'  # what Streamlit's pages are set in
OPACITY_LEVELS = 6
"""Of the cells of a mesh."""


def figure(
    scene: Scene,
    theme: Theme = "light",
    translate: Translate = str,
    layers: Iterable[str] | None = None,
    height: int = 460,
    moment: float | None = None,
) -> go.Figure:
    """The scene's layers on their fixed axes: those switched on at first, or those named in `layers`; at a moment
    of its trajectory (None: its end)."""
    palette, scene = PALETTES[theme], at_moment(scene, moment)
    fig = go.Figure(layout=_layout(scene, palette, height))
    if scene.axes:
        add_axes(fig, scene, scene.axes, palette, translate)
    elif scene.units:
        add_units(fig, scene, scene.units)
    visible = visible_layers(scene, layers)
    parts = parts_of(visible, 1.0, 1 / 300, scene.stacked)
    beside = len(parts) < len(visible) and scene.stacked < 1  # then the first axes are those of the other layers
    if beside:
        fig.update_xaxes(visible=False)
        fig.update_yaxes(visible=False)
    for layer in visible:
        if layer.name in parts and (len(parts) > 1 or beside):
            alone = go.Figure(layout=_layout(scene, palette, round(height * parts[layer.name][1])))
            DRAWERS[layer.kind](alone.update_layout(width=height), layer, palette, translate)
            put(fig, alone, list(parts).index(layer.name) + 1 + beside, *parts[layer.name])
        else:
            DRAWERS[layer.kind](fig, layer, palette, translate)
    return fig


def _layout(scene: Scene, palette: Palette, height: int) -> go.Layout:
    x0, x1, y0, y1 = scene.extent
    axis = {
        "showgrid": False,
        "zeroline": False,
        "linecolor": palette.line,
        "mirror": True,
        "ticks": "outside",
        "tickcolor": palette.line,
        "constrain": "domain",
        "automargin": True,
    }
    return go.Layout(
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        font={"color": palette.ink, "family": FONT},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
        xaxis={**axis, "range": [x0, x1]},
        yaxis={**axis, "range": [y0, y1], "scaleanchor": "x"},
    )


def _common(layer: Layer, translate: Translate) -> dict:
    return {"name": translate(layer.title), "showlegend": True}


def _points(fig: go.Figure, layer: Points, palette: Palette, translate: Translate) -> None:
    marker: dict = {"size": layer.size * 1.4, "line": {"width": 0.5, "color": palette.paper}}
    if layer.values is None:
        marker["color"] = palette[layer.role]
    elif layer.kinds:
        marker["color"] = [palette.kinds[round(v * (len(layer.kinds) - 1))] for v in layer.values.tolist()]
    else:
        marker |= {"color": layer.values, "cmin": 0, "cmax": 1, "colorscale": scale(palette.marks())}
    fig.add_scatter(x=layer.xy[:, 0], y=layer.xy[:, 1], mode="markers", marker=marker, **_common(layer, translate))


def _heatmap(fig: go.Figure, layer: Heatmap, palette: Palette, translate: Translate) -> None:
    colours = palette.diverging() if layer.scale == "diverging" else palette.ground(layer.role)
    ends = (
        {"tickvals": [layer.low, layer.high], "ticktext": [translate(t) for t in (layer.low_title, layer.high_title)]}
        if layer.low_title
        else {}
    )
    fig.add_heatmap(
        z=layer.values,
        zmin=layer.low,
        zmax=layer.high,
        colorscale=scale(colours),
        zsmooth="best",
        colorbar={"title": translate(layer.title), "thickness": 10, "outlinewidth": 0, **ends},
        **_nodes(layer),
        name=translate(layer.title),
    )


def _contour(fig: go.Figure, layer: Contour, palette: Palette, translate: Translate) -> None:
    for index, level in enumerate(layer.levels):
        fig.add_contour(
            z=layer.values,
            **_nodes(layer),
            autocontour=False,
            showscale=False,
            hoverinfo="skip",
            contours={"start": level, "end": level, "size": 1, "coloring": "none"},
            line={"color": palette[layer.role], "width": 2},
            name=translate(layer.title),
            showlegend=index == 0,
            legendgroup=layer.name,
        )


def _nodes(layer: Heatmap | Contour) -> dict:
    """Where the values stand: at the nodes of a grid, the edges of the extent included."""
    x0, x1, y0, y1 = layer.extent
    rows, columns = layer.values.shape
    return {"x": np.linspace(x0, x1, columns), "y": np.linspace(y0, y1, rows)}


def _arrows(fig: go.Figure, layer: Arrows, palette: Palette, translate: Translate) -> None:
    x0, x1 = fig.layout.xaxis.range
    tails = np.asarray(layer.xy, float)  # (n, 2)
    shafts = cap_lengths(np.asarray(layer.uv, float) * layer.length, (x1 - x0) / 10)
    heads = tails + shafts
    barbs = [shafts @ np.array([[c, s], [-s, c]]) * 0.3 for c, s in ((-0.87, 0.5), (-0.87, -0.5))]
    gap = np.full_like(tails, np.nan)
    lines = np.stack([tails, heads, gap, heads + barbs[0], heads, heads + barbs[1], gap], 1).reshape(-1, 2)
    _line(fig, lines, layer, palette, translate, width=1.4)


def _paths(fig: go.Figure, layer: Paths, palette: Palette, translate: Translate) -> None:
    gap = np.full((len(layer.xy), 1, 2), np.nan)
    lines = np.concatenate([layer.xy, gap], 1).reshape(-1, 2)
    _line(fig, lines, layer, palette, translate, width=1.0)


def _mesh(fig: go.Figure, layer: Mesh, palette: Palette, translate: Translate) -> None:
    a, b, c, d = (layer.xy[:-1, :-1], layer.xy[:-1, 1:], layer.xy[1:, 1:], layer.xy[1:, :-1])
    corners = np.stack([a, b, c, d, a, np.full_like(a, np.nan)], 2)  # (rows - 1, columns - 1, 6, 2)
    levels = np.ceil(np.clip(layer.weights, 0, 1) * OPACITY_LEVELS).astype(int)
    for level in range(OPACITY_LEVELS, 0, -1):  # always one trace for each opacity: slides keep their traces
        cells = corners[levels == level].reshape(-1, 2)
        cells = cells if len(cells) else np.full((1, 2), np.nan)
        fig.add_scatter(
            x=cells[:, 0],
            y=cells[:, 1],
            fill="toself",
            mode="lines",
            opacity=level / OPACITY_LEVELS,
            fillcolor=palette[layer.role],
            line={"width": 0.4, "color": palette[layer.role]},
            hoverinfo="skip",
            legendgroup=layer.name,
            name=translate(layer.title),
            showlegend=level == OPACITY_LEVELS,
        )


def _line(fig: go.Figure, xy: np.ndarray, layer: Layer, palette: Palette, translate: Translate, width: float) -> None:
    fig.add_scatter(
        x=xy[:, 0],
        y=xy[:, 1],
        mode="lines",
        hoverinfo="skip",
        connectgaps=False,
        line={"color": palette[layer.role], "width": width},
        **_common(layer, translate),
    )


DRAWERS = {
    "points": _points,
    "heatmap": _heatmap,
    "contour": _contour,
    "arrows": _arrows,
    "paths": _paths,
    "mesh": _mesh,
    "images": add_images,
    "bars": add_bars,
    "matrix": add_matrix,
    "text": add_text,
    "tokens": add_tokens,
    "links": add_links,
    "ribbons": add_ribbons,
}
