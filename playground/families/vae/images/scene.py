"""Frame -> what is drawn of an autoencoder of pictures: the map of their codes, sheets of pictures, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import Chart, Contour, Diagram, Images, Layer, Node, Paths, Points, Scene, Series
from playground.data.images.digits import DIGITS

from ..config import VaeConfig
from ..diagram import ABOUT, BEATS, CODE_FRAME, EDGES, WHOLE, aside, parts, probe, subscript, weighted

DIGIT = tuple(str(k) for k in range(10))
CELLS = 61
SPANS = {"bernoulli": (0.0, 30.0), "logistic": (0.0, 140.0), "gaussian": (-60.0, 60.0)}
"""Nats at the foot and at the top of the small bars, by what a pixel follows."""


def scene(frame: Frame, config: VaeConfig) -> Scene:
    """What is drawn of a frame of an experiment on pictures: see `View.snapshot` for the arrays."""
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
            extent=CODE_FRAME,
            values=_edge(config.latent),
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
            title=N_("Codes of pictures kept from training"),
            role="data",
            size=5.0,
            xy=a["means"],
            values=labels,
            kinds=DIGIT,
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
            title=N_("The plane of codes, decoded"),
            role="generated",
            pixels=a["map"],
            columns=columns,
            shown=False,
            tween=True,
        ),
        *aside(a, SPANS[config.decoder_likelihood], alone(config.decoder_likelihood)),
    )
    cost, rate, _ = a["parts"].tolist()
    return Scene(
        layers,
        extent=CODE_FRAME,
        diagram=_diagram(config, a),
        legend=N_(
            "Each dot is the code of a picture that was kept from training, coloured by its digit; "
            "[gradient:outlines] show how sure the encoder is; the [truth:ring] encloses 95 percent of the "
            "prior. Shown are {first} and {second}. The best weights so far are those of step {best_step}."
        ),
        words=N_(
            "At step {step} minus the ELBO is {valid} nats for pictures it has not learnt from ({cost} for the "
            "reconstruction, {rate} for the code), {train} for those that it learns from. Fewest were {best}, at "
            "step {best_step}."
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
    """The curves, with what they are to be compared with."""
    low, high = {"bernoulli": (14.0, 30.0), "logistic": (85.0, 125.0), "gaussian": (None, None)}[
        config.decoder_likelihood
    ]
    return (
        Chart(
            "bound",
            N_("Minus the bound"),
            (
                *weighted(config),
                Series("bound", N_("−ELBO of the batch"), "field"),
                Series("train_elbo", N_("of pictures it learns from"), "data"),
                Series("valid_elbo", N_("of others"), "generated"),
            ),
            unit=N_("nats"),
            guides=alone(config.decoder_likelihood),
            low=low,
            high=high,
        ),
        *parts(config),
    )


@lru_cache(maxsize=4)
def alone(law: str) -> tuple[tuple[float, str], ...]:
    """Nats of the test pictures if every pixel is on its own: its levels counted in the training pictures, each once
    more than it was seen (Laplace). Nothing for densities, which have no such standard."""
    if law == "gaussian":
        return ()
    pictures = DIGITS.binary if law == "bernoulli" else DIGITS.images
    levels = 2 if law == "bernoulli" else DIGITS.levels
    train, test = (pictures(part).reshape(-1, DIGITS.dim) for part in ("train", "test"))
    counts = np.stack([(train == level).sum(0) for level in range(levels)]) + 1  # (levels, 64)
    nats = -np.log(counts / counts.sum(0))
    return ((float(nats[test, np.arange(DIGITS.dim)].sum(1).mean()), N_("every pixel on its own")),)


@lru_cache(maxsize=2)
def _edge(latent: int) -> np.ndarray:
    """A height over the frame that is 1 where the inner 95 percent of the prior end."""
    axis = np.linspace(CODE_FRAME[0], CODE_FRAME[1], CELLS)
    across, up = np.meshgrid(axis, axis)
    square = (across**2 + up**2) / 5.991 if latent > 1 else across**2 / 3.841 + (up / 1.6) ** 2
    return np.exp(1 - square).astype(np.float32)


def _diagram(config: VaeConfig, a) -> Diagram:
    chosen = tuple(int(k) for k in a["chosen"])
    words = N_("The plane of two of the code's dimensions, the other numbers at 0, decoded into pictures.")
    whole = N_("The plane of codes, decoded: every place is a picture, and neighbours are alike.")
    return Diagram(
        nodes=(
            Node(
                "x",
                N_("Pictures x"),
                N_("Pictures that are kept from training."),
                ("real",),
                (0, 0),
                extent=WHOLE,
                role="data",
            ),
            Node(
                "encoder",
                N_("Encoder"),
                N_(
                    "For each picture it says where its code is, and how surely: an outline of two standard deviations."
                ),
                ("prior_edge", "outline", "means"),
                (1, 0),
                extent=CODE_FRAME,
                role="gradient",
            ),
            ABOUT["z"],
            Node(
                "decoder",
                N_("Decoder"),
                whole if config.latent <= 2 else words,
                ("map",),
                (2, 1),
                extent=WHOLE,
                role="field",
            ),
            Node(
                "back",
                N_("Reconstructions x′"),
                N_("Real pictures (blue), each with what the decoder makes of its code (orange)."),
                ("beside",),
                (1, 1),
                extent=WHOLE,
                role="data",
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Codes drawn from the prior, decoded: no picture needed."),
                ("samples",),
                (2, 2),
                extent=WHOLE,
                role="generated",
            ),
            ABOUT["cost"],
            ABOUT["rates"],
            ABOUT["whole"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config.latent, DIGITS.shape, chosen),
    )
