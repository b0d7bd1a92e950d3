"""Scenes as Plotly figures, for what does not move: analysis, notebooks, export to HTML."""

from collections.abc import Callable, Iterable

import numpy as np
import plotly.graph_objects as go

from playground.core.scene import (
    Arrows,
    Bars,
    Contour,
    Heatmap,
    Images,
    Layer,
    Matrix,
    Mesh,
    Paths,
    Points,
    Scene,
    Text,
)
from playground.core.token_text import visible

from .at_moment import at_moment
from .layers import by_role, cap_lengths, parts_of, visible_layers
from .palette import PALETTES, Palette, Theme
from .plotly_axes import add_axes, add_units
from .plotly_tokens import add_links, add_tokens

Translate = Callable[[str], str]
FONT = '"Source Sans", "Source Sans Pro", sans-serif'  # what Streamlit's pages are set in
OPACITY_LEVELS = 6
"""Of the cells of a mesh."""
MOST_NAMES = 36
"""Of the rows or columns of a matrix: more would lie over each other."""


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
    parts = parts_of(visible, 1.0, 1 / 300)
    for layer in visible:
        if len(parts) > 1 and layer.name in parts:
            alone = go.Figure(layout=_layout(scene, palette, height))
            DRAWERS[layer.kind](alone, layer, palette, translate)
            _put(fig, alone, list(parts).index(layer.name) + 1, *parts[layer.name])
        else:
            DRAWERS[layer.kind](fig, layer, palette, translate)
    return fig


def _put(fig: go.Figure, alone: go.Figure, number: int, top: float, height: float) -> None:
    """The figure of one layer as part `number` of another, on axes of its own; its place in shares of the height."""
    suffix = "" if number == 1 else str(number)
    for trace in alone.data:
        trace.update(xaxis=f"x{suffix}", yaxis=f"y{suffix}")
        if getattr(trace, "colorbar", None) is not None and trace.showscale is not False:
            trace.colorbar.update(len=height, y=1 - top - height / 2)
        fig.add_trace(trace)
    across, down = alone.layout.xaxis.to_plotly_json(), alone.layout.yaxis.to_plotly_json()
    across |= {"anchor": f"y{suffix}"}
    down |= {"anchor": f"x{suffix}", "domain": [max(0.0, 1 - top - height), 1 - top]}
    if down.get("scaleanchor"):
        down["scaleanchor"] = f"x{suffix}"
    fig.update_layout({f"xaxis{suffix}": across, f"yaxis{suffix}": down})


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
        marker |= {"color": layer.values, "cmin": 0, "cmax": 1, "colorscale": _scale(palette.marks())}
    fig.add_scatter(x=layer.xy[:, 0], y=layer.xy[:, 1], mode="markers", marker=marker, **_common(layer, translate))


def _heatmap(fig: go.Figure, layer: Heatmap, palette: Palette, translate: Translate) -> None:
    scale = palette.diverging() if layer.scale == "diverging" else palette.ground(layer.role)
    ends = (
        {"tickvals": [layer.low, layer.high], "ticktext": [translate(t) for t in (layer.low_title, layer.high_title)]}
        if layer.low_title
        else {}
    )
    fig.add_heatmap(
        z=layer.values,
        zmin=layer.low,
        zmax=layer.high,
        colorscale=_scale(scale),
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


def _images(fig: go.Figure, layer: Images, palette: Palette, translate: Translate) -> None:
    for role, sheet in by_role(layer):
        fig.add_heatmap(
            z=sheet,
            zmin=0,
            zmax=1,
            colorscale=_scale(palette.sequential(role)),
            showscale=False,
            name=translate(layer.title),
        )
    _table_axes(fig)


def _bars(fig: go.Figure, layer: Bars, palette: Palette, translate: Translate) -> None:
    labels = [translate(label) for label in layer.labels]
    fig.add_bar(
        x=list(range(len(labels))),
        y=layer.values,
        name=translate(layer.title),
        showlegend=False,
        marker={"color": [palette[role] for role in layer.roles]},
    )
    for value, title in layer.guides:
        fig.add_hline(
            y=value,
            line={"dash": "dot", "width": 1, "color": palette.faint},
            annotation={"text": translate(title), "font": {"color": palette.faint}},
        )
    fig.update_xaxes(tickvals=list(range(len(labels))), ticktext=labels, range=[-0.5, len(labels) - 0.5])
    fig.update_yaxes(range=[layer.low, layer.high], scaleanchor=None, title=translate(layer.title))


def _matrix(fig: go.Figure, layer: Matrix, palette: Palette, translate: Translate) -> None:
    rows, columns = layer.values.shape
    fig.add_heatmap(
        z=layer.values,
        zmin=layer.low,
        zmax=layer.high,
        colorscale=_scale(palette.sequential(layer.role)),
        name=translate(layer.title),
        colorbar={"thickness": 10, "outlinewidth": 0},
    )
    _table_axes(fig)
    for titles, count, update, more in (
        (layer.rows, rows, fig.update_yaxes, {}),
        (layer.columns, columns, fig.update_xaxes, {"side": "top"}),
    ):
        names = [translate(text) if text.strip() else visible(text) for text in titles]
        every = -(-count // MOST_NAMES)
        if names:
            update(visible=True, tickvals=list(range(0, count, every)), ticktext=names[::every], **more)
    if layer.rows and layer.columns:
        down, along = (np.array(texts, object) for texts in (layer.rows, layer.columns))
        about = np.stack(np.broadcast_arrays(down[:, None], along[None]), -1)  # (rows, columns, 2)
        fig.update_traces(
            customdata=about,
            hovertemplate="%{customdata[0]} (%{y}), %{customdata[1]} (%{x}): %{z:.3~g}<extra></extra>",
            selector={"name": translate(layer.title), "type": "heatmap"},
        )


def _table_axes(fig: go.Figure) -> None:
    """Row 0 on top, cells square."""
    fig.update_xaxes(visible=False, range=None)
    fig.update_yaxes(visible=False, range=None, autorange="reversed", scaleanchor="x")


def _text(fig: go.Figure, layer: Text, palette: Palette, translate: Translate) -> None:
    fig.add_annotation(
        text=translate(layer.text).format(**layer.values),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 20, "color": palette[layer.role]},
    )


def _scale(colours: tuple[str, str, str]) -> list[tuple[float, str]]:
    return list(zip((0.0, 0.5, 1.0), colours, strict=True))


DRAWERS = {
    "points": _points,
    "heatmap": _heatmap,
    "contour": _contour,
    "arrows": _arrows,
    "paths": _paths,
    "mesh": _mesh,
    "images": _images,
    "bars": _bars,
    "matrix": _matrix,
    "text": _text,
    "tokens": add_tokens,
    "links": add_links,
}
