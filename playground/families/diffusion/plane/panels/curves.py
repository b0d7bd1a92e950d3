"""Error against calls of the network, or against time."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Axes, Extent, Layer, Mesh, Scene

from ...catalogue import CATALOGUE
from ...config import DiffusionConfig
from ...sampler_slots import chosen_samplers, curve_layers
from .slots import eta_dials, optimal_dial, sampler_dials

FLOOR_SHADE = 0.25
"""Strength of the region that is explained by sampling variance alone."""
MEASURES = {
    "w2": (
        N_("of the samples: sliced Wasserstein"),
        N_("error (units of the axes)"),
        N_(
            "Distance of 500 samples to the data. Perfect samples score {floor}: differences in the [neutral:shaded] "
            "region are random."
        ),
    ),
    "nats": (
        N_("of the samples: nats"),
        N_("error (nats)"),
        N_(
            "Difference between the mean of −log p(x) over 500 samples and the entropy of the data, whose density p is "
            "known. Perfect samples score {floor}: differences in the [neutral:shaded] region are random."
        ),
    ),
    "end": (
        N_("of the path: distance to its exact end"),
        N_("error (units of the axes)"),
        N_("Distance to the end of the exact path from the same noise. Random samplers have no such end."),
    ),
    "bend": (
        N_("bend of the paths"),
        N_("bend (0 is straight)"),
        N_(
            "Mean squared difference between the velocity along a path and the straight line between its ends. The "
            "exact paths: {bend}. A single step is always straight; random samplers have no such value."
        ),
    ),
}
"""Title, axis, and sentence of each measure, in the order of the columns of the data from the third on."""
MIN_ERROR = 1e-6


def panel(config: DiffusionConfig) -> Panel:
    slots = sampler_dials(config, "ddpm", "dpm_solver", "heun")
    return Panel(
        "curves",
        N_("Error against calls"),
        N_(
            "The error as a function of the number of network calls, measured now. Both axes are logarithmic: a method "
            "of higher order falls more steeply."
        ),
        (
            *slots,
            *eta_dials(config, slots),
            optimal_dial(config),
            Dial(
                "measure",
                N_("Error"),
                "choice",
                "w2",
                options=tuple((name, title) for name, (title, _, _) in MEASURES.items()),
            ),
            Dial(
                "across",
                N_("Against"),
                "choice",
                "calls",
                options=(("calls", N_("network calls")), ("ms", N_("milliseconds"))),
            ),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    position = list(MEASURES).index(values["measure"])
    across, floor = int(values["across"] == "ms"), float(data["floors"][position])
    lines = {}
    for i in chosen_samplers(values):
        points = data[f"curve{i}"].astype(np.float64).reshape(-1, 6)[:, [across, 2 + position]]
        points = points[np.isfinite(points).all(1) & (points[:, 1] > MIN_ERROR)]
        if len(points):
            lines[i] = np.log10(points).astype(np.float32)
    extent = _extent(list(lines.values()), floor)
    _, axis, words = MEASURES[values["measure"]]
    layers = [
        layer for i, xy in lines.items() for layer in curve_layers(i, CATALOGUE[values[f"sampler{i + 1}"]].title, xy)
    ]
    scene = Scene(
        (*_floor(extent, floor), *layers),
        legend=words,
        words=words,
        extent=extent,
        values={"floor": f"{floor:.3f}", "bend": f"{data['bend'].item():.2f}"},
        axes=Axes(N_("milliseconds") if across else N_("network calls"), axis, log_x=True, log_y=True),
    )
    return ((N_("Error against time") if across else N_("Error against calls"), scene),)


def _extent(lines: list[np.ndarray], floor: float) -> Extent:
    """Decimal logarithms that hold every line, and the floor if there is one."""
    x, y = np.concatenate(lines or [np.array([[0.0, 0.0], [1.0, 0.0]])]).T
    y = np.append(y, np.log10(floor)) if np.isfinite(floor) else y
    return float(x.min()) - 0.05, float(x.max()) + 0.1, float(np.clip(y.min(), -4, 2)) - 0.2, float(y.max()) + 0.2


def _floor(extent: Extent, floor: float) -> tuple[Layer, ...]:
    """The region below the average score of perfect samples."""
    if not np.isfinite(floor):
        return ()
    x0, x1, y0, _ = extent
    corners = [[(x, y) for x in (x0, x1)] for y in (y0, np.log10(floor))]
    return (
        Mesh(
            name="floor",
            title=N_("Perfect samples"),
            role="neutral",
            xy=np.array(corners, np.float32),
            weights=np.full((1, 1), FLOOR_SHADE, np.float32),
        ),
    )
