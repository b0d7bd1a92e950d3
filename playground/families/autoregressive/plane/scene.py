"""Frame -> what is drawn of a model of the plane: points on their way into its cells, and the curves."""

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Heatmap, Number, Paths, Points, Scene, Trajectory
from playground.data.dataset import dataset_of
from playground.data.plane.drawing import colour_scale, frame_extent, mass_contour
from playground.metrics.charts import distance_chart, gap_chart, likelihood_chart

from ..config import AutoregressiveConfig
from .diagram import diagram


def scene(frame: Frame, config: AutoregressiveConfig) -> Scene:
    """What is drawn of a frame of an experiment on the plane: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    low, high = data.bounds
    extent, reach = frame_extent(data), float(data.reach)
    bins = len(a["first"])
    both, first = np.exp(a["log_p"]), np.exp(a["first"])
    flat = np.full((bins, bins), (2 * reach) ** -2, np.float32)
    stages = np.stack([flat, np.broadcast_to(first / (2 * reach), (bins, bins)), both])
    centre = reach * (1 - 1 / bins)
    square = (-centre, centre, -centre, centre)
    place = (np.arange(bins) + 0.5) / bins * 2 * reach - reach
    profile = np.stack([place, low + 0.9 * (high - low) * first / max(float(first.max()), 1e-6)], 1)
    layers = (
        Heatmap(
            name="density",
            title=N_("The model's density"),
            role="field",
            extent=square,
            scale="sequential",
            values=colour_scale(stages),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        mass_contour(data),
        Points(name="data", title=N_("Data"), role="data", xy=a["data"], shown=False),
        Points(name="points", title=N_("Samples"), role="generated", xy=a["points"], tween=True, trajectory=True),
        Paths(name="first", title=N_("Density of x₁"), role="field", xy=profile[None].astype(np.float32), stage=False),
        Points(name="shown", title=N_("Data"), role="data", xy=a["data"], stage=False),
    )
    log_p = _log_p_of_data(a, reach)
    return Scene(
        layers,
        extent=extent,
        diagram=diagram(extent),
        trajectory=Trajectory(
            N_("Coordinate by coordinate"),
            (0.0, 1.0, 2.0),
            ("0", "x₁", "x₂"),
            start=N_("nothing known"),
            end=N_("data"),
            numbers=(Number(N_("log p of the data"), log_p, N_("nats")),),
        ),
        legend=N_(
            "Each [generated:dot] starts at a random place; first its x₁ is drawn, then its x₂ given x₁. The "
            "[field:background] is the model's density, one number for each of {cells} cells; the [truth:line] "
            "encloses 95 percent of the true density."
        ),
        words=N_("At step {step} the model needs {nll} nats per point; the entropy of the data is {entropy} nats."),
        values={
            "step": str(frame.step),
            "nll": f"{-log_p[-1]:.2f}",
            "entropy": f"{data.entropy:.2f}",
            "cells": f"{bins} × {bins}",
        },
    )


def _log_p_of_data(a: dict[str, np.ndarray], reach: float) -> np.ndarray:
    """Mean log density of the frame's data with neither, one and both coordinates predicted: (3,)."""
    bins, inside = len(a["first"]), (np.abs(a["data"]) <= reach).all(1)
    cells = np.clip(((a["data"][inside] / reach + 1) * bins / 2).astype(int), 0, bins - 1)
    first, both = a["first"][cells[:, 0]], a["log_p"][cells[:, 1], cells[:, 0]]
    flat = np.log(2 * reach)
    return np.array([-2 * flat, float(first.mean()) - flat, float(both.mean())])


def charts(config: AutoregressiveConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    data = dataset_of(config)
    return likelihood_chart(data), gap_chart(), distance_chart(data)
