"""Frame -> what is drawn of a flow: its trajectory through the layers, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Bars,
    Beat,
    Chart,
    Contour,
    Diagram,
    Edge,
    Extent,
    Heatmap,
    Layer,
    Mesh,
    Node,
    Number,
    Points,
    Probe,
    Scene,
    Series,
    Trajectory,
)
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution

from . import picture_scene

CELLS = 61
"""Places along each axis where the true density is known for its contour."""
MASS = 0.95
"""Share of the data inside the contour of the truth."""
FAINT = 0.08
"""Density that is drawn half as strong as the strongest: p / (p + FAINT) shows thin bridges, too."""
SLOTS = ((0, 0), (1, 0), (2, 0), (2, 1), (1, 1))
"""Places of the diagram's stations, from the noise to the data."""
REACH = 3.0
"""How far from 0 the noise is moved by hand."""


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of a `NormalizingFlowExperiment`: see its `snapshot` for the arrays."""
    if config.data == "digits":
        return picture_scene.scene(frame, config)
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    stops, nll = a["stops"], -float(a["books"][-1, 2])
    layers = (
        Heatmap(
            name="density",
            title=N_("The model's density"),
            role="field",
            extent=extent,
            scale="sequential",
            values=visible(_refined(a["density"], a["last"])),
            low_title=N_("none"),
            high_title=N_("high"),
            trajectory=True,
        ),
        *_truth(data, extent),
        Mesh(
            name="grid",
            title=N_("Warped grid"),
            role="neutral",
            shown=False,
            tween=True,
            trajectory=True,
            xy=a["grid"],
            weights=opacity(a["grid"]),
        ),
        Points(
            name="backward", title=N_("Data, carried back"), role="data", xy=a["backward"], tween=True, trajectory=True
        ),
        Points(
            name="forward",
            title=N_("Noise, carried forward"),
            role="generated",
            xy=a["forward"],
            tween=True,
            trajectory=True,
        ),
        Points(
            name="stretch",
            title=N_("The same: stretched (blue), squeezed (orange)"),
            role="generated",
            size=4.5,
            xy=a["forward"],
            values=_stretched(a["stretch"]),
            tween=True,
            trajectory=True,
            shown=False,
        ),
        *_books(a, data.entropy),
    )
    return Scene(
        layers,
        extent=extent,
        diagram=_diagram(stops, extent, config.flow == "ffjord"),
        trajectory=_trajectory(stops, a["books"], config.flow == "ffjord"),
        legend=N_(
            "Each [generated:dot] is noise that the layers carry forward; each [data:dot] is a piece of data "
            "that the same layers carry back. The [field:background] is the density that the model gives to "
            "every place; the [truth:line] encloses 95 percent of the true one."
        ),
        words=N_(
            "At step {step} the model needs {nll} nats for a piece of data on average; the data's own entropy is "
            "{entropy} nats."
        ),
        values={"step": str(frame.step), "nll": f"{nll:.2f}", "entropy": f"{data.entropy:.2f}"},
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    if config.data == "digits":
        return picture_scene.charts(config)
    own = config.data == "own"
    floor = N_("entropy of the estimate of your data") if own else N_("entropy: nobody gets below")
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
        Chart(
            "astray",
            N_("Samples where data hardly ever are"),
            (Series("astray", N_("share of samples"), "generated"),),
            low=0.0,
        ),
    )


def visible(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times: faint tails and bridges can still be seen."""
    p = np.maximum(density, 0)
    return (p / (p + FAINT)).astype(np.float32)


def _refined(density: np.ndarray, last: np.ndarray) -> np.ndarray:
    """The densities on the way (m, c, c), as fine as the last one (f, f), which is itself the last: (m, f, f).

    Both are logarithms; between the places of the coarser ones they are interpolated.
    """
    fine, coarse = np.linspace(0, 1, len(last)), np.linspace(0, 1, density.shape[1])
    weights = np.maximum(0, 1 - np.abs(fine[:, None] - coarse) * (len(coarse) - 1))  # (f, c), bilinear
    return np.exp(np.concatenate([weights @ density[:-1] @ weights.T, last[None]]))


