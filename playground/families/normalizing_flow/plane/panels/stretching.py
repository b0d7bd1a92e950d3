"""One layer alone: where it stretches or squeezes the plane."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Heatmap, Mesh, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import frame_extent

from ...config import NormalizingFlowConfig
from ...plan import MAP_TITLES, plan

MAX_LOG_DET = 2.0
"""Nats of log|det J| at full colour."""


def panel(config: NormalizingFlowConfig) -> Panel:
    layers = plan(config)[-1][1] + 1
    return Panel(
        "stretching",
        N_("Where a layer stretches"),
        N_(
            "One layer alone: log|det J| says how much it stretches or squeezes area at each point; beside it, what "
            "the layer does to a square grid."
        ),
        (Dial("layer", N_("Layer"), default=2, low=1, high=layers, step=1),) if layers > 1 else (),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`log_det` (c, c) of the layer on a grid of its inputs, `points` (n, 2) that reach it, `before` and `after`
    (r, r, 2) a grid."""
    layer, extent = int(values.get("layer", 1)), frame_extent(dataset_of(config))
    log_det = arrays["log_det"]
    smallest, largest = float(log_det.min()), float(log_det.max())
    heat = Heatmap(
        name="map",
        title=N_("log|det J|"),
        role="field",
        values=np.clip(log_det, -MAX_LOG_DET, MAX_LOG_DET),
        extent=extent,
        low=-MAX_LOG_DET,
        high=MAX_LOG_DET,
        low_title=N_("squeezes"),
        high_title=N_("stretches"),
    )
    inputs = Points(name="here", title=N_("Inputs of this layer"), role="generated", xy=arrays["points"], size=2.5)
    before = Scene(
        (heat, inputs),
        extent=extent,
        legend=N_(
            "Areas change by a factor of {least} to {most} here. Blue: stretched; orange: squeezed. Each "
            "[generated:dot] is noise after the layers before this one."
        ),
        words=N_("Layer {layer} changes areas by a factor of {least} to {most}."),
        values={"layer": str(layer), "least": f"{np.exp(smallest):.2f}", "most": f"{np.exp(largest):.2f}"},
    )
    names = [MAP_TITLES[name] for name, number in plan(config) if number == layer - 1]
    grid = Scene((_grid(arrays["before"]),), extent=extent, legend="", words=N_("A square grid."))
    after = Scene(
        (_grid(arrays["after"]),),
        extent=extent,
        legend=names[-1] if len(names) == 1 else "",
        words=N_("The same grid after the layer."),
    )
    return (N_("Before the layer"), before), (N_("A square grid"), grid), (N_("After the layer"), after)


def _grid(xy: np.ndarray) -> Mesh:
    weights = np.full([n - 1 for n in xy.shape[:2]], 0.12, np.float32)
    return Mesh(name="grid", title=N_("Grid"), role="neutral", xy=xy, weights=weights)
