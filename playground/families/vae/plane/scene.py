"""Frame -> scene of a VAE on the plane: data, codes and reconstructions, the diagram, the charts."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Chart,
    Contour,
    Extent,
    Heatmap,
    Layer,
    Mesh,
    Paths,
    Points,
    Scene,
    Series,
    Trajectory,
)
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.charts import distance_chart

from ..config import VaeConfig
from ..diagram import (
    KEYFRAME_LABELS,
    KEYFRAMES,
    bound_charts,
    diagram_layers,
    iwae_series,
    subscript,
)
from .diagram import diagram

CONTOUR_MASS = 0.95
"""Share of the data, and of the prior, inside its contour."""
PRIOR_RADIUS_SQUARED = {1: 3.841, 2: 5.991}
"""Squared radius that encloses 95 percent of a standard normal, by number of dimensions."""
HALF_DENSITY = 0.08
"""The density drawn at half opacity, p / (p + HALF_DENSITY): low densities stay visible."""
MAX_KINDS = 10
"""Maximum number of colours of dots."""
BAND_HEIGHT = 0.5
"""Half the height of the band that shows a one-dimensional prior."""


def scene(frame: Frame, config: VaeConfig) -> Scene:
    """The scene of a frame of a `VaeExperiment`: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    cells = len(a["density"])
    truth, level = true_density(data, cells)
    colours, names = kinds(a["data"], data)
    first, second = (subscript(k + 1) for k in a["chosen"])
    layers = (
        Heatmap(
            name="density",
            title=N_("Density of codes and model"),
            role="field",
            extent=extent,
            scale="sequential",
            values=visible(np.stack([np.zeros_like(truth), a["aggregate"], a["density"]])),
            trajectory=True,
            low_title=N_("none"),
            high_title=N_("high"),
        ),
        Contour(
            name="truth",
            title=N_("Target"),
            role="truth",
            levels=(1.0,),
            extent=extent,
            trajectory=True,
            values=np.stack([truth / level, _prior_height(cells, extent, config.latent), truth / level]),
        ),
        *_latent_grid(a, config),
        Paths(
            name="outline",
            title=N_("Posteriors (two standard deviations)"),
            role="gradient",
            tween=True,
            trajectory=True,
            xy=np.stack([_collapsed_outlines(a["data"], a["outline"].shape), a["outline"], a["decoded"]]),
        ),
        Points(
            name="samples",
            title=N_("Samples"),
            role="generated",
            size=2.6,
            tween=True,
            trajectory=True,
            xy=np.stack([a["samples"], a["noise"], a["samples"]]),
        ),
        Points(
            name="data",
            title=N_("Data, codes, reconstructions"),
            role="data",
            size=3.6,
            tween=True,
            trajectory=True,
            xy=np.stack([a["data"], a["means"], a["back"]]),
            values=colours[None],
            kinds=names,
        ),
        Paths(
            name="errors",
            title=N_("From data to reconstruction"),
            role="data",
            shown=False,
            xy=np.stack([a["data"], a["back"]], 1),
        ),
        *diagram_layers(
            a, (min(0.0, data.entropy) - 3.0, data.entropy + 3.0), ((data.entropy, N_("entropy of the data")),)
        ),
    )
    cost, rate, whole = a["parts"].tolist()
    return Scene(
        layers,
        extent=extent,
        diagram=diagram(extent, config, a),
        trajectory=Trajectory(
            N_("Data, codes, reconstructions"), KEYFRAMES, KEYFRAME_LABELS, start=N_("data"), end=N_("reconstructions")
        ),
        legend=N_(
            "Dots are data, which move to their codes and on to their reconstructions; each [gradient:outline] is a "
            "posterior of the encoder. [generated:Samples] are decoded from codes drawn from the prior. The "
            "[field:background] is the density of the codes, and of the model; the [truth:line] encloses 95 percent of "
            "the target (data or prior)."
        ),
        words=N_(
            "Step {step}: −ELBO is {whole} nats (reconstruction {cost}, KL {rate}). The entropy of the data is "
            "{entropy} nats. The latent axes are {first} and {second}."
        ),
        values={
            "step": str(frame.step),
            "whole": f"{whole:.2f}",
            "cost": f"{cost:.2f}",
            "rate": f"{rate:.2f}",
            "entropy": f"{data.entropy:.2f}",
            "first": first,
            "second": second,
        },
    )


