"""Frame -> what is drawn of a model of the plane: points on their way into its cells, and the curves."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Contour, Heatmap, Number, Paths, Points, Scene, Series, Trajectory
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution

from ..config import AutoregressiveConfig
from .diagram import diagram

GRID_SIZE, CONTOUR_MASS = 61, 0.95
"""Points along each axis of the true density, and the share of the data within its contour."""
HALF_INTENSITY = 0.08
"""Density that is drawn half as strong as the strongest: p / (p + HALF_INTENSITY) shows thin bridges, too."""


def scene(frame: Frame, config: AutoregressiveConfig) -> Scene:
    """What is drawn of a frame of an experiment on the plane: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    low, high = data.bounds
    extent, reach = (low, high, low, high), float(data.reach)
    bins = len(a["first"])
    both, first = np.exp(a["log_p"]), np.exp(a["first"])
    flat = np.full((bins, bins), (2 * reach) ** -2, np.float32)
    stages = np.stack([flat, np.broadcast_to(first / (2 * reach), (bins, bins)), both])
    centre = reach * (1 - 1 / bins)
    square = (-centre, centre, -centre, centre)
    p, level = true_density(data)
    place = (np.arange(bins) + 0.5) / bins * 2 * reach - reach
    profile = np.stack([place, low + 0.9 * (high - low) * first / max(float(first.max()), 1e-6)], 1)
    layers = (
        Heatmap(
            name="density",
            title=N_("The model's density"),
            role="field",
            extent=square,
            scale="sequential",
            values=intensity(stages),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        Contour(
            name="truth", title=N_("Edge of the true density"), role="truth", values=p, levels=(level,), extent=extent
        ),
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
    own = config.data == "own"
    floor = N_("entropy of the estimate of your data") if own else N_("entropy: the lower bound")
    return (
        Chart(
            "nll",
            N_("Negative log likelihood"),
            (Series("loss", N_("of the batch"), "field"), Series("nll", N_("of fresh data"), "data")),
            unit=N_("nats"),
            guides=((dataset_of(config).entropy, floor),),
        ),
        Chart(
            "gap",
            N_("Gap to the truth"),
            (Series("nll_gap", N_("likelihood lost"), "field"),),
            unit=N_("nats"),
            log=True,
            low=1e-3,
        ),
        Chart(
            "distance",
            N_("Distance to the estimate of your data (sliced Wasserstein)")
            if own
            else N_("Distance to the data (sliced Wasserstein)"),
            (Series("sliced_w2", N_("distance"), "generated"),),
            low=0.0,
        ),
    )


def intensity(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    return (density / (density + HALF_INTENSITY)).astype(np.float32)


@lru_cache(maxsize=32)
def true_density(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid (GRID_SIZE, GRID_SIZE), and the level above which `CONTOUR_MASS` of the data lie."""
    axis = np.linspace(*data.bounds, GRID_SIZE)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    p = np.exp(data.log_prob(places)).reshape(GRID_SIZE, GRID_SIZE)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(seen, 1 - CONTOUR_MASS)), 0.5 * float(p.max()))
