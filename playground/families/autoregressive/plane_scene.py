"""Frame -> what is drawn of a model of the plane: points on their way into its cells, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Beat,
    Chart,
    Contour,
    Diagram,
    Edge,
    Heatmap,
    Node,
    Number,
    Paths,
    Points,
    Scene,
    Series,
    Trajectory,
)
from playground.data.plane.distribution import Distribution

from .config import data_of

CELLS, MASS = 61, 0.95
"""Places along each axis of the true density, and the share of the data within its contour."""
FAINT = 0.08
"""Density that is drawn half as strong as the strongest: p / (p + FAINT) shows thin bridges, too."""


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of an experiment on the plane: see `Plane.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = data_of(config)
    low, high = data.bounds
    extent, reach = (low, high, low, high), float(data.reach)
    bins = len(a["first"])
    both, first = np.exp(a["log_p"]), np.exp(a["first"])
    flat = np.full((bins, bins), (2 * reach) ** -2, np.float32)
    stages = np.stack([flat, np.broadcast_to(first / (2 * reach), (bins, bins)), both])
    centre = reach * (1 - 1 / bins)
    square = (-centre, centre, -centre, centre)
    p, level = truth(data)
    real = Points(name="data", title=N_("Data"), role="data", xy=a["data"], shown=False)
    place = (np.arange(bins) + 0.5) / bins * 2 * reach - reach
    profile = np.stack([place, low + 0.9 * (high - low) * first / max(float(first.max()), 1e-6)], 1)
    layers = (
        Heatmap(
            name="density",
            title=N_("The model's density"),
            role="field",
            extent=square,
            scale="sequential",
            values=visible(stages),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        Contour(
            name="truth", title=N_("Edge of the true density"), role="truth", values=p, levels=(level,), extent=extent
        ),
        real,
        Points(name="points", title=N_("Samples"), role="generated", xy=a["points"], tween=True, trajectory=True),
        Paths(name="first", title=N_("Density of x₁"), role="field", xy=profile[None].astype(np.float32), stage=False),
        Points(name="shown", title=N_("Data"), role="data", xy=a["data"], stage=False),
    )
    halts = np.array([0.0, 1.0, 2.0])
    inside = (np.abs(a["data"]) <= reach).all(1)
    cells = np.clip(((a["data"][inside] / reach + 1) * bins / 2).astype(int), 0, bins - 1)
    said = a["log_p"][cells[:, 1], cells[:, 0]]
    steps = np.array(
        [-2 * np.log(2 * reach), float(a["first"][cells[:, 0]].mean()) - np.log(2 * reach), float(said.mean())]
    )
    return Scene(
        layers,
        extent=extent,
        diagram=_diagram(extent),
        trajectory=Trajectory(
            N_("Coordinate by coordinate"),
            tuple(halts.tolist()),
            ("0", "x₁", "x₂"),
            start=N_("nothing known"),
            end=N_("data"),
            numbers=(Number(N_("log p of the data"), steps, N_("nats")),),
        ),
        legend=N_(
            "Each [generated:dot] begins anywhere; first its x₁ is drawn, then its x₂ given x₁. The "
            "[field:background] is the model's density, one number for each of {cells} cells; the [truth:line] "
            "encloses 95 percent of the true one."
        ),
        words=N_(
            "At step {step} the model needs {nll} nats for a piece of data on average; the data's own entropy is "
            "{entropy} nats."
        ),
        values={
            "step": str(frame.step),
            "nll": f"{-steps[-1]:.2f}",
            "entropy": f"{data.entropy:.2f}",
            "cells": f"{bins} × {bins}",
        },
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    own = config.data == "own"
    floor = N_("entropy of the estimate of your data") if own else N_("entropy: nobody gets below")
    return (
        Chart(
            "nll",
            N_("Negative log likelihood"),
            (Series("loss", N_("of the batch"), "field"), Series("nll", N_("of fresh data"), "data")),
            unit=N_("nats"),
            guides=((data_of(config).entropy, floor),),
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


def visible(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    return (density / (density + FAINT)).astype(np.float32)


@lru_cache(maxsize=32)
def truth(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid (CELLS, CELLS), and the level that `MASS` of the data lie above."""
    axis = np.linspace(*data.bounds, CELLS)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(CELLS, CELLS)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(seen, 1 - MASS)), 0.5 * float(p.max()))


def _diagram(extent: tuple[float, float, float, float]) -> Diagram:
    return Diagram(
        (
            Node(
                "data",
                N_("Data"),
                N_("Points of the plane; each lies in one cell."),
                ("shown",),
                (0, 0),
                extent=extent,
                role="data",
            ),
            Node(
                "first",
                "p(x₁)",
                N_("The chance of each of x₁'s cells: a table that is learnt."),
                ("first",),
                (1, 0),
                extent=extent,
                role="field",
            ),
            Node(
                "middle",
                N_("x₁ drawn"),
                N_("The first coordinate is drawn; of the second nothing is known yet."),
                ("density", "points"),
                (1, 1),
                extent=extent,
                role="generated",
                moment=1.0,
            ),
            Node(
                "end",
                N_("x₂ drawn, given x₁"),
                N_("A network hears the cell of x₁ and gives the chances of x₂'s cells."),
                ("density", "truth", "points"),
                (2, 1),
                extent=extent,
                role="generated",
                moment=2.0,
            ),
            Node(
                "start",
                N_("Nothing known"),
                N_("Before anything is drawn a point may be anywhere."),
                ("density", "points"),
                (0, 1),
                extent=extent,
                role="neutral",
                moment=0.0,
            ),
        ),
        (
            Edge("data", "first"),
            Edge("start", "middle"),
            Edge("first", "middle"),
            Edge("middle", "end"),
            Edge("data", "end", "gradient"),
        ),
        (
            Beat("", N_("A batch of data arrives; each point is put into its cell."), ("data",)),
            Beat("", N_("A table says how likely the cell of x₁ is."), ("data", "first"), (("data", "first"),)),
            Beat(
                "",
                N_("The network hears this cell and says how likely the one of x₂ is."),
                ("first", "end"),
                (("middle", "end"),),
            ),
            Beat(
                "",
                N_(
                    "Both together are log p of the cell; divided by its area it is a density. The loss is minus its "
                    "mean, and flows back to table and network."
                ),
                ("end", "first"),
                (("data", "end"),),
            ),
        ),
    )