def opacity(grid: np.ndarray) -> np.ndarray:
    """Opacity of the cells of carried grids (m, r, c, 2) whose cells hold equal mass: (m, r - 1, c - 1)."""
    across, down = grid[:, 1:, 1:] - grid[:, :-1, :-1], grid[:, 1:, :-1] - grid[:, :-1, 1:]  # the two diagonals
    area = np.abs(across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]) / 2
    mass = 1 / (area.shape[1] * area.shape[2])
    return 0.7 * visible(mass / np.maximum(area, 1e-9))


def _stretched(stretch: np.ndarray) -> np.ndarray:
    """log|det J| -> [0, 1]: 1/2 keeps areas, 1 stretches them, 0 squeezes them; full colour at a factor of e^2."""
    return np.clip(0.5 + stretch / 4, 0, 1)


@lru_cache(maxsize=32)
def _true_density(data: Distribution) -> tuple[np.ndarray, float]:
    """The exact density on a grid (CELLS, CELLS), and the level that `MASS` of the data lie above."""
    axis = np.linspace(*data.bounds, CELLS)
    p = np.exp(data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2))).reshape(CELLS, CELLS)
    seen = np.exp(data.log_prob(data.sample(4000, np.random.default_rng(0))))
    level = min(float(np.quantile(seen, 1 - MASS)), 0.5 * float(p.max()))
    return p.astype(np.float32), level


def _truth(data: Distribution, extent: Extent) -> tuple[Layer, ...]:
    density, level = _true_density(data)
    return (
        Contour(
            name="truth",
            title=N_("Edge of the true density"),
            role="truth",
            values=density,
            levels=(level,),
            extent=extent,
        ),
    )


def _books(a, entropy: float) -> tuple[Layer, ...]:
    """The account of the change of variables, as bars that only the diagram draws."""
    prior, nll = float(a["books"][0, 2]), -float(a["books"][-1, 2])
    gains = a["gains"]
    return (
        Points(name="noise", title=N_("Noise"), role="neutral", stage=False, xy=a["forward"][0] / REACH),
        Bars(
            name="prior",
            title=N_("Mean log density of the noise"),
            role="neutral",
            stage=False,
            values=np.array([prior], np.float32),
            labels=("log p(z₀)",),
            roles=("neutral",),
            low=-6.0,
            high=0.0,
            guides=((-2.8379, N_("of Gaussian noise itself")),),
        ),
        Bars(
            name="gains",
            title=N_("Mean log|det J| of each layer"),
            role="gradient",
            stage=False,
            values=gains.astype(np.float32),
            labels=tuple(f"{stop:g}" for stop in a["stops"][1:]),
            roles=("gradient",) * len(gains),
            low=-1.5,
            high=1.5,
        ),
        Bars(
            name="nll",
            title=N_("Negative log likelihood"),
            role="field",
            stage=False,
            values=np.array([nll], np.float32),
            labels=("−log p(x)",),
            roles=("field",),
            low=min(0.0, entropy) - 0.5,
            high=entropy + 3.0,
            guides=((entropy, N_("entropy of the data")),),
        ),
    )


def _trajectory(stops: np.ndarray, books: np.ndarray, drifts: bool) -> Trajectory:
    """`drifts`: along a differential equation, where halts are times."""
    labels = tuple(f"{stop:g}" if (4 * stop if drifts else stop) % 1 == 0 else "" for stop in stops)
    return Trajectory(
        N_("Through time") if drifts else N_("Through the layers"),
        tuple(float(stop) for stop in stops),
        labels,
        start=N_("noise"),
        end=N_("data"),
        numbers=(
            Number("log p(z₀)", books[:, 0], N_("nats")),
            Number("Σ log|det J|", books[:, 1], N_("nats")),
            Number("log p(zₖ)", books[:, 2], N_("nats")),
        ),
    )


