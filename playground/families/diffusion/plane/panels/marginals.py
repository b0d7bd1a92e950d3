"""Paths with and without noise that have the same marginals."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Scene

from ...config import PROCESS_TITLES, DiffusionConfig
from ...drawing import sampling_trajectory
from ..layers import data_extent, trajectory_layers, true_density
from .slots import described

COMPARED_PROCESSES = ("vp", "ve", "subvp", "linear")


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "marginals",
        N_("Same marginals"),
        described(
            N_(
                "The reverse SDE and the probability flow from the same noise with the optimal denoiser: the paths "
                "differ, but the clouds have the same density at every time, shown in the background."
            ),
            config,
        ),
        (
            Dial(
                "process",
                N_("Process"),
                "choice",
                config.process if config.process in COMPARED_PROCESSES else "vp",
                options=tuple((name, PROCESS_TITLES[name]) for name in COMPARED_PROCESSES),
            ),
            Dial("steps", N_("Steps"), default=150, low=10, high=500, step=10),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    extent, trajectory = data_extent(config), sampling_trajectory(data["stops"])
    scenes = []
    for i, title in enumerate((N_("Reverse SDE: random paths"), N_("Probability flow: deterministic paths"))):
        calls, w2, floor = data[f"facts{i}"].tolist()
        words = N_("{calls:call|calls}. Sliced Wasserstein at the end {w2}; perfect samples: {floor}.")
        scene = Scene(
            (true_density(data["density"], extent), *trajectory_layers(data, i)),
            legend=words,
            words=words,
            extent=extent,
            values={"calls": f"{calls:.0f}", "w2": f"{w2:.3f}", "floor": f"{floor:.3f}"},
            trajectory=trajectory,
        )
        scenes.append((title, scene))
    return tuple(scenes)
