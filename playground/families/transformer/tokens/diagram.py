"""The diagram of a Transformer: embedding and positions, attention and MLP of each layer, probabilities."""

from collections.abc import Sequence

from playground.core.i18n import N_
from playground.core.scene import Beat, Diagram, Edge, Node

from . import titles
from .cells_diagram import cells_diagram
from .reads import Labels
from .stations import Arrays, Place, chained, end_edges, ends, station, vector_station
from .vectors import UNIT, extent_of, on_stage, shown_layers

HELP = {
    "attention": N_(
        "The weights of each head: a row is a token that reads, a column a token that is read. Switch heads on "
        "and off in the legend, or see them as links."
    ),
    "encoder": N_("Attention in the encoder: every token of the source reads all the others, also later ones."),
    "cross": N_("Cross-attention: each token of the answer (a row) reads the source (columns)."),
    "mlp": N_("A small network changes each vector by itself. This is what it adds. A column is a token."),
    "stream": N_(
        "What the layer passes on: what came in, plus what attention read, plus what the MLP adds. Norms keep the "
        "numbers that enter a part at one size."
    ),
}
KINDS = {"encoder": titles.ENCODER, "attention": titles.ATTENTION, "cross": titles.CROSS}
MADE = {"mlp": titles.MLP, "stream": titles.SUM}


def diagram(a: Arrays, labels: Labels) -> Diagram:
    """Of the arrays of a frame, which say what model it is."""
    if "states" in a:
        return cells_diagram(a, labels)
    return _encoder_decoder(a) if "cross" in a else _stack(a)


def _attention(a: Arrays, kind: str, layer: int, at: Place) -> Node:
    name, shown = f"{kind}_{layer}", on_stage(kind, layer, a[kind].shape[1])
    return Node(name, KINDS[kind][layer], HELP[kind], (name,), at, UNIT, "field", stage=shown)


def _made(a: Arrays, kind: str, layer: int, at: Place) -> Node:
    name = f"{kind}_{layer}"
    return Node(name, MADE[kind][layer], HELP[kind], (name,), at, extent_of(a[kind][layer]), "field")


def _stack(a: Arrays) -> Diagram:
    """A decoder or an encoder alone: a row of nodes for each layer."""
    layers = shown_layers(len(a["attention"]))
    nodes = [station("input", (0, 0)), vector_station(a, "embedded", (1, 0)), vector_station(a, "positions", (2, 0))]
    chain = ["input", "embedded", "positions"]
    for row, layer in enumerate(layers, 1):
        nodes += [
            _attention(a, "attention", layer, (0, row)),
            _made(a, "mlp", layer, (1, row)),
            _made(a, "stream", layer, (2, row)),
        ]
        chain += [f"attention_{layer}", f"mlp_{layer}", f"stream_{layer}"]
    beats = _beats(
        ("input", "embedded", "positions"),
        tuple(f"attention_{layer}" for layer in layers),
        tuple(f"{kind}_{layer}" for layer in layers for kind in MADE),
        chain,
    )
    return Diagram((*nodes, *ends(len(layers) + 1, (2, 1, 0))), (*chained(chain), *end_edges(chain[-1])), beats)


def _encoder_decoder(a: Arrays) -> Diagram:
    """The Transformer of the paper: the encoder is a column beside the decoder."""
    layers = shown_layers(len(a["cross"]))
    nodes = [
        vector_station(a, "embedded_source", (0, 0)),
        vector_station(a, "embedded", (1, 0)),
        vector_station(a, "positions", (2, 0)),
        station("input", (3, 0)),
    ]
    chain, encoder = ["embedded"], ["embedded_source"]
    for row, layer in enumerate(layers, 1):
        nodes += [
            _attention(a, "encoder", layer, (0, row)),
            _attention(a, "attention", layer, (1, row)),
            _attention(a, "cross", layer, (2, row)),
            _made(a, "mlp", layer, (3, row)),
        ]
        chain += [f"attention_{layer}", f"cross_{layer}", f"mlp_{layer}"]
        encoder.append(f"encoder_{layer}")
    last, encoder = len(layers) + 1, [*encoder, "memory"]
    across = tuple(Edge("memory", f"cross_{layer}", title=N_("keys and values")) for layer in layers)
    beats = _beats(
        ("input", "embedded_source", "embedded", "positions"),
        tuple(f"{kind}_{layer}" for layer in layers for kind in KINDS),
        ("memory", *(f"mlp_{layer}" for layer in layers)),
        chain,
    )
    nodes += [vector_station(a, "memory", (0, last)), *ends(last, (3, 2, 1))]
    return Diagram(tuple(nodes), (*chained(encoder), *chained(chain), *across, *end_edges(chain[-1])), beats)


def _beats(
    first: Sequence[str], reading: Sequence[str], mixing: Sequence[str], chain: Sequence[str]
) -> tuple[Beat, ...]:
    last = chain[-1]
    return (
        Beat(
            "", N_("A batch of sequences arrives. Each token becomes a vector and learns its position."), tuple(first)
        ),
        Beat(
            "",
            N_(
                "Every token asks (query), every token offers (key): the softmax of their products says who reads whom."
            ),
            tuple(reading),
            tuple(zip(chain, chain[1:], strict=False))[:3],
        ),
        Beat(
            "",
            N_("What is read is added to the vector, and an MLP works on it. All positions do this at once."),
            tuple(mixing),
        ),
        Beat(
            "",
            N_("The last vector gives each token a probability. The loss is −log p of the right one."),
            ("probabilities", "accuracy"),
            ((last, "probabilities"), ("probabilities", "accuracy")),
        ),
        Beat(
            "",
            N_("The gradient flows straight to every token that was read, however far back. All weights change."),
            ("accuracy", last, *reading),
            (("accuracy", last),),
        ),
        Beat(
            "",
            N_("To write, it takes the likeliest token, reads it like the others, and predicts the next."),
            ("probabilities", "tokens"),
            (("probabilities", "tokens"),),
        ),
    )