def _diagram(stops: np.ndarray, extent: Extent, drifts: bool) -> Diagram:
    unit = (-1.1, 1.1, -1.1, 1.1)
    plain = (0.0, 1.0, 0.0, 1.0)
    chosen = sorted({round(k) for k in np.linspace(0, len(stops) - 1, min(len(SLOTS), len(stops)))})
    slots = (*SLOTS[: len(chosen) - 1], SLOTS[-1])
    names = [f"z{k}" for k in chosen]
    stations = [
        Node(
            "z0",
            N_("Noise z₀"),
            N_("Random numbers from a Gaussian: where every sample begins, and where data end that are carried back."),
            ("noise",),
            SLOTS[0],
            extent=unit,
            moment=float(stops[0]),
        )
    ]
    for k, name, slot in zip(chosen[1:-1], names[1:-1], slots[1:-1], strict=True):
        stations.append(
            Node(
                name,
                _name(stops[k], drifts),
                N_(
                    "Between noise and data: what the layers up to here have made of the noise, with its exact density."
                ),
                ("density", "backward", "forward"),
                slot,
                extent=extent,
                role="field",
                moment=float(stops[k]),
            )
        )
    stations.append(
        Node(
            names[-1],
            f"{_name(stops[-1], drifts)} = x",
            N_("After the last layer: samples of the model beside the data, on the model's density."),
            ("density", "backward", "forward"),
            slots[-1],
            extent=extent,
            role="generated",
            moment=float(stops[-1]),
        )
    )
    on = list(zip(names, names[1:], strict=False))
    back = [(b, a) for a, b in reversed(on)]
    last, inner = names[-1], names[-2]
    return Diagram(
        nodes=(
            *stations,
            Node(
                "prior",
                "log p(z₀)",
                N_("How likely the Gaussian finds the noise that the data were carried to."),
                ("prior",),
                (0, 2),
                extent=plain,
            ),
            Node(
                "nll",
                "−log p(x)",
                N_(
                    "The loss: minus the mean of log p(z₀) and of what the layers add for "
                    "squeezing space. It cannot fall below the entropy of the data."
                ),
                ("nll",),
                (1, 2),
                extent=plain,
                role="field",
            ),
            Node(
                "gains",
                "log|det J|",
                N_(
                    "How much each layer stretches (up) or squeezes (down) the space around the "
                    "data on its way from noise to data."
                ),
                ("gains",),
                (2, 2),
                extent=plain,
                role="gradient",
            ),
        ),
        edges=(
            *(Edge(a, b, title=N_("forward: sampling")) for a, b in on),
            *(Edge(a, b, title=N_("backward: density")) for a, b in back),
            Edge("z0", "prior"),
            Edge(inner if inner != "z0" else last, "gains"),
            Edge("prior", "nll"),
            Edge("gains", "nll"),
            Edge("nll", last, "gradient"),
        ),
        beats=_beats(names, back, inner if inner != "z0" else last),
        probe=Probe("z0", question="z", answer="x", dim=2, reach=REACH, unit=REACH),
    )


def _name(stop: float, drifts: bool) -> str:
    """Of a station: z with its layer as an index, or with its time."""
    if drifts or stop % 1:
        return f"z({stop:g})"
    return f"z{stop:g}".translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def _beats(names: list[str], back: list[tuple[str, str]], inner: str) -> tuple[Beat, ...]:
    last = names[-1]
    return (
        Beat("", N_("A batch of data arrives at the end of the chain."), (last,)),
        *(
            Beat("", N_("The inverse of the layers carries it back, a station nearer to the noise."), pair, (pair,))
            for pair in back
        ),
        Beat(
            "", N_("The Gaussian says how likely it finds the noise they became."), ("z0", "prior"), (("z0", "prior"),)
        ),
        Beat(
            "",
            N_("Each layer reports how much it squeezed or stretched the space around them."),
            (inner, "gains"),
            ((inner, "gains"),),
        ),
        Beat(
            "",
            N_("Both together are log p(x), exactly; the loss is minus its mean."),
            ("prior", "gains", "nll"),
            (("prior", "nll"), ("gains", "nll")),
        ),
        Beat(
            "",
            N_(
                "The loss flows back through all layers, and each changes a little, so that the data become more "
                "likely."
            ),
            ("nll", *reversed(names)),
            (("nll", last),),
        ),
    )
