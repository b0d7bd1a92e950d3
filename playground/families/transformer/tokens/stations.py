"""The nodes that all models of sequences have in common."""

from collections.abc import Mapping, Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Extent, Role
from playground.core.scene import Edge, Node

from .vectors import UNIT, extent_of

Arrays = Mapping[str, np.ndarray]
Place = tuple[float, float]

TITLES: Mapping[str, str] = {
    "input": N_("Sequences"),
    "embedded": N_("Embedding"),
    "embedded_source": N_("Source"),
    "positions": N_("Positions"),
    "memory": N_("Memory"),
    "probabilities": "softmax",
    "accuracy": N_("Correct"),
    "tokens": N_("Written"),
}
HELP: Mapping[str, str] = {
    "input": N_("Sequences that the model learns from, or others like them."),
    "embedded": N_("Each token becomes a vector of numbers, learned with everything else. A column is a token."),
    "embedded_source": N_("The tokens of the source as vectors, learned with everything else. A column is a token."),
    "positions": N_(
        "What tells the model where a token stands: added to the vectors, turned into queries and keys, or added to "
        "the scores. A column is a position. One colour alone: there is nothing."
    ),
    "memory": N_("What the encoder has made of the source. The decoder takes its keys and values from here."),
    "probabilities": N_(
        "The last vector becomes a number for each token (a logit), and softmax makes them probabilities. A row is a "
        "token that was written, a column a token that could be."
    ),
    "accuracy": N_(
        "The loss is −log p of each right token. The bars say how often the likeliest token is right, by position."
    ),
    "tokens": N_("What the model writes: the likeliest token, then the next one given it, and so on."),
}
ROLES: Mapping[str, Role] = {
    "input": "data",
    "accuracy": "data",
    "tokens": "generated",
    "probabilities": "generated",
}


def station(name: str, at: Place, extent: Extent = UNIT) -> Node:
    """The node of the layer of that name."""
    return Node(name, TITLES[name], HELP[name], (name,), at, extent, ROLES.get(name, "neutral"))


def vector_station(a: Arrays, name: str, at: Place) -> Node:
    return station(name, at, extent_of(a[name]))


def ends(row: int, columns: Sequence[int]) -> tuple[Node, ...]:
    """Probabilities, how right they are, and what is written by them."""
    names = ("probabilities", "accuracy", "tokens")
    return tuple(station(name, (column, row)) for name, column in zip(names, columns, strict=True))


def end_edges(last: str) -> tuple[Edge, ...]:
    """From the last layer's node to what is made of it, and the gradient back."""
    return (
        Edge(last, "probabilities"),
        Edge("probabilities", "accuracy"),
        Edge("probabilities", "tokens", title=N_("the likeliest token")),
        Edge("accuracy", last, "gradient"),
    )


def chained(names: Sequence[str], title: str = "") -> tuple[Edge, ...]:
    return tuple(Edge(x, y, title=title) for x, y in zip(names, names[1:], strict=False))
