"""Frame -> what is drawn of a flow of images: its trajectory through the layers, its diagram, its curves."""

from functools import lru_cache

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import N_
from playground.core.scene import (
    Bars,
    Chart,
    Diagram,
    Images,
    Layer,
    Node,
    Role,
    Scene,
    Series,
)
from playground.data.images.digits import DIGITS

from ..config import NormalizingFlowConfig
from ..diagram import LOSS_SLOT, UNIT_EXTENT, chain_slots, flow_diagram, flow_trajectory, likelihood_bars, subscript

COLUMNS = 6
"""Images in a row."""
GAUSSIAN_LOG_PROB = -90.8
"""Mean log density of standard normal noise in 64 dimensions, in nats: -32 (1 + ln 2 pi)."""


def scene(frame: Frame, config: NormalizingFlowConfig) -> Scene:
    """The scene of a frame; `View.snapshot` describes the arrays."""
    a = {name: array.astype(np.float32) for name, array in frame.arrays.items()}
    train, valid, best, step = a["judged"].tolist()
    labels = tuple(f"{at:g}" for at in a["keyframes"])
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
        trajectory=flow_trajectory(a["keyframes"], a["log_prob_terms"], labels, N_("Through the layers"), N_("images")),
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


def charts(config: NormalizingFlowConfig) -> tuple[Chart, ...]:
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
    return (
        *likelihood_bars(a, GAUSSIAN_LOG_PROB, -130.0, (-150.0, 50.0)),
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


def _diagram(keyframes: np.ndarray) -> Diagram:
    (start, first, slot), *middle, (end, last, last_slot) = chain_slots(keyframes)
    noise_help = N_("64 Gaussian random numbers for each image, shown as grey levels.")
    middle_help = N_("Between noise and images: the noise after the layers so far, shown on the scale of the images.")
    images_help = N_("After the last layer: images.")
    real_help = N_("Validation images; the inverse of the layers maps them to noise, which gives their density.")

    def node(
        name: str, title: str, help: str, slot: tuple[int, int], role: Role, at: float, layer: str = "forward"
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
            "bits",
            N_("bits"),
            N_("The negative log likelihood of the grey levels, in bits per dimension: the loss in other units."),
            ("bits",),
            LOSS_SLOT,
            extent=UNIT_EXTENT,
            role="field",
        ),
        N_("A batch of images arrives at the end of the chain. Noise spreads each grey level over its interval."),
        source=node("real", N_("Real images"), real_help, (0, 1), "data", last, "backward"),
    )
