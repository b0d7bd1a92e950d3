"""The small laboratories of a flow: what its exact density, its samples and its slices look like.

The experiment's `respond` computes the answers, which `draw` makes into scenes beside the truth.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import PLANE, Axes, Contour, Extent, Heatmap, Mesh, Paths, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.densities import Isotropic
from playground.data.plane.distribution import Distribution

from . import picture_panels
from .astray import astray, edge
from .config import TITLES, plan

SIZES = (50, 100, 200)
"""How finely a density may be looked at, in places along each axis."""
FAINTEST = 1e-3
"""Density (for each unit of area) from which on places are compared: below it a ratio says little."""
CAP = 3.0
"""Nats at which a difference of log densities has its full colour."""
LEAST = -1e4
"""Log densities count as no less."""
STRETCH = 2.0
"""Nats at which stretching has its full colour."""

Pictures = tuple[tuple[str, Scene], ...]


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a flow with these settings."""
    if config.data == "digits":
        return picture_panels.panels(config)
    low, high = dataset_of(config).bounds
    layers = plan(config)[-1][1] + 1
    return (
        Panel(
            "density",
            N_("Density estimation"),
            N_(
                "The density of the model at every place, exactly, beside the density of the data, and how they differ."
            ),
            (
                Dial(
                    "view",
                    N_("What is shown"),
                    "choice",
                    "linear",
                    options=(("linear", N_("density")), ("log", N_("logarithm of the density"))),
                ),
                Dial(
                    "size",
                    N_("Places along each axis"),
                    "choice",
                    "100",
                    options=tuple((str(size), str(size)) for size in SIZES),
                ),
            ),
        ),
        Panel(
            "generation",
            N_("Generation"),
            N_(
                "Fresh noise, carried through the layers. Below a temperature of 1 the noise is pulled towards its "
                "middle: safer samples, but fewer kinds of them."
            ),
            (
                Dial("temperature", N_("Temperature"), default=1.0, low=0.0, high=2.0, step=0.05),
                Dial("count", N_("Samples"), default=500, low=50, high=2000, step=50),
                Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Another number is other noise.")),
            ),
        ),
        Panel(
            "inpainting",
            N_("Inpainting"),
            N_(
                "Half of a point is known, the other half is drawn: the density along the line, divided by its sum, is "
                "the exact conditional distribution. Nothing is trained for it."
            ),
            (
                Dial("known", N_("Known coordinate"), "choice", "x1", options=(("x1", "x₁"), ("x2", "x₂"))),
                Dial("value", N_("Its value"), default=0.5, low=low, high=high, step=0.05),
                Dial("count", N_("Samples"), default=60, low=0, high=300, step=10),
            ),
        ),
        Panel(
            "stretching",
            N_("Where a layer stretches"),
            N_(
                "One layer alone: by how much it stretches or squeezes the area around each place, log|det J|, and "
                "what it does to a square grid."
            ),
            (Dial("layer", N_("Layer"), default=2, low=1, high=layers, step=1),) if layers > 1 else (),
        ),
    )


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    if config.data == "digits":
        return picture_panels.draw(name, answer, values, config)
    return {"density": _density, "generation": _generation, "inpainting": _inpainting, "stretching": _stretching}[name](
        answer, values, config
    )


@lru_cache(maxsize=16)
def truth(data: Distribution, size: int) -> np.ndarray:
    """Exact log density on a grid (size, size) of the frame, row 0 the lowest x2; at least `LEAST`.

    A mixture of round bells, such as the estimate of own data, is one product of two matrices there.
    """
    axis = np.linspace(*data.bounds, size)
    if isinstance(data, Isotropic):
        places, weights = data.components
        bells = np.exp(-0.5 * ((axis[:, None, None] - places) / data.std) ** 2)  # (size, parts, 2)
        p = (bells[..., 1] * (weights / (2 * np.pi * data.std**2))) @ bells[..., 0].T
        log_p = np.log(p, where=p > 0, out=np.full((size, size), LEAST))
    else:
        log_p = data.log_prob(np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)).reshape(size, size)
    log_p = np.maximum(log_p, LEAST)
    log_p.setflags(write=False)
    return log_p


def name_of_truth(config: Config) -> str:
    """What the pictures compare with; of own data only an estimate is known."""
    return N_("Kernel estimate of your data") if config.data == "own" else N_("Exact density of the data")


def _frame(data: Distribution) -> Extent:
    low, high = data.bounds
    return (low, high, low, high)


