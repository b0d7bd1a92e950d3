"""Frame -> what is drawn of an autoencoder: data on their way through the code, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Chart,
    Contour,
    Diagram,
    Extent,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Paths,
    Points,
    Scene,
    Series,
    Trajectory,
)
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution

from ..config import VaeConfig
from ..diagram import ABOUT, BEATS, EDGES, LABELS, MOMENTS, aside, parts, probe, subscript, weighted

MASS = 0.95
"""Share of the truth inside its contour: of the data, and of the prior."""
EDGE = {1: 3.841, 2: 5.991}
"""Squared radius of a standard normal's inner 95 percent, by its dimensions."""
FAINT = 0.08
"""Density that is drawn half as strong as the strongest: p / (p + FAINT) shows faint ones, too."""
KINDS = 10
"""Colours of dots, at most."""
BAND = 0.5
"""Half the height of the prior of one number, as it is outlined."""


def scene(frame: Frame, config: VaeConfig) -> Scene:
    """What is drawn of a frame of a `VaeExperiment`: see its `snapshot` for the arrays."""
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
            title=N_("Density: of data, codes, the model"),
            role="field",
            extent=extent,
            scale="sequential",
            values=visible(np.stack([truth, a["aggregate"], a["density"]])),
            trajectory=True,
            low_title=N_("none"),
            high_title=N_("high"),
        ),
        Contour(
            name="truth",
            title=N_("What it should be"),
            role="truth",
            levels=(1.0,),
            extent=extent,
            trajectory=True,
            values=np.stack([truth / level, _prior(cells, extent, config.latent), truth / level]),
        ),
        *_woven(a, config),
        Paths(
            name="outline",
            title=N_("Posteriors (two standard deviations)"),
            role="gradient",
            tween=True,
            trajectory=True,
            xy=np.stack([_points(a["data"], a["outline"].shape), a["outline"], a["decoded"]]),
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
            title=N_("Data on their way"),
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
        *aside(a, (min(0.0, data.entropy) - 3.0, data.entropy + 3.0), ((data.entropy, N_("entropy of the data")),)),
    )
    cost, rate, whole = a["parts"].tolist()
    return Scene(
        layers,
        extent=extent,
        diagram=_diagram(extent, config, a),
        trajectory=Trajectory(N_("Through the code"), MOMENTS, LABELS, start=N_("data"), end=N_("reconstructions")),
        legend=N_(
            "Dots are data, on their way to their codes and back; each [gradient:outline] is where the encoder "
            "believes a code to be. [generated:Samples] are decoded from codes drawn from the prior. The "
            "[field:background] is the density; the [truth:line] encloses 95 percent of what it should be."
        ),
        words=N_(
            "At step {step} minus the ELBO is {whole} nats: {cost} for the reconstruction and {rate} for the "
            "code. The data's own entropy is {entropy}. Shown of the code: {first}, {second}."
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
    """The curves, with what theory says about them."""
    own = config.data == "own"
    floor = N_("entropy of the estimate of your data") if own else N_("entropy: nobody gets below")
    exact = (Series("nll", N_("−log p(x), exact"), "generated"),) if config.latent <= 2 else ()
    return (
        Chart(
            "bound",
            N_("Minus the bound"),
            (
                *weighted(config),
                Series("bound", N_("−ELBO of the batch"), "field"),
                Series("elbo", N_("−ELBO of fresh data"), "data"),
                *exact,
            ),
            unit=N_("nats"),
            guides=((dataset_of(config).entropy, floor),),
        ),
        *parts(config),
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
    p = np.maximum(density, 0)
    return (p / (p + FAINT)).astype(np.float32)


@lru_cache(maxsize=32)
def true_density(data: Distribution, cells: int) -> tuple[np.ndarray, float]:
    """The exact density on a grid (cells, cells), row 0 the lowest, and the level that `MASS` of the data lie above."""
    axis = np.linspace(*data.bounds, cells)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(cells, cells)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    return p.astype(np.float32), min(float(np.quantile(seen, 1 - MASS)), 0.5 * float(p.max()))


@lru_cache(maxsize=32)
def _prior(cells: int, extent: Extent, latent: int) -> np.ndarray:
    """A height over the frame of codes that is 1 where the inner 95 percent of the prior end: (cells, cells)."""
    axis = np.linspace(extent[0], extent[1], cells)
    across, up = np.meshgrid(axis, axis)
    square = (across**2 + up**2) / EDGE[2] if latent > 1 else across**2 / EDGE[1] + (up / BAND) ** 2
    return np.exp(1 - square).astype(np.float32)


def kinds(x: np.ndarray, data: Distribution) -> tuple[np.ndarray, tuple[str, ...]]:
    """A kind for each piece of data (n, 2), as (n,) in [0, 1], and their names: its mode, or where there are none the
    part of the plane, from left to right, that it comes from."""
    if data.modes is not None:
        which = ((x[:, None] - data.modes) ** 2).sum(-1).argmin(1) % KINDS
        count = min(len(data.modes), KINDS)
    else:
        count = 8
        which = np.argsort(np.argsort(x[:, 0])) * count // len(x)
    return (which / max(count - 1, 1)).astype(np.float32), ("",) * count


def _points(x: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Outlines of no width around the first places: (outlines, places on each, 2)."""
    return np.repeat(x[: shape[0], None], shape[1], 1)


def _woven(a, config: VaeConfig) -> tuple[Layer, ...]:
    """The prior's codes in a grid of equal masses, decoded: a sheet, or a thread."""
    title, xy = N_("The plane of codes, decoded"), np.stack([a["woven"], a["grid"], a["woven"]])
    if config.latent == 1:
        return (
            Paths(
                name="grid", title=N_("The line of codes, decoded"), role="neutral", tween=True, trajectory=True, xy=xy
            ),
        )
    rows, columns = xy.shape[1:3]
    weights = np.zeros((1, rows - 1, columns - 1), np.float32)
    return (Mesh(name="grid", title=title, role="neutral", tween=True, trajectory=True, xy=xy, weights=weights),)


def _diagram(extent: Extent, config: VaeConfig, a) -> Diagram:
    chosen = tuple(int(k) for k in a["chosen"])
    return Diagram(
        nodes=(
            Node(
                "x",
                N_("Data x"),
                N_("What is to be described in few numbers."),
                ("density", "data"),
                (0, 0),
                extent=extent,
                role="data",
                moment=MOMENTS[0],
            ),
            Node(
                "encoder",
                N_("Encoder"),
                N_(
                    "For each piece of data it says where its code is, and how surely: an "
                    "outline of two standard deviations. The background is the mean of all "
                    "of them, which should be the prior."
                ),
                ("density", "truth", "outline", "data"),
                (1, 0),
                extent=extent,
                role="gradient",
                moment=MOMENTS[1],
            ),
            ABOUT["z"],
            Node(
                "decoder",
                N_("Decoder"),
                N_("The whole plane of codes, as the decoder lays it among the data."),
                ("density", "grid"),
                (2, 1),
                extent=extent,
                role="field",
                moment=MOMENTS[2],
            ),
            Node(
                "back",
                N_("Reconstructions x′"),
                N_("What the decoder expects, given the code of each piece of data."),
                ("truth", "outline", "data"),
                (1, 1),
                extent=extent,
                role="data",
                moment=MOMENTS[2],
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Codes drawn from the prior, decoded: no data needed."),
                ("truth", "samples"),
                (2, 2),
                extent=extent,
                role="generated",
                moment=MOMENTS[2],
            ),
            ABOUT["cost"],
            ABOUT["rates"],
            ABOUT["whole"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config.latent, None, chosen),
    )
