"""Axes of Plotly figures: titles and numbers of graphs, and the units of a person's own data."""

from collections.abc import Callable

import plotly.graph_objects as go

from playground.core.foreign_text import html
from playground.core.scene import Axes, Scene
from playground.core.units import Units

from .graph import ticks
from .palette import Palette

Translate = Callable[[str], str]


def add_axes(fig: go.Figure, scene: Scene, axes: Axes, palette: Palette, translate: Translate) -> None:
    """Axes of a graph: titles, a light grid, numbers that undo the logarithms."""
    x0, x1, y0, y1 = scene.extent
    for update, title, low, high, log in (
        (fig.update_xaxes, axes.x, x0, x1, axes.log_x),
        (fig.update_yaxes, axes.y, y0, y1, axes.log_y),
    ):
        numbers = ticks(low, high, log)
        update(
            title=translate(title) if title else None,
            showgrid=True,
            gridcolor=palette.line,
            scaleanchor=None,
            tickvals=[at for at, _ in numbers],
            ticktext=[text for _, text in numbers],
        )


def add_units(fig: go.Figure, scene: Scene, units: Units) -> None:
    """Numbers along the edges in the person's units."""
    x0, x1, y0, y1 = scene.extent
    for axis, (update, low, high) in enumerate(((fig.update_xaxes, x0, x1), (fig.update_yaxes, y0, y1))):
        center, scale = units.center[axis], units.scale[axis]
        numbers = ticks(center + scale * low, center + scale * high, False)
        update(
            title=html(units.names[axis]) or None,
            tickvals=[(at - center) / scale for at, _ in numbers],
            ticktext=[text for _, text in numbers],
        )