def _density(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """`log_p` (size, size) of the model."""
    data, log_q = dataset_of(config), np.maximum(answer["log_p"].astype(np.float64), LEAST)
    extent, log_p = _frame(data), truth(data, len(log_q))
    cell = ((extent[1] - extent[0]) / (len(log_q) - 1)) ** 2
    p, q = np.exp(log_p), np.exp(log_q)
    difference = np.where(np.maximum(p, q) > FAINTEST, np.clip(log_q - log_p, -CAP, CAP), 0.0)
    lost = float(np.sum(p * (log_p - log_q)) * cell)
    level, share = edge(data)
    inside, astray = float(q.sum() * cell), float(q[log_p < level].sum() * cell)
    if values["view"] == "log":
        shown, low, high = (log_q, log_p), -12.0, float(np.quantile(log_p, 0.999)) + 0.5
    else:
        shown, low, high = (q, p), 0.0, 1.1 * float(np.quantile(p, 0.999))
    return (
        (
            N_("The model"),
            _map(
                shown[0],
                "field",
                extent,
                low,
                high,
                N_(
                    "The model's density sums to {inside} over this frame; {astray} percent of it lie where data "
                    "hardly ever are, of the truth {share} percent."
                ),
                {"inside": f"{inside:.3f}", "astray": f"{100 * astray:.1f}", "share": f"{100 * share:.0f}"},
            ),
        ),
        (
            name_of_truth(config),
            _map(
                shown[1],
                "truth",
                extent,
                low,
                high,
                N_("The entropy of this density is {entropy} nats: the least that any model can need."),
                {"entropy": f"{data.entropy:.3f}"},
            ),
        ),
        (
            N_("Difference of the logarithms"),
            _map(
                difference,
                "field",
                extent,
                -CAP,
                CAP,
                N_(
                    "Where the model says too much (blue) or too little (orange), in nats; the loss of likelihood, "
                    "summed over this grid, is {lost} nats."
                ),
                {"lost": f"{lost:.3f}"},
                "diverging",
                (N_("too little"), N_("too much")),
            ),
        ),
    )


def _map(
    values: np.ndarray,
    role: str,
    extent: Extent,
    low: float,
    high: float,
    words: str,
    said: Mapping,
    scale: str = "sequential",
    ends: tuple[str, str] = ("", ""),
) -> Scene:
    layer = Heatmap(
        name="map",
        title=N_("Density"),
        role=role,
        values=values.astype(np.float32),
        extent=extent,
        low=low,
        high=high,
        scale=scale,
        low_title=ends[0],
        high_title=ends[1],
    )
    return Scene((layer,), legend=words, words=words, values=said, extent=extent)


def _outline(data: Distribution, extent: Extent) -> Contour:
    return Contour(
        name="truth",
        title=N_("Edge of the true density"),
        role="truth",
        extent=extent,
        values=np.maximum(truth(data, 61), -30).astype(np.float32),
        levels=(edge(data)[0],),
    )


def _generation(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """`z` and `x` (n, 2): noise and samples."""
    data, x = dataset_of(config), answer["x"]
    extent = _frame(data)
    score = astray(x, data)
    return (
        (
            N_("Noise"),
            Scene(
                (Points(name="noise", title=N_("Noise"), role="neutral", xy=answer["z"]),),
                extent=PLANE,
                legend="",
                words=N_("{count} points of noise."),
                values={"count": str(len(x))},
            ),
        ),
        (
            N_("Samples"),
            Scene(
                (_outline(data, extent), Points(name="samples", title=N_("Samples"), role="generated", xy=x)),
                extent=extent,
                values={"astray": f"{100 * score.value:.1f}", "share": f"{100 * score.floor:.0f}"},
                legend=N_(
                    "{astray} percent of the [generated:samples] are outside the [truth:line], where {share} percent "
                    "of the data are."
                ),
                words=N_("{astray} percent of the samples are where data hardly ever are."),
            ),
        ),
    )


def _inpainting(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """`at` (m,) places along the line, `log_p` (m,) there, `drawn` (n,) places."""
    data = dataset_of(config)
    extent, first = _frame(data), values["known"] == "x1"
    at, value = answer["at"].astype(np.float64), float(values["value"])
    line = np.full_like(at, value)
    places = np.stack([line, at] if first else [at, line], 1)
    model, marginal = conditional(answer["log_p"].astype(np.float64), at)
    exact, true_marginal = conditional(data.log_prob(places), at)
    drawn = answer["drawn"]
    known = np.full_like(drawn, value)
    top = 1.1 * max(float(model.max()), float(exact.max()), 1e-6)
    curve = Scene(
        (
            Paths(name="exact", title=name_of_truth(config), role="truth", xy=_curve(at, exact)),
            Paths(name="model", title=N_("The model"), role="field", xy=_curve(at, model)),
            Points(
                name="drawn",
                title=N_("Drawn"),
                role="generated",
                xy=np.stack([drawn, np.full_like(drawn, 0.015 * top)], 1),
            ),
        ),
        extent=(extent[0], extent[1], 0.0, top),
        axes=Axes("x₂" if first else "x₁", N_("conditional density")),
        legend=N_(
            "The [field:model's] conditional density along the line, and the [truth:exact] one. The value itself "
            "has density {model} in the model, {exact} in the data."
        ),
        words=N_("The known value has density {model} in the model, {exact} in the data."),
        values={"model": f"{marginal:.3f}", "exact": f"{true_marginal:.3f}"},
    )
    ends = np.array([[[value, extent[2]], [value, extent[3]]]], np.float32)
    plane = Scene(
        (
            Heatmap(
                name="density",
                title=N_("The model's density"),
                role="field",
                values=answer["map"],
                extent=extent,
                high=max(float(answer["map"].max()), 1e-6),
                scale="sequential",
            ),
            _outline(data, extent),
            Paths(name="line", title=N_("What is known"), role="neutral", xy=ends if first else ends[..., ::-1].copy()),
            Points(
                name="drawn",
                title=N_("Drawn"),
                role="generated",
                size=4.0,
                xy=np.stack([known, drawn] if first else [drawn, known], 1),
            ),
        ),
        extent=extent,
        legend=N_("All points lie on the line of the known value; where on it is [generated:drawn]."),
        words=N_("{count} points drawn on the line of the known value."),
        values={"count": str(len(drawn))},
    )
    return (N_("On the plane"), plane), (N_("Along the line"), curve)


def conditional(log_p: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, float]:
    """A joint log density (m,) along a line, as the conditional density (m,), and the sum it was divided by."""
    p = np.exp(np.maximum(log_p, -700))
    total = float(np.trapezoid(p, at))
    return (p / total if total > 1e-300 else np.zeros_like(p)), total


def _curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A graph as one path (1, m, 2)."""
    return np.stack([x, y], 1)[None].astype(np.float32)


def _stretching(answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """`log_det` (c, c) of the layer at the places it gets, `before` and `after` (r, r, 2) a grid."""
    data, layer = dataset_of(config), int(values.get("layer", 1))
    extent, log_det = _frame(data), answer["log_det"]
    heat = Heatmap(
        name="map",
        title=N_("log|det J|"),
        role="field",
        values=np.clip(log_det, -STRETCH, STRETCH),
        extent=extent,
        low=-STRETCH,
        high=STRETCH,
        low_title=N_("squeezes"),
        high_title=N_("stretches"),
    )
    names = [TITLES[name] for name, number in plan(config) if number == layer - 1]
    here = Points(name="here", title=N_("What comes to this layer"), role="generated", xy=answer["points"], size=2.5)
    least, most = float(log_det.min()), float(log_det.max())
    grids = [
        Mesh(
            name="grid",
            title=N_("Grid"),
            role="neutral",
            xy=answer[name],
            weights=np.full([n - 1 for n in answer[name].shape[:2]], 0.12, np.float32),
        )
        for name in ("before", "after")
    ]
    return (
        (
            N_("Before the layer"),
            Scene(
                (heat, here),
                extent=extent,
                legend=N_(
                    "Areas change by a factor of {least} to {most} here. Blue: stretched; orange: squeezed. Each "
                    "[generated:dot] is noise on its way."
                ),
                words=N_("Layer {layer} changes areas by a factor of {least} to {most}."),
                values={"layer": str(layer), "least": f"{np.exp(least):.2f}", "most": f"{np.exp(most):.2f}"},
            ),
        ),
        (N_("A square grid"), Scene((grids[0],), extent=extent, legend="", words=N_("A square grid."))),
        (
            N_("After the layer"),
            Scene(
                (grids[1],),
                extent=extent,
                legend=names[-1] if len(names) == 1 else "",
                words=N_("The same grid after the layer."),
            ),
        ),
    )
