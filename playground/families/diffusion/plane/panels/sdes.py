"""Three SDEs side by side, forwards and backwards."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Scene, Trajectory

from ...config import DiffusionConfig
from ...drawing import keyframe_labels, sampling_trajectory
from ..layers import data_extent, trajectory_layers, true_density
from .slots import described

SDES = {
    "vp": N_("VP SDE: less signal, more noise"),
    "subvp": N_("sub-VP SDE: less noise"),
    "ve": N_("VE SDE: only more noise"),
}
FORWARDS = "forwards"
DIRECTIONS = {FORWARDS: N_("forwards"), "euler_maruyama": N_("back by the SDE"), "euler": N_("back by the flow")}
"""Backwards: a sampler of the catalogue."""


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "sdes",
        N_("Three SDEs"),
        described(
            N_(
                "Forwards: the same data and random numbers in three stochastic differential equations. Backwards: "
                "from the ends of these paths with the optimal denoiser, with new noise or without. The background is "
                "the density at each time. Click a point to follow it in every picture."
            ),
            config,
        ),
        (
            Dial("direction", N_("Direction"), "choice", FORWARDS, options=tuple(DIRECTIONS.items())),
            Dial("steps", N_("Steps"), default=150, low=10, high=500, step=10),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    stops, extent = data["stops"], data_extent(config)
    trajectory = noising_trajectory(stops) if values["direction"] == FORWARDS else sampling_trajectory(stops)
    scenes = []
    for i, (name, title) in enumerate(SDES.items()):
        steps, w2, floor = data[f"facts{i}"].tolist()
        words = N_("From data to noise in {steps:step|steps}, each exact.")
        if name == "ve":
            words = N_(
                "From data to noise in {steps:step|steps}. The noise grows to fifty units of the axes, so the cloud is "
                "drawn smaller."
            )
        if np.isfinite(w2):
            words = N_(
                "From noise to data in {steps:step|steps}. Sliced Wasserstein at the end {w2}; perfect samples: "
                "{floor}."
            )
        scene = Scene(
            (true_density(data[f"density{i}"], extent), *trajectory_layers(data, i)),
            legend=words,
            words=words,
            extent=extent,
            trajectory=trajectory,
            values={"steps": f"{steps:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}"},
        )
        scenes.append((title, scene))
    return tuple(scenes)


def noising_trajectory(stops: np.ndarray) -> Trajectory:
    """From data to noise: keyframes at rising times (m,)."""
    return Trajectory(
        N_("Noising"),
        tuple(float(t) for t in stops),
        keyframe_labels(stops, lambda t: f"t = {t:.2g}"),
        start=N_("data"),
        end=N_("noise"),
    )
