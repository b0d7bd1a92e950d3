"""Frame -> what is drawn of a flow of images: its trajectory through the layers, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Bars,
    Chart,
    Diagram,
    Images,
    Layer,
    Node,
    Number,
    Scene,
    Series,
    Trajectory,
)
from playground.data.images.digits import DIGITS

from ..diagram import LOG_DET_SLOT, LOSS_SLOT, PRIOR_SLOT, chain_slots, flow_diagram, subscript

COLUMNS = 6
"""Images in a row."""
GAUSSIAN_LOG_PROB = -90.8
"""Mean log density of standard normal noise in 64 dimensions, in nats: -32 (1 + ln 2 pi)."""
UNIT_EXTENT = (0.0, 1.0, 0.0, 1.0)


def scene(frame: Frame, config: Config) -> Scene:
    """The scene of a frame; `View.snapshot` describes the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    train, valid, best, step = a["judged"].tolist()
    images = (
        Images(
            name="forward",
            title=N_("Noise, mapped to images"),
            role="generated",
            pixels=a["forward"],
            columns=COLUMNS,
            trajectory=True,
        ),
        Images(
            name="backward",
            title=N_("Real images, mapped to noise"),
            role="data",
            pixels=a["backward"],
            columns=COLUMNS,
            trajectory=True,
            shown=False,
        ),
    )
    return Scene(
        (*images, *_diagram_layers(a, valid)),
        diagram=_diagram(a["keyframes"]),
        trajectory=_trajectory(a["keyframes"], a["log_prob_terms"]),
        legend=N_(
            "[generated:Noise] that the layers map to images; switch to the [data:real images] to see the inverse map "
            "them to noise. The best weights so far are those of step {best_step}."
        ),
        words=N_(
            "At step {step} the flow needs {valid} bits per dimension for validation images and {train} for training "
            "images. The best so far is {best}, at step {best_step}."
        ),
        values={
            "step": str(frame.step),
            "train": f"{train:.2f}",
            "valid": f"{valid:.2f}",
            "best": f"{best:.2f}",
            "best_step": f"{step:.0f}",
        },
    )


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    return (
        Chart(
            "bits",
            N_("Bits per dimension"),
            (
                Series("bits", N_("of the batch"), "field"),
                Series("train_bits", N_("of training images"), "data"),
                Series("valid_bits", N_("of validation images"), "generated"),
            ),
            unit=N_("bits per dimension"),
            guides=((independent_bits(), N_("independent pixels")),),
            low=1.6,
            high=3.2,
        ),
        Chart(
            "invertibility",
            N_("Round-trip error"),
            (Series("invertibility", N_("largest of a pixel"), "neutral"),),
            log=True,
        ),
    )


@lru_cache(maxsize=1)
def independent_bits() -> float:
    """Bits per dimension of the test images in a model of independent pixels: the frequencies of their levels in the
    training images, each count plus one (Laplace)."""
    pixels, test = (DIGITS.images(part).reshape(-1, DIGITS.dim) for part in ("train", "test"))
    counts = np.stack([(pixels == level).sum(0) for level in range(DIGITS.levels)]) + 1  # (levels, 64)
    probability = counts / counts.sum(0)
    return -float(np.mean(np.log2(probability[test, np.arange(DIGITS.dim)])))


def _diagram_layers(a: dict[str, np.ndarray], valid: float) -> tuple[Layer, ...]:
    """The terms of the change of variables, which only the diagram draws."""
    prior, log_det = float(a["log_prob_terms"][0, 0]), a["mean_log_det"]
    return (
        Bars(
            name="prior",
            title=N_("Mean log density of the noise"),
            role="neutral",
            stage=False,
            values=np.array([prior], np.float32),
            labels=("log p(z₀)",),
            roles=("neutral",),
            low=-130.0,
            high=0.0,
            guides=((GAUSSIAN_LOG_PROB, N_("of Gaussian noise")),),
        ),
        Bars(
            name="mean_log_det",
            title=N_("Mean log|det J| of each layer"),
            role="gradient",
            stage=False,
            values=log_det.astype(np.float32),
            labels=tuple(str(k + 1) for k in range(len(log_det))),
            roles=("gradient",) * len(log_det),
            low=-150.0,
            high=50.0,
        ),
        Bars(
            name="bits",
            title=N_("Bits per dimension"),
            role="field",
            stage=False,
            values=np.array([valid], np.float32),
            labels=(N_("bits per dimension"),),
            roles=("field",),
            low=0.0,
            high=4.1,
            guides=((independent_bits(), N_("independent pixels")),),
        ),
    )


def _trajectory(keyframes: np.ndarray, terms: np.ndarray) -> Trajectory:
    return Trajectory(
        N_("Through the layers"),
        tuple(float(at) for at in keyframes),
        tuple(f"{at:g}" for at in keyframes),
        start=N_("noise"),
        end=N_("images"),
        numbers=(
            Number("log p(z₀)", terms[:, 0], N_("nats")),
            Number("Σ log|det J|", terms[:, 1], N_("nats")),
            Number("log p(zₖ)", terms[:, 2], N_("nats")),
        ),
    )


def _diagram(keyframes: np.ndarray) -> Diagram:
    (start, first, slot), *middle, (end, last, last_slot) = chain_slots(keyframes)
    noise_help = N_("64 Gaussian random numbers for each image, shown as grey levels.")
    middle_help = N_("Between noise and images: the noise after the layers so far, shown on the scale of the images.")
    images_help = N_("After the last layer: images.")
    real_help = N_("Validation images; the inverse of the layers maps them to noise, which gives their density.")

    def node(
        name: str, title: str, help: str, slot: tuple[int, int], role: str, at: float, layer: str = "forward"
    ) -> Node:
        return Node(name, title, help, (layer,), slot, extent=UNIT_EXTENT, role=role, moment=at)

    chain = (
        node(start, N_("Noise z₀"), noise_help, slot, "neutral", first),
        *(node(z, f"z{subscript(at)}", middle_help, slot, "field", at) for z, at, slot in middle),
        node(end, f"z{subscript(last)} = x", images_help, last_slot, "generated", last),
    )
    return flow_diagram(
        chain,
        Node(
            "prior",
            "log p(z₀)",
            N_("The Gaussian log density of the noise that the images are mapped to."),
            ("prior",),
            PRIOR_SLOT,
            extent=UNIT_EXTENT,
        ),
        Node(
            "bits",
            N_("bits"),
            N_("The negative log likelihood of the grey levels, in bits per dimension: the loss in other units."),
            ("bits",),
            LOSS_SLOT,
            extent=UNIT_EXTENT,
            role="field",
        ),
        Node(
            "log_det",
            "log|det J|",
            N_("How much each layer stretches (up) or squeezes (down) space around the images, from noise to data."),
            ("mean_log_det",),
            LOG_DET_SLOT,
            extent=UNIT_EXTENT,
            role="gradient",
        ),
        N_("A batch of images arrives at the end of the chain. Noise spreads each grey level over its interval."),
        source=node("real", N_("Real images"), real_help, (0, 1), "data", last, "backward"),
    )
