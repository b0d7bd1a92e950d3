"""The diagram of the first model of a run: from the frames of the window to what is happening now and next."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Beat, Diagram, Edge, Node, Role

from ..config import OadtrConfig

Arrays = Mapping[str, np.ndarray]
UNIT = (0.0, 1.0, 0.0, 1.0)
HELP = {
    "input": N_("The frames that the model sees: the current one, on the right, and those before it."),
    "encoder": N_(
        "Self-attention over the window: a row reads, a column is read. The last row is what is classified: the task "
        "token, or without one the last frame."
    ),
    "cross": N_("Each query of the decoder stands for a frame to come (a row) and reads the encoder's output."),
    "state": N_("What the network remembers, frame by frame: a column is a frame, a row a number of its state."),
    "now": N_("The probability of each class at this frame. Only frames up to this one were read."),
    "future": N_("The classes of the frames to come: a row is a class, a column one frame later."),
}


def diagram(a: Arrays, config: OadtrConfig) -> Diagram:
    """Of the arrays of a frame, which say what model it is."""
    if "encoder" in a:
        return _oadtr(a, config.token)
    return _recurrent("future" in a) if "state" in a else _single()


def _node(name: str, title: str, at: tuple[float, float], kind: str = "", role: Role = "neutral") -> Node:
    return Node(name, title, HELP[kind or name], (name,), at, UNIT, role)


def _ends(future: bool, row: int) -> tuple[tuple[Node, ...], tuple[Edge, ...]]:
    nodes = (_node("now", N_("Now"), (0, row), role="generated"),)
    if future:
        nodes += (_node("future", N_("Frames to come"), (1, row), role="generated"),)
    return nodes, (Edge("now", "input", "gradient"),)


def _oadtr(a: Arrays, token: bool) -> Diagram:
    layers = range(len(a["encoder"]))
    nodes = [_node("input", N_("Window"), (0, 0), role="data")]
    chain = ["input"]
    for layer in layers:
        nodes.append(_node(f"encoder_{layer}", ENCODER[layer], (0, 1 + layer), "encoder", "field"))
        chain.append(f"encoder_{layer}")
    last, row = chain[-1], 1 + len(a["encoder"])
    edges = [Edge(x, y) for x, y in zip(chain, chain[1:], strict=False)]
    decoder = [f"cross_{layer}" for layer in range(len(a.get("cross", ())))]
    for layer, name in enumerate(decoder):
        nodes.append(_node(name, DECODER[layer], (1, row - len(decoder) + layer), "cross", "field"))
        edges.append(Edge(last, name))
    edges += [Edge(x, y) for x, y in zip(decoder, decoder[1:], strict=False)]
    edges.append(Edge(last, "now", title=N_("task token") if token else N_("last frame")))
    if decoder:
        edges += [Edge(decoder[-1], "now", title=N_("mean of the queries")), Edge(decoder[-1], "future")]
    ends, back = _ends("future" in a, row)
    beats = [
        Beat("", N_("A frame arrives. The window moves on by one: the oldest frame leaves it."), ("input",)),
        Beat(
            "",
            N_("Every frame and the task token read all others.") if token else N_("Every frame reads all others."),
            tuple(chain[1:]),
            tuple(zip(chain, chain[1:], strict=False)),
        ),
    ]
    if decoder:
        beats += [
            Beat("", N_("Queries, one for each frame to come, read what the encoder has made."), tuple(decoder)),
            Beat(
                "",
                N_("Encoder and queries together say what is happening now; each query says what comes at its frame."),
                ("now", "future"),
            ),
            Beat(
                "", N_("The loss is that of now plus a share of that of the frames to come."), ("now", "future", last)
            ),
        ]
    else:
        beats.append(Beat("", N_("The loss is that of now."), ("now", last)))
    return Diagram((*nodes, *ends), (*edges, *back), tuple(beats))


def _recurrent(future: bool) -> Diagram:
    ends, back = _ends(future, 2)
    nodes = (
        _node("input", N_("Window"), (0, 0), role="data"),
        _node("state", N_("State"), (0, 1), role="field"),
        *ends,
    )
    edges = [Edge("input", "state"), Edge("state", "now")]
    if future:
        edges += [Edge("state", "future"), Edge("future", "state", title=N_("what may come"))]
    beats = (
        Beat("", N_("A frame arrives. The state takes it in."), ("input", "state"), (("input", "state"),)),
        Beat("", N_("The state says what is happening now."), ("state", "now"), (("state", "now"),)),
        Beat("", N_("The gradient flows back through every frame of the window."), ("now", "state", "input")),
    )
    return Diagram(nodes, (*edges, *back), beats)


def _single() -> Diagram:
    ends, back = _ends(False, 1)
    return Diagram((_node("input", N_("Window"), (0, 0), role="data"), *ends), (Edge("input", "now"), *back))


ENCODER = (N_("Encoder 1"), N_("Encoder 2"), N_("Encoder 3"), N_("Encoder 4"), N_("Encoder 5"), N_("Encoder 6"))
DECODER = (N_("Decoder 1"), N_("Decoder 2"), N_("Decoder 3"), N_("Decoder 4"), N_("Decoder 5"), N_("Decoder 6"))
