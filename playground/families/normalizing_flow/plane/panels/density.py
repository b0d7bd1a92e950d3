"""The model's exact density beside the true one, and their difference."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Extent, Heatmap, Role, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import frame_extent

from ...config import NormalizingFlowConfig
from ..outliers import hdr_threshold
from ..truth import MIN_LOG_DENSITY, title, true_log_density

GRID_SIZES = (50, 100, 200)
"""Grid points along each axis, to choose from."""
MIN_COMPARED_DENSITY = 1e-3
"""Densities (per unit of area) below it are not compared: their ratio means little."""
MAX_DIFFERENCE = 3.0
"""Nats of a difference of log densities at full colour."""


def panel(config: NormalizingFlowConfig) -> Panel:
    quantities = (("linear", N_("density")), ("log", N_("log density")))
    sizes = tuple((str(size), str(size)) for size in GRID_SIZES)
    return Panel(
        "density",
        N_("Density estimation"),
        N_("The exact density of the model, the density of the data, and their difference."),
        (
            Dial("view", N_("Quantity"), "choice", "linear", options=quantities),
            Dial("size", N_("Grid points per axis"), "choice", "100", options=sizes),
        ),
    )


def draw(arrays: Arrays, values: Values, config: NormalizingFlowConfig) -> PanelScenes:
    """`log_p` (size, size) of the model."""
    data, log_q = dataset_of(config), np.maximum(arrays["log_p"].astype(np.float64), MIN_LOG_DENSITY)
    extent, log_p = frame_extent(data), true_log_density(data, len(log_q))
    cell = ((extent[1] - extent[0]) / (len(log_q) - 1)) ** 2
    p, q = np.exp(log_p), np.exp(log_q)
    difference = np.clip(log_q - log_p, -MAX_DIFFERENCE, MAX_DIFFERENCE)
    difference = np.where(np.maximum(p, q) > MIN_COMPARED_DENSITY, difference, 0.0)
    divergence = float(np.sum(p * (log_p - log_q)) * cell)
    threshold, share = hdr_threshold(data)
    inside, outside = float(q.sum() * cell), float(q[log_p < threshold].sum() * cell)
    if values["view"] == "log":
        shown, low, high = (log_q, log_p), -12.0, float(np.quantile(log_p, 0.999)) + 0.5
    else:
        shown, low, high = (q, p), 0.0, 1.1 * float(np.quantile(p, 0.999))
    model = _map(
        shown[0],
        "field",
        extent,
        (low, high),
        N_(
            "The model's density integrates to {inside} over this frame. {outside} percent of its mass lies outside "
            "the highest-density region of the data, which leaves out {share} percent of the data."
        ),
        {"inside": f"{inside:.3f}", "outside": f"{100 * outside:.1f}", "share": f"{100 * share:.0f}"},
    )
    truth = _map(
        shown[1],
        "truth",
        extent,
        (low, high),
        N_("The entropy of this density is {entropy} nats, the lowest possible negative log likelihood of any model."),
        {"entropy": f"{data.entropy:.3f}"},
    )
    compared = _map(
        difference,
        "field",
        extent,
        (-MAX_DIFFERENCE, MAX_DIFFERENCE),
        N_(
            "Where the model's density is too high (blue) or too low (orange), in nats. The Kullback–Leibler "
            "divergence, summed over this grid, is {divergence} nats."
        ),
        {"divergence": f"{divergence:.3f}"},
        "diverging",
        (N_("too low"), N_("too high")),
    )
    return (N_("The model"), model), (title(data), truth), (N_("Difference of the log densities"), compared)


def _map(
    values: np.ndarray,
    role: Role,
    extent: Extent,
    bounds: tuple[float, float],
    words: str,
    figures: Mapping[str, str],
    scale: Literal["diverging", "sequential"] = "sequential",
    ends: tuple[str, str] = ("", ""),
) -> Scene:
    layer = Heatmap(
        name="map",
        title=N_("Density"),
        role=role,
        values=values.astype(np.float32),
        extent=extent,
        low=bounds[0],
        high=bounds[1],
        scale=scale,
        low_title=ends[0],
        high_title=ends[1],
    )
    return Scene((layer,), legend=words, words=words, values=figures, extent=extent)
