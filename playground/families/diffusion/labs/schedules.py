"""How much of the data is left at each time."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Panel
from playground.core.scene import Axes, Paths, Scene

from ..drawing import Answer, Pictures

PROCESSES = (
    ("ddpm", "linear"),
    ("ddpm", "cosine"),
    ("ddpm", "sigmoid"),
    ("subvp", ""),
    ("linear", ""),
    ("trigonometric", ""),
)
"""What is compared as schedules; the VP SDE lies on the first, and of the VE SDE a is 1."""
ROLES = ("data", "generated", "gradient", "truth", "field", "neutral")
"""Of each of them."""


def panel(config: Config) -> Panel:
    return Panel(
        "schedules",
        N_("Schedules"),
        N_("How much of the data is left at each time, for every process there is here."),
        (),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    t, a, s = (answer[name].astype(np.float64) for name in ("t", "a", "s"))
    log_snr = np.clip(2 * np.log(np.maximum(a, 1e-9) / s), -12, 12)
    titles = (
        N_("DDPM, linear"),
        N_("DDPM, cosine"),
        N_("DDPM, sigmoid"),
        N_("sub-VP SDE"),
        N_("rectified flow (straight)"),
        N_("trigonometric"),
    )
    words = N_(
        "[data:DDPM, linear] (the VP SDE lies on it), [generated:DDPM, cosine], [gradient:DDPM, sigmoid], "
        "[truth:sub-VP], [field:straight], [neutral:trigonometric]. VE never takes data away: its a is 1."
    )

    def graph(rows: np.ndarray, low: float, high: float, title: str) -> Scene:
        layers = tuple(
            Paths(name=f"{i}", title=name, role=role, xy=np.stack([t, row], 1)[None].astype(np.float32))
            for i, (name, role, row) in enumerate(zip(titles, ROLES, rows, strict=True))
        )
        return Scene(layers, legend=words, words=words, extent=(0.0, 1.0, low, high), axes=Axes(N_("time t"), title))

    return (
        (N_("Signal left"), graph(a**2, 0.0, 1.02, "a²")),
        (N_("Signal-to-noise ratio"), graph(log_snr, -12.0, 12.0, "log a²/s²")),
    )
