"""The diagram of a VAE on the plane."""

from playground.core.i18n import N_
from playground.core.scene import Diagram, Extent, Node

from ..config import VaeConfig
from ..diagram import BEATS, EDGES, KEYFRAMES, NODES, probe


def diagram(extent: Extent, config: VaeConfig, arrays) -> Diagram:
    """The diagram of a frame; `arrays` are those of the scene."""
    chosen = tuple(int(k) for k in arrays["chosen"])
    return Diagram(
        nodes=(
            Node(
                "x",
                N_("Data x"),
                N_("The data that the model learns."),
                ("truth", "data"),
                (0, 0),
                extent=extent,
                role="data",
                moment=KEYFRAMES[0],
            ),
            Node(
                "encoder",
                N_("Encoder"),
                N_(
                    "Maps each data point to a posterior: an outline of two standard deviations around the mean. The "
                    "background is the mean of all posteriors, which should equal the prior."
                ),
                ("density", "truth", "outline", "data"),
                (1, 0),
                extent=extent,
                role="gradient",
                moment=KEYFRAMES[1],
            ),
            NODES["z"],
            Node(
                "decoder",
                N_("Decoder"),
                N_("A grid of the latent plane, decoded to the data space."),
                ("density", "grid"),
                (2, 1),
                extent=extent,
                role="field",
                moment=KEYFRAMES[2],
            ),
            Node(
                "back",
                N_("Reconstructions x′"),
                N_("The mean of the decoder's distribution for the code of each data point."),
                ("truth", "outline", "data"),
                (1, 1),
                extent=extent,
                role="data",
                moment=KEYFRAMES[2],
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Codes drawn from the prior, then decoded."),
                ("truth", "samples"),
                (2, 2),
                extent=extent,
                role="generated",
                moment=KEYFRAMES[2],
            ),
            NODES["cost"],
            NODES["rates"],
            NODES["whole"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config.latent, None, chosen),
    )
