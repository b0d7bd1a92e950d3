"""The diagram of a VAE of pictures."""

from playground.core.i18n import N_
from playground.core.scene import Diagram, Node
from playground.data.images.digits import DIGITS

from ..config import VaeConfig
from ..diagram import BEATS, EDGES, LATENT_EXTENT, NODES, UNIT_SQUARE, probe


def diagram(config: VaeConfig, arrays) -> Diagram:
    """The diagram of a frame; `arrays` are those of the scene."""
    chosen = tuple(int(k) for k in arrays["chosen"])
    words = N_("The plane of two latent dimensions, decoded into pictures. The other dimensions are 0.")
    whole = N_("The latent plane, decoded into pictures. Nearby codes give similar pictures.")
    return Diagram(
        nodes=(
            Node(
                "x",
                N_("Pictures x"),
                N_("Validation pictures."),
                ("real",),
                (0, 0),
                extent=UNIT_SQUARE,
                role="data",
            ),
            Node(
                "encoder",
                N_("Encoder"),
                N_("Maps each picture to a posterior: an outline of two standard deviations around the mean."),
                ("prior_edge", "outline", "means"),
                (1, 0),
                extent=LATENT_EXTENT,
                role="gradient",
            ),
            NODES["z"],
            Node(
                "decoder",
                N_("Decoder"),
                whole if config.latent <= 2 else words,
                ("map",),
                (2, 1),
                extent=UNIT_SQUARE,
                role="field",
            ),
            Node(
                "back",
                N_("Reconstructions x′"),
                N_("Real pictures (blue), each with its reconstruction (orange)."),
                ("beside",),
                (1, 1),
                extent=UNIT_SQUARE,
                role="data",
            ),
            Node(
                "samples",
                N_("Samples"),
                N_("Codes drawn from the prior, then decoded."),
                ("samples",),
                (2, 2),
                extent=UNIT_SQUARE,
                role="generated",
            ),
            NODES["cost"],
            NODES["rates"],
            NODES["whole"],
        ),
        edges=EDGES,
        beats=BEATS,
        probe=probe(config.latent, DIGITS.shape, chosen),
    )
