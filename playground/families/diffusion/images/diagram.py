"""The diagram of a model of images."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Diagram, Node

from ..diagram import diagram

WHOLE = (0.0, 1.0, 0.0, 1.0)
CAPTIONS = (
    N_("A batch of images is drawn, and for each image a time."),
    N_("Noise is added, more of it at later times."),
    N_("The network gets the noised images and the time, and for some of them the digit."),
    N_("It predicts the image, or the noise."),
    N_("The squared error is the loss. It cannot reach 0: much noise hides what the image was."),
    N_("The gradient flows back and changes every weight a little. Training needs no sampler."),
    N_("Sampling turns noise into images: call the network, do a step, and repeat."),
)


def image_diagram(a: Mapping[str, np.ndarray]) -> Diagram:
    """Of the arrays of a frame."""
    last, half = float(a["stops"][-1]), float(a["half"].item())
    nodes = (
        Node("data", N_("Data x₀"), N_("Real images, not used in training."), ("data",), (0, 0), WHOLE, "data"),
        Node(
            "noised",
            N_("Noised xₜ"),
            N_("A mixture of data and noise, here in equal parts."),
            ("noised",),
            (1, 0),
            WHOLE,
            "data",
        ),
        Node(
            "network",
            N_("Network"),
            N_(
                "A U-Net gets a noised image and the time: its layers go down to half the resolution and up again, "
                "with skip connections between equal resolutions. Shown here: its predictions for the samples on "
                "their way."
            ),
            ("taken",),
            (2, 0),
            WHOLE,
            "gradient",
            half,
        ),
        Node(
            "noise",
            N_("Noise ε"),
            N_("Random pixels from a Gaussian: added to the images in training, and the start of every sample."),
            ("noise",),
            (0, 1),
            WHOLE,
        ),
        Node(
            "loss",
            N_("Loss"),
            N_(
                "The squared error at each noise level, on training images and on validation images. If the second is "
                "higher, the network overfits."
            ),
            ("errors",),
            (1, 1),
            WHOLE,
            "field",
        ),
        Node(
            "guess",
            N_("Prediction x̂₀"),
            N_("The images that the network predicts from the noised ones: blurred means of many possible images."),
            ("guess",),
            (2, 1),
            WHOLE,
            "gradient",
        ),
        Node(
            "memory",
            N_("Memorised?"),
            N_(
                "Each sample (orange), and on its right the nearest training image (blue). If the network had "
                "memorised the training images, both would be equal."
            ),
            ("beside",),
            (0, 2),
            WHOLE,
            "truth",
        ),
        Node(
            "sampler",
            N_("Sampler"),
            N_("Three images on their way, from noise on the left: above the image itself, below the prediction."),
            ("strip",),
            (1, 2),
            WHOLE,
        ),
        Node(
            "samples",
            N_("Samples"),
            N_("The end of the sampler's paths."),
            ("cloud",),
            (2, 2),
            WHOLE,
            "generated",
            last,
        ),
    )
    return diagram(nodes, CAPTIONS)
