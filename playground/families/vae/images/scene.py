"""Frame -> scene of a VAE of pictures: their codes, sheets of pictures, the diagram, the charts."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Contour, Images, Layer, Paths, Points, Scene, Series
from playground.data.images.digits import DIGITS

from ..config import VaeConfig
from ..diagram import (
    LATENT_EXTENT,
    bound_charts,
    diagram_layers,
    iwae_series,
    subscript,
)
from .diagram import diagram

DIGIT_NAMES = tuple(str(k) for k in range(10))
GRID_SIZE = 61
LOSS_RANGES = {"bernoulli": (0.0, 30.0), "logistic": (0.0, 140.0), "gaussian": (-60.0, 60.0)}
"""(low, high) of the small bars in nats, by likelihood."""


def scene(frame: Frame, config: VaeConfig) -> Scene:
    """The scene of a frame of an experiment on pictures: see `View.snapshot` for the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    train, valid, best, step = a["judged"].tolist()
    labels = (DIGITS.labels("valid") / 9).astype(np.float32)
    first, second = (subscript(k + 1) for k in a["chosen"])
    columns = round(len(a["map"]) ** 0.5)
    beside = np.stack([a["real"], a["back"]], 1).reshape(-1, *DIGITS.shape)
    layers: tuple[Layer, ...] = (
        Contour(
            name="prior_edge",
            title=N_("95 percent of the prior"),
            role="truth",
            levels=(1.0,),
            extent=LATENT_EXTENT,
            values=_prior_height(config.latent),
        ),
        Paths(
            name="outline",
            title=N_("Posteriors (two standard deviations)"),
            role="gradient",
            tween=True,
            xy=a["outline"],
        ),
        Points(
            name="means",
            title=N_("Codes of validation pictures"),
            role="data",
            size=5.0,
            xy=a["means"],
            values=labels,
            kinds=DIGIT_NAMES,
            tween=True,
        ),
        Images(name="real", title=N_("Real pictures"), role="data", pixels=a["real"], columns=4, stage=False),
        Images(
            name="beside",
            title=N_("Real pictures, each with its reconstruction"),
            role="data",
            columns=8,
            pixels=beside,
            roles=("data", "generated") * len(a["real"]),
            stage=False,
        ),
        Images(name="samples", title=N_("Samples"), role="generated", pixels=a["samples"], columns=4, stage=False),
        Images(
            name="map",
            title=N_("Latent plane, decoded"),
            role="generated",
            pixels=a["map"],
            columns=columns,
            shown=False,
            tween=True,
        ),
        *diagram_layers(a, LOSS_RANGES[config.decoder_likelihood], independent_pixels(config.decoder_likelihood)),
    )
    cost, rate, _ = a["parts"].tolist()
    return Scene(
        layers,
        extent=LATENT_EXTENT,
        diagram=diagram(config, a),
        legend=N_(
            "Each dot is the code of a validation picture, coloured by its digit. [gradient:Outlines] are posteriors "
            "(two standard deviations); the [truth:ring] encloses 95 percent of the prior. The axes are {first} and "
            "{second}. The best weights so far are those of step {best_step}."
        ),
        words=N_(
            "Step {step}: −ELBO is {valid} nats for validation pictures (reconstruction {cost}, KL {rate}) and "
            "{train} for training pictures. The minimum so far is {best}, at step {best_step}."
        ),
        values={
            "step": str(frame.step),
            "train": f"{train:.2f}",
            "valid": f"{valid:.2f}",
            "best": f"{best:.2f}",
            "best_step": f"{step:.0f}",
            "cost": f"{cost:.2f}",
            "rate": f"{rate:.2f}",
            "first": first,
            "second": second,
        },
    )


def charts(config: VaeConfig) -> tuple[Chart, ...]:
    """The charts, with their references."""
    low, high = {"bernoulli": (14.0, 30.0), "logistic": (85.0, 125.0), "gaussian": (None, None)}[
        config.decoder_likelihood
    ]
    return (
        Chart(
            "bound",
            N_("Bound on −log p(x)"),
            (
                *iwae_series(config),
                Series("bound", N_("−ELBO of the batch"), "field"),
                Series("train_elbo", N_("−ELBO of training pictures"), "data"),
                Series("valid_elbo", N_("−ELBO of validation pictures"), "generated"),
            ),
            unit=N_("nats"),
            guides=independent_pixels(config.decoder_likelihood),
            low=low,
            high=high,
        ),
        *bound_charts(config),
    )


@lru_cache(maxsize=4)
def independent_pixels(likelihood: str) -> tuple[tuple[float, str], ...]:
    """Reference line: nats of the test pictures under a model of independent pixels, with level frequencies of the
    training pictures (Laplace smoothing). Empty for the Gaussian, whose densities are not comparable."""
    if likelihood == "gaussian":
        return ()
    pictures = DIGITS.binary if likelihood == "bernoulli" else DIGITS.images
    levels = 2 if likelihood == "bernoulli" else DIGITS.levels
    train, test = (pictures(part).reshape(-1, DIGITS.dim) for part in ("train", "test"))
    counts = np.stack([(train == level).sum(0) for level in range(levels)]) + 1  # (levels, 64)
    nats = -np.log(counts / counts.sum(0))
    return ((float(nats[test, np.arange(DIGITS.dim)].sum(1).mean()), N_("independent pixels")),)


@lru_cache(maxsize=2)
def _prior_height(latent: int) -> np.ndarray:
    """A function on the latent extent whose level 1 encloses 95 percent of the prior."""
    axis = np.linspace(LATENT_EXTENT[0], LATENT_EXTENT[1], GRID_SIZE)
    across, up = np.meshgrid(axis, axis)
    square = (across**2 + up**2) / 5.991 if latent > 1 else across**2 / 3.841 + (up / 1.6) ** 2
    return np.exp(1 - square).astype(np.float32)
