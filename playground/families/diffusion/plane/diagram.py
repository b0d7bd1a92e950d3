"""The diagram of a model on the plane."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Diagram, Extent, Node, Probe

from ..diagram import diagram

REACH = 3.0
"""The largest coordinate to which noise can be moved by hand."""
UNIT_SQUARE = (0.0, 1.0, 0.0, 1.0)
CAPTIONS = (
    N_("A batch of data is drawn, and for each data point a time."),
    N_("Noise is added, more of it at later times."),
    N_("The network gets the noised data and the time."),
    N_("It predicts the data, or the noise."),
    N_(
        "The squared error is the loss. It cannot reach 0: many data could have become this point, and the best "
        "prediction is their mean."
    ),
    N_("The gradient flows back and changes every weight a little. Training needs no sampler."),
    N_("Sampling turns noise into data: call the network, do a step, and repeat."),
)


def plane_diagram(a: Mapping[str, np.ndarray], extent: Extent) -> Diagram:
    """Of the arrays of a frame."""
    last, half = float(a["stops"][-1]), a["half"].item()
    nodes = (
        Node("data", N_("Data x₀"), N_("Data points."), ("noised",), (0, 0), extent, "data", last),
        Node(
            "noised",
            N_("Noised xₜ"),
            N_("A mixture of data and noise, here in equal parts."),
            ("marginal", "noised"),
            (1, 0),
            extent,
            "data",
            half,
        ),
        Node(
            "network",
            N_("Network"),
            N_(
                "Gets a noised point and the time, and predicts the noise, the data, or the velocity: each follows "
                "from each other."
            ),
            ("marginal", "flow"),
            (2, 0),
            extent,
            "gradient",
            half,
        ),
        Node(
            "noise",
            N_("Noise ε"),
            N_("Random numbers from a Gaussian: added to the data in training, and the start of every sample."),
            ("noise",),
            (0, 1),
            (-REACH, REACH, -REACH, REACH),
        ),
        Node(
            "loss",
            N_("Loss"),
            N_(
                "The squared error at each noise level, and beside it the lowest possible one: much noise hides what "
                "the data were."
            ),
            ("errors",),
            (1, 1),
            UNIT_SQUARE,
            "field",
        ),
        Node(
            "guess",
            N_("Prediction x̂₀"),
            N_("The data that the network predicts from the noised points."),
            ("guess",),
            (2, 1),
            extent,
            "generated",
        ),
        Node(
            "sampler",
            N_("Sampler"),
            N_("Goes from noise to data in small steps, and calls the network in each."),
            ("tracks",),
            (1, 2),
            extent,
        ),
        Node(
            "samples",
            N_("Samples"),
            N_("The end of the sampler's paths."),
            ("cloud",),
            (2, 2),
            extent,
            "generated",
            last,
        ),
    )
    return diagram(nodes, CAPTIONS, Probe("noise", question="z", answer="x", dim=2, reach=REACH, unit=1.0))
