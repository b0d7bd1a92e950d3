"""Three SDEs side by side, forwards and backwards."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Heatmap, Scene, Trajectory

from ..drawing import Answer, Pictures, frame, marked, trajectory, visible, way

SDES = {
    "vp": N_("VP SDE: shrinks, and adds noise"),
    "subvp": N_("sub-VP SDE: less noise"),
    "ve": N_("VE SDE: only adds noise"),
}
FORWARDS = "forwards"
WAYS = {FORWARDS: N_("forwards"), "euler_maruyama": N_("back by the SDE"), "euler": N_("back by the flow")}
"""Which way, and who goes it: samplers of the catalogue."""


def panel(config: Config) -> Panel:
    return Panel(
        "sdes",
        N_("Three SDEs"),
        N_(
            "Forwards, the same data and the same random numbers by three stochastic differential equations. "
            "Backwards, from where those paths came to, with the best field: with fresh noise, or without any. The "
            "background is the density at each time, whichever way is gone. Click a point to follow it in every "
            "picture."
        ),
        (
            Dial("way", N_("Way"), "choice", FORWARDS, options=tuple(WAYS.items())),
            Dial("steps", N_("Steps"), default=150, low=10, high=500, step=10),
        ),
        live=False,
    )


def draw(answer: Answer, values: Mapping, config: Config) -> Pictures:
    stops, extent = answer["stops"], frame(config)
    along = forth(stops) if values["way"] == FORWARDS else trajectory(stops)
    pictures = []
    for i, (name, title) in enumerate(SDES.items()):
        steps, w2, floor = answer[f"facts{i}"].tolist()
        ground = Heatmap(
            name="density",
            title=N_("Density at this time"),
            role="field",
            scale="sequential",
            extent=extent,
            values=visible(answer[f"density{i}"]),
            trajectory=True,
        )
        words = N_("From data to noise in {steps} steps, each exactly as the equation has it.")
        if name == "ve":
            words = N_(
                "From data to noise in {steps} steps. The noise grows to fifty units of the axes: the cloud is "
                "drawn the smaller the more noise there is."
            )
        if np.isfinite(w2):
            words = N_(
                "From noise to data in {steps} steps. Sliced Wasserstein of the end {w2}; perfect samples: {floor}."
            )
        pictures.append(
            (
                title,
                Scene(
                    (ground, *way(answer, i)),
                    legend=words,
                    words=words,
                    extent=extent,
                    trajectory=along,
                    values={"steps": f"{steps:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}"},
                ),
            )
        )
    return tuple(pictures)


def forth(stops: np.ndarray) -> Trajectory:
    """From data to noise: halts at rising times (m,)."""
    return Trajectory(
        N_("Noising"),
        tuple(float(t) for t in stops),
        marked(stops, lambda t: f"t = {t:.2g}"),
        start=N_("data"),
        end=N_("noise"),
    )
