"""The diagram of a model of bits: real pictures, dependencies, conditionals, loss, samples."""

from playground.core.i18n import N_
from playground.core.scene import Beat, Diagram, Edge, Node

EXTENT = (0.0, 1.0, 0.0, 1.0)


def diagram(dependencies: bool) -> Diagram:
    """With `dependencies` it has a node for what each pixel depends on; long vectors have none."""
    middle = "dependencies" if dependencies else "probabilities"
    edges = [
        Edge("probabilities", "nll"),
        Edge("probabilities", "drawn", title=N_("the next pixel")),
        Edge("drawn", "probabilities", title=N_("the pixels so far")),
        Edge("nll", middle, "gradient"),
    ]
    into = (
        [Edge("real", "dependencies"), Edge("dependencies", "probabilities")]
        if dependencies
        else [Edge("real", "probabilities")]
    )
    return Diagram((*NODES, DEPENDENCIES) if dependencies else NODES, (*edges, *into), _beats(middle, dependencies))


NODES = (
    Node(
        "real",
        N_("Real pictures"),
        N_("Black and white validation pictures. The model is trained on others like them."),
        ("real",),
        (0, 0),
        extent=EXTENT,
        role="data",
    ),
    Node(
        "probabilities",
        "p(xᵢ | x₍<ᵢ₎)",
        N_("The probability of ink at each pixel of the real pictures, given the pixels before it: all in one pass."),
        ("probabilities",),
        (1, 1),
        extent=EXTENT,
        role="field",
    ),
    Node(
        "nll",
        "−log p(x)",
        N_("The loss: −log p of a picture's pixels, added up."),
        ("nll",),
        (2, 0),
        extent=EXTENT,
        role="field",
    ),
    Node(
        "drawn",
        N_("Samples"),
        N_(
            "Pictures sampled from the model, pixel by pixel: each pixel is set with its probability, and all later "
            "ones depend on it."
        ),
        ("drawn",),
        (1, 2),
        extent=EXTENT,
        role="generated",
    ),
)
DEPENDENCIES = Node(
    "dependencies",
    N_("Dependencies"),
    N_(
        "How strongly each pixel (a row) depends on each other pixel (a column), in the model's order. The matrix is "
        "strictly lower-triangular: no pixel depends on itself or on later ones."
    ),
    ("dependencies",),
    (1, 0),
    extent=EXTENT,
    role="gradient",
)


def _beats(middle: str, dependencies: bool) -> tuple[Beat, ...]:
    return (
        Beat("", N_("A batch of pictures arrives."), ("real",)),
        Beat(
            "",
            N_("The mask lets each pixel depend only on earlier ones."),
            ("real", "dependencies") if dependencies else ("real",),
            (("real", middle),),
        ),
        Beat(
            "",
            N_("So one pass gives the probabilities of all pixels, each given those before it."),
            ("probabilities",),
            (("dependencies", "probabilities"),) if dependencies else (),
        ),
        Beat(
            "",
            N_("The loss is −log p of each pixel, added up: exactly −log p of the picture."),
            ("probabilities", "nll"),
            (("probabilities", "nll"),),
        ),
        Beat(
            "",
            N_("The gradient flows back, and the weights change a little: these pictures become more likely."),
            ("nll", middle),
            (("nll", middle),),
        ),
        Beat(
            "",
            N_("To sample a picture, the model predicts one pixel after another; each result is fed back in."),
            ("probabilities", "drawn"),
            (("probabilities", "drawn"), ("drawn", "probabilities")),
        ),
    )