def charts(config: VaeConfig) -> tuple[Chart, ...]:
    """The charts, with the entropy as reference."""
    data: Distribution = dataset_of(config)
    floor = N_("entropy of the estimate of your data") if data.estimated else N_("entropy: the lower bound of the mean")
    exact = (Series("nll", N_("−log p(x), exact"), "generated"),) if config.latent <= 2 else ()
    return (
        Chart(
            "bound",
            N_("Bound on −log p(x)"),
            (
                *iwae_series(config),
                Series("bound", N_("−ELBO of the batch"), "field"),
                Series("elbo", N_("−ELBO of fresh data"), "data"),
                *exact,
            ),
            unit=N_("nats"),
            guides=((data.entropy, floor),),
        ),
        *bound_charts(config),
        distance_chart(data),
    )


def visible(density: np.ndarray) -> np.ndarray:
    """Density -> opacity in [0, 1], on a fixed scale."""
    p = np.maximum(density, 0)
    return (p / (p + HALF_DENSITY)).astype(np.float32)


@lru_cache(maxsize=32)
def true_density(data: Distribution, cells: int) -> tuple[np.ndarray, float]:
    """The exact density on a grid (cells, cells), row 0 the lowest, and the level above which `CONTOUR_MASS` of the
    data lie."""
    axis = np.linspace(*data.bounds, cells)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(cells, cells)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(seen, 1 - CONTOUR_MASS)), 0.5 * float(p.max()))


@lru_cache(maxsize=32)
def _prior_height(cells: int, extent: Extent, latent: int) -> np.ndarray:
    """A function on the latent extent whose level 1 encloses 95 percent of the prior: (cells, cells)."""
    axis = np.linspace(extent[0], extent[1], cells)
    across, up = np.meshgrid(axis, axis)
    square = (
        (across**2 + up**2) / PRIOR_RADIUS_SQUARED[2]
        if latent > 1
        else across**2 / PRIOR_RADIUS_SQUARED[1] + (up / BAND_HEIGHT) ** 2
    )
    return np.exp(1 - square).astype(np.float32)


def kinds(x: np.ndarray, data: Distribution) -> tuple[np.ndarray, tuple[str, ...]]:
    """A class for each data point (n, 2), as (n,) in [0, 1], and the names of the classes: its nearest mode, or for
    data without modes the part of the plane it comes from, from left to right."""
    if data.modes is not None:
        which = ((x[:, None] - data.modes) ** 2).sum(-1).argmin(1) % MAX_KINDS
        count = min(len(data.modes), MAX_KINDS)
    else:
        count = 8
        which = np.argsort(np.argsort(x[:, 0])) * count // len(x)
    return (which / max(count - 1, 1)).astype(np.float32), ("",) * count


def _collapsed_outlines(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Outlines of zero size at the first points of x (n, 2): an array of `shape` (outlines, points on each, 2)."""
    return np.repeat(x[: shape[0], None], shape[1], 1)


def _latent_grid(a, config: VaeConfig) -> tuple[Layer, ...]:
    """A grid of codes with equal prior mass per cell, and its decoding: a mesh, or with one dimension a curve."""
    title, xy = N_("Latent plane, decoded"), np.stack([a["woven"], a["grid"], a["woven"]])
    if config.latent == 1:
        return (
            Paths(name="grid", title=N_("Latent line, decoded"), role="neutral", tween=True, trajectory=True, xy=xy),
        )
    rows, columns = xy.shape[1:3]
    weights = np.zeros((1, rows - 1, columns - 1), np.float32)
    return (Mesh(name="grid", title=title, role="neutral", tween=True, trajectory=True, xy=xy, weights=weights),)
