"""Figures that take turns under a slider: the frames of a run, or the moments of a trajectory."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from playground.core.scene import Scene

from .palette import PALETTES, Theme
from .plotly import figure


def slider_figure(figures: Sequence[tuple[str, go.Figure]], theme: Theme = "light", title: str = "") -> go.Figure:
    """One figure that shows the last of these (name, figure), and each of them as its slider is moved.

    All must have the same traces in the same order, as `figure` makes them of scenes with the same layers.
    `title`: what is written before the name of the one shown.
    """
    last: Any = figures[-1][1]
    fig = go.Figure(last)
    fig.data = ()
    fig.add_traces([_short(trace) for trace in last.data])
    places, names = list(range(len(last.data))), [str(number) for number in range(len(figures))]
    fig.frames = [
        go.Frame(
            name=name,
            data=[_short(trace) for trace in one.data],
            traces=places,
            layout={"annotations": one.layout.annotations},
        )
        for name, (_, one) in zip(names, figures, strict=True)
    ]
    once = {"mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}
    steps = [
        {"label": label, "value": label, "method": "animate", "args": [[name], once]}
        for name, (label, _) in zip(names, figures, strict=True)
    ]
    fig.update_layout(
        sliders=[
            {
                "steps": steps,
                "active": len(steps) - 1,
                "pad": {"t": 40},
                "ticklen": 0,
                "font": {"color": PALETTES[theme].faint},
                "currentvalue": {"font": {"size": 15}, "prefix": f"{title}: " if title else ""},
            }
        ],
        paper_bgcolor=PALETTES[theme].paper,
        margin={"b": 90},
    )
    return fig


def trajectory_figure(
    scene: Scene,
    theme: Theme = "light",
    translate: Callable[[str], str] = str,
    layers: Iterable[str] | None = None,
    height: int = 560,
) -> go.Figure:
    """A scene with a trajectory as a figure with a slider along it, which stands at its end."""
    trajectory, names = scene.trajectory, None if layers is None else list(layers)
    if trajectory is None:
        raise ValueError("the scene has no trajectory")
    marks = [
        translate(label) if label else f"{moment:g}"
        for moment, label in zip(trajectory.moments, trajectory.labels, strict=True)
    ]
    return slider_figure(
        [
            (mark, figure(scene, theme, translate, names, height, moment))
            for mark, moment in zip(marks, trajectory.moments, strict=True)
        ],
        theme,
        translate(trajectory.title),
    )


def _short(trace: Any) -> dict[str, Any]:
    """The trace with its numbers in single precision: half the bytes, more than a screen can show."""
    plain = trace.to_plotly_json()
    for name in ("x", "y", "z"):
        value = plain.get(name)
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            plain[name] = value.astype(np.float32)
    return plain
