"""How far back gradients reach, and how far back the model finds what it needs."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Points, Role, Scene

from ...config import TransformerConfig
from .curves import curve, figure, reach_of

RIVALS: dict[str, tuple[str, Role]] = {
    "transformer": ("Transformer", "field"),
    "lstm": ("LSTM", "generated"),
    "gru": ("GRU", "truth"),
    "rnn": ("RNN", "gradient"),
}
SMALLEST = 1e-12
"""Shorter gradients are drawn as if they were so long."""


def panel(config: TransformerConfig) -> Panel:
    return Panel(
        "reach",
        N_("How far back?"),
        N_(
            "The length of the gradient of an answer by the tokens before it. Where it vanishes, nothing is learned "
            "from so far back. Attention has a direct path to every token; a recurrent network passes every state."
        ),
        (),
    )


def draw(arrays: Arrays, values: Values, config: TransformerConfig) -> PanelScenes:
    found = [
        (N_("This model: before training and now"), _now(arrays)),
        (N_("Before training, with as many parameters"), _rivals(arrays)),
    ]
    if arrays.get("distances", np.empty(0)).size > 1:
        found.append((N_("Accuracy by distance"), _accuracy(arrays)))
    return tuple(found)


def _curves(lines: Mapping[str, tuple[str, Role, np.ndarray]]) -> tuple[Paths, ...]:
    found = (
        curve(name, title, role, np.arange(len(y)), np.maximum(y, SMALLEST), log_y=True)
        for name, (title, role, y) in lines.items()
    )
    return tuple(line for line in found if line is not None)


def _graph(lines: tuple[Paths, ...], legend: str, told: dict[str, str]) -> Scene:
    return Scene(
        lines,
        extent=(0.0, max(1.0, reach_of(lines, 0, 0)[1]), *reach_of(lines, 1)),
        axes=Axes(N_("tokens back"), N_("length of the gradient"), log_y=True),
        legend=legend,
        words=legend,
        values=told,
    )


def _now(a: Arrays) -> Scene:
    lines = _curves(
        {
            "initial": (N_("before training"), "neutral", a["initial"]),
            "now": (N_("now"), "field", a["now"]),
        }
    )
    far = int(np.flatnonzero(np.isfinite(a["now"])).max())
    legend = N_(
        "The gradient of this model [neutral:before training] and [field:now]. {far:token|tokens} back it has length "
        "{now}; it began with {initial}."
    )
    return _graph(lines, legend, {"far": str(far), **{name: figure(a[name][far]) for name in ("now", "initial")}})


def _rivals(a: Arrays) -> Scene:
    whole: dict[str, tuple[str, Role, np.ndarray]] = {
        name: (title, role, a[f"initial_{name}"]) for name, (title, role) in RIVALS.items()
    }
    far = int(np.flatnonzero(np.isfinite(a["initial_transformer"])).max())
    legend = N_(
        "[field:Transformer], [generated:LSTM], [truth:GRU] and [gradient:RNN], {far:token|tokens} back: "
        "{transformer}, {lstm}, {gru} and {rnn}."
    )
    return _graph(_curves(whole), legend, {"far": str(far), **{n: figure(y[far]) for n, (_, _, y) in whole.items()}})


def _accuracy(a: Arrays) -> Scene:
    distances, accuracy = a["distances"], a["accuracy"]
    line = curve("line", N_("accuracy"), "field", distances, accuracy)
    dots = np.stack([distances, accuracy], 1).astype(np.float32)
    points = Points(name="judged", title=N_("accuracy"), role="field", size=7.0, xy=dots)
    near, far = int(distances.argmin()), int(distances.argmax())
    legend = N_(
        "The share of correct answers, by how many tokens back the token stands that they repeat: {near} percent at "
        "{least}, {far} percent at {most}."
    )
    return Scene(
        (points,) if line is None else (line, points),
        extent=(0.0, 1.05 * float(distances.max()) + 1, 0.0, 1.05),
        axes=Axes(N_("tokens back"), N_("accuracy")),
        legend=legend,
        words=legend,
        values={
            "near": f"{100 * accuracy[near]:.0f}",
            "far": f"{100 * accuracy[far]:.0f}",
            "least": f"{distances[near]:g}",
            "most": f"{distances[far]:g}",
        },
    )
