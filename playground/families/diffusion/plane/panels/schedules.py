"""The signal that is left at each time, for every process."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Paths, Role, Scene

from ...config import PROCESS_TITLES, DiffusionConfig

SCHEDULES: Mapping[tuple[str, str], tuple[str, Role]] = {
    ("ddpm", "linear"): (N_("DDPM, linear"), "data"),
    ("ddpm", "cosine"): (N_("DDPM, cosine"), "generated"),
    ("ddpm", "sigmoid"): (N_("DDPM, sigmoid"), "gradient"),
    ("subvp", ""): (PROCESS_TITLES["subvp"], "truth"),
    ("linear", ""): (PROCESS_TITLES["linear"], "field"),
    ("trigonometric", ""): (PROCESS_TITLES["trigonometric"], "neutral"),
}
"""Process and schedule: title and role. The VP SDE is nearly the first; in the VE SDE a is always 1."""


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "schedules",
        N_("Schedules"),
        N_("The share of the data that is left at each time, for all processes."),
        (),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    t, a, s = (data[name].astype(np.float64) for name in ("t", "a", "s"))
    log_snr = np.clip(2 * np.log(np.maximum(a, 1e-9) / s), -12, 12)
    words = N_(
        "[data:DDPM, linear] (nearly the VP SDE), [generated:DDPM, cosine], [gradient:DDPM, sigmoid], [truth:sub-VP], "
        "[field:straight], [neutral:trigonometric]. In the VE SDE a is always 1."
    )

    def graph(rows: np.ndarray, low: float, high: float, title: str) -> Scene:
        layers = tuple(
            Paths(name=f"{i}", title=name, role=role, xy=np.stack([t, row], 1)[None].astype(np.float32))
            for i, ((name, role), row) in enumerate(zip(SCHEDULES.values(), rows, strict=True))
        )
        return Scene(layers, legend=words, words=words, extent=(0.0, 1.0, low, high), axes=Axes(N_("time t"), title))

    return (
        (N_("Signal left"), graph(a**2, 0.0, 1.02, "a²")),
        (N_("Signal-to-noise ratio"), graph(log_snr, -12.0, 12.0, "log a²/s²")),
    )
