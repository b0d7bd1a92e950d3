"""Frame -> scene of a diffusion model on the plane: from noise to data, the diagram, the curves."""

from dataclasses import replace

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Arrows, Bars, Chart, Paths, Points, Scene, Series, Trajectory
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.charts import distance_chart

from ..catalogue import CATALOGUE
from ..charts import GRADIENT, loss_chart
from ..conditioning import chosen_class, target_data
from ..config import DiffusionConfig
from ..diagram import trajectory
from ..gaussian_components import gaussian_components
from .diagram import plane_diagram
from .layers import cell, data_extent, density_layer, density_of_samples, grid, limit_lengths, outline_of, true_contour

FLOW_LENGTH, SCORE_LENGTH = 0.12, 0.15
"""Lengths of arrows for one unit; the longest end at the next arrow."""
LOSS_ON_A_GRID = N_(
    "Loss at each noise level (second bar: the lowest possible, for Gaussians on a grid in place of the data)"
)
LOSS_ALONE = N_("Loss at each noise level (the lowest possible is unknown for these pairs)")


def scene(frame: Frame, config: DiffusionConfig) -> Scene:
    """The scene of a frame of a `DiffusionExperiment`: see `view.View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    data: Distribution = dataset_of(config)
    extent, size = data_extent(config), round(a["flow"].shape[1] ** 0.5)
    points, distance = grid(extent, size)[None], cell(extent, size)
    done, calls = int(a["steps"].item()), int(a["levels"][-1, 2])
    several_classes = "kinds" in a and chosen_class(config) is None
    exact = gaussian_components(data) is not None
    layers = (
        density_layer(
            density_of_samples(a["cloud"], extent),
            extent,
            title=N_("Density of the samples at this time (kernel estimate)"),
            low_title=N_("none"),
            high_title=N_("high"),
        ),
        replace(outline_of(a["density"], extent), title=_outline_title(config)),
        true_contour(target_data(config, data)),
        Arrows(
            name="flow",
            title=N_("Velocity of the network"),
            role="gradient",
            xy=points,
            uv=limit_lengths(a["flow"], distance / FLOW_LENGTH),
            length=FLOW_LENGTH,
            trajectory=True,
        ),
        *([_score(a["score"], points, distance)] if config.independent else []),
        Points(
            name="noised",
            title=N_("Data, noised to this time"),
            role="data",
            xy=a["noised"],
            tween=True,
            trajectory=True,
            shown=False,
            values=a["data_kinds"][None] if "data_kinds" in a else None,
        ),
        Paths(name="tracks", title=N_("Paths of the samples"), role="neutral", xy=a["tracks"], shown=False),
        Points(
            name="cloud",
            title=N_("Samples on their way from noise"),
            role="generated",
            xy=a["cloud"],
            tween=True,
            trajectory=True,
            values=a["kinds"][None] if several_classes else None,
        ),
        Points(name="guess", title=N_("Predicted data"), role="generated", xy=a["guess"], stage=False),
        Points(name="noise", title=N_("Noise"), role="neutral", xy=a["cloud"][0], stage=False),
        _loss_bars(a["errors"] if config.independent or config.reflows else a["errors"][:1], a["at"], exact),
    )
    words = N_("At step {step}: {done:sampling step|sampling steps}, {calls:network call|network calls}.")
    if CATALOGUE[config.sampler].calls and done < config.steps:
        words = N_(
            "At step {step}: shown with {done} of {steps:sampling step|sampling steps}, {calls:network call|network "
            "calls}. The panels below use all steps."
        )
    return Scene(
        layers,
        legend=_legend(config, several_classes),
        words=words,
        extent=extent,
        diagram=plane_diagram(a, extent),
        trajectory=_trajectory(a),
        values={
            "step": str(frame.step),
            "done": str(done),
            "steps": str(config.steps),
            "calls": str(calls),
            "wanted": config.wanted,
            "guidance": f"{config.guidance:g}",
        },
    )


def charts(config: DiffusionConfig) -> tuple[Chart, ...]:
    """The curves. The floor of the loss is that of the optimal denoiser on the same pairs."""
    straight = Chart(
        "straight",
        N_("Bend of the paths (S), and distance after a single step"),
        (Series("straightness", N_("bend"), "field"), Series("one_step", N_("single step"), "generated")),
        log=True,
    )
    return (
        loss_chart(Series("denoising", N_("of fixed pairs"), "data")),
        distance_chart(dataset_of(config)),
        *([straight] if config.process == "linear" else []),
        GRADIENT,
    )


def _legend(config: DiffusionConfig, several_classes: bool) -> str:
    if several_classes:
        return N_(
            "Each dot is noise that the sampler moves to the class of its colour; the [gradient:arrows] are the "
            "network's velocity without a class. The [field:background] is the density of these dots at this time; the "
            "[truth:line] encloses 95 percent of the data."
        )
    if config.classes:
        return N_(
            "Each [generated:dot] is noise that the sampler moves to class {wanted}, with guidance {guidance}; the "
            "[gradient:arrows] are the network's velocity. The [field:background] is the density of these dots at this "
            "time; the [truth:line] encloses 95 percent of this class."
        )
    if config.reflows or config.coupling != "independent":
        return N_(
            "Each [generated:dot] is noise that the flow moves to data; the [gradient:arrows] are the network's "
            "velocity. The [field:background] is the density of these dots at this time; the [truth:line] encloses 95 "
            "percent of the data."
        )
    if config.process == "ve":
        return N_(
            "Each [generated:dot] is noise that the sampler moves to data, drawn smaller where there is more noise; "
            "the [gradient:arrows] are the network's velocity. The [field:background] is the density of these dots at "
            "this time; the [truth:line] encloses 95 percent of the data."
        )
    return N_(
        "Each [generated:dot] is noise that the sampler moves to data; the [gradient:arrows] are the network's "
        "velocity now. The [field:background] is the density of these dots at this time; the [truth:line] encloses 95 "
        "percent of the data."
    )


def _outline_title(config: DiffusionConfig) -> str:
    """Of what the line at each time is, and how exact."""
    data: Distribution = dataset_of(config)
    if not config.independent:
        return N_("Edge of the density at this time (kernel estimate of training pairs)")
    if data.estimated:
        return N_("Edge of the density at this time (kernel estimate of your data)")
    if gaussian_components(data) is None:
        return N_("Edge of the true density at this time (on a grid)")
    return N_("Edge of the true density at this time")


def _score(score: np.ndarray, points: np.ndarray, distance: float) -> Arrows:
    return Arrows(
        name="score",
        title=N_("Score times the noise level"),
        role="gradient",
        xy=points,
        uv=limit_lengths(score, distance / SCORE_LENGTH),
        length=SCORE_LENGTH,
        trajectory=True,
        shown=False,
    )


def _loss_bars(errors: np.ndarray, at: np.ndarray, exact: bool) -> Bars:
    """The loss at each noise level `at` (n,), beside the lowest possible one, if that is known: (1 or 2, n); `exact`:
    not on a grid."""
    known = len(errors) > 1
    both = N_("Loss at each noise level (second bar: the lowest possible)") if exact else LOSS_ON_A_GRID
    return Bars(
        name="errors",
        title=both if known else LOSS_ALONE,
        role="field",
        stage=False,
        values=errors.T.ravel(),
        labels=tuple(text for t in at for text in (f"t={t:.1f}", *[""] * (len(errors) - 1))),
        roles=("field", "truth")[: len(errors)] * len(at),
        low=0.0,
        high=float(max(1.0, 1.2 * errors[-1].max())),
    )


def _trajectory(a) -> Trajectory:
    stops = a["stops"]
    every = max(1, round(len(stops) / 5))
    labels = [f"t = {1 - u:.2g}" if i % every == 0 and i + every <= len(stops) else "" for i, u in enumerate(stops)]
    labels[-1] = "t = 0"
    return trajectory(stops, a["levels"], labels, N_("data"))
