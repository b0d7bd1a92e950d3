"""Layers that fill a Plotly figure: images, bars, matrices, text."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go

from playground.core.foreign_text import html
from playground.core.i18n import fill
from playground.core.scene import Bars, Images, Matrix, Text
from playground.core.token_text import visible

from .layers import by_role
from .palette import Palette

Translate = Callable[[str], str]
NAME = 14
"""Pixels from the name of one row to that of another, at least."""


def add_images(fig: go.Figure, layer: Images, palette: Palette, translate: Translate) -> None:
    for role, sheet in by_role(layer):
        fig.add_heatmap(
            z=sheet,
            zmin=0,
            zmax=1,
            colorscale=scale(palette.sequential(role)),
            showscale=False,
            name=translate(layer.title),
        )
    _table_axes(fig)


def add_bars(fig: go.Figure, layer: Bars, palette: Palette, translate: Translate) -> None:
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


def add_matrix(fig: go.Figure, layer: Matrix, palette: Palette, translate: Translate) -> None:
    rows, columns = layer.values.shape
    fig.add_heatmap(
        z=layer.values,
        zmin=layer.low,
        zmax=layer.high,
        colorscale=scale(palette.sequential(layer.role)),
        name=translate(layer.title),
        colorbar={"thickness": 10, "outlinewidth": 0},
    )
    _table_axes(fig)
    fig.update_xaxes(side="top")
    for titles, count, update in ((layer.rows, rows, fig.update_yaxes), (layer.columns, columns, fig.update_xaxes)):
        names = [html(translate(text) if text.strip() else visible(text)) for text in titles]
        every = -(-count * NAME // fig.layout.height)
        if names:
            update(visible=True, tickvals=list(range(0, count, every)), ticktext=names[::every])
    if layer.rows and layer.columns:
        down, along = (np.array([*map(html, texts)], object) for texts in (layer.rows, layer.columns))
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


def add_text(fig: go.Figure, layer: Text, palette: Palette, translate: Translate) -> None:
    fig.add_annotation(
        text=fill(translate(layer.text), **layer.values),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": 20, "color": palette[layer.role]},
    )


def scale(colours: tuple[str, str, str]) -> list[tuple[float, str]]:
    return list(zip((0.0, 0.5, 1.0), colours, strict=True))
