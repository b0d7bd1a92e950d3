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

    All must have the same traces in the same order, as `figure` makes them of scenes with the same layers. Traces that
    are the same in all of them are kept once.
    `title`: what is written before the name of the one shown.
    """
    last: Any = figures[-1][1]
    fig = go.Figure(last)
    fig.data = ()
    drawn = [[_short(trace) for trace in one.data] for _, one in figures]
    fig.add_traces(drawn[-1])
    places = [k for k, trace in enumerate(drawn[-1]) if not all(_alike(trace, other[k]) for other in drawn)]
    names = [str(number) for number in range(len(figures))]
    fig.frames = [
        go.Frame(
            name=name,
            data=[traces[k] for k in places],
            traces=places,
            layout={"annotations": one.layout.annotations},
        )
        for name, traces, (_, one) in zip(names, drawn, figures, strict=True)
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


def _alike(a: Any, b: Any) -> bool:
    """Whether two traces, or parts of them, show the same; NaN is like NaN."""
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(_alike(a[name], b[name]) for name in a)
    if not isinstance(a, np.ndarray):
        return type(a) is type(b) and a == b
    if not isinstance(b, np.ndarray) or a.shape != b.shape or a.dtype != b.dtype:
        return False
    return bool(((a == b) | ((a != a) & (b != b))).all())
