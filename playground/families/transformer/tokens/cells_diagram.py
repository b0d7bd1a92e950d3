"""The diagram of a recurrent network, unrolled in time: the same cell again and again, from left to right."""

from playground.core.i18n import N_
from playground.core.scene import Beat, Diagram, Edge, Node

from ..kept import kept_times
from .reads import Labels
from .stations import Arrays, chained, end_edges, ends, station, vector_station
from .titles import numbered
from .vectors import UNIT, extent_of, on_stage, shown_layers, unrolled_times

HELP = {
    "states": N_(
        "The state after so many tokens: some of its numbers. It is all that the network knows of the tokens so far."
    ),
    "source_states": N_("The state of the encoder after so many tokens of the source: some of its numbers."),
    "cross": N_("The state of the decoder is compared with every state of the encoder; it reads their weighted mean."),
}
SYMBOLS = {"states": "h", "source_states": "e"}


def cells_diagram(a: Arrays, labels: Labels) -> Diagram:
    """Of the arrays of a frame."""
    firsts = [name for name in ("embedded_source", "embedded") if name in a]
    nodes = [station("input", (0, 0)), *(vector_station(a, name, (k, 0)) for k, name in enumerate(firsts, 1))]
    edges = [Edge("input", name) for name in firsts]
    chains = []
    for row, layer in enumerate(shown_layers(len(a["states"])), 1):
        cells = [_cell(a, labels, name, layer, time, (column, row)) for column, (name, time) in enumerate(_columns(a))]
        nodes += cells
        chains.append(tuple(cell.name for cell in cells))
        edges += chained(chains[-1], N_("the state"))
    edges += [Edge("embedded_source" if "embedded_source" in a else "embedded", chains[0][0])]
    edges += [Edge(x, y) for x, y in zip(chains[0], chains[-1], strict=True) if x != y]
    row, last = len(chains) + 1, chains[-1][-1]
    back = tuple(
        Edge(y, x, "gradient", N_("back through time")) for x, y in zip(chains[-1], chains[-1][1:], strict=False)
    )
    nodes += ends(row, (3, 2, 1))
    if "cross" in a:
        shown = on_stage("cross", 0, 1)
        nodes.append(
            Node("cross_0", N_("Attention"), HELP["cross"], ("cross_0",), (0, row), UNIT, "field", stage=shown)
        )
        edges += [Edge(chains[-1][1], "cross_0"), Edge("cross_0", last)]
    return Diagram(tuple(nodes), (*edges, *back, *end_edges(last)), _beats(tuple(firsts), chains, "cross" in a))


def _columns(a: Arrays) -> list[tuple[str, int]]:
    """(array, number of the state in it) of the cells, from left to right; of an encoder and its decoder the ends."""
    own = unrolled_times(a["states"].shape[1])
    if "source_states" not in a:
        return [("states", time) for time in own]
    source = unrolled_times(a["source_states"].shape[1])
    return [
        (name, time)
        for name, times in (("source_states", source), ("states", own))
        for time in times[:: len(times) - 1]
    ]


def _cell(a: Arrays, labels: Labels, name: str, layer: int, time: int, at: tuple[int, int]) -> Node:
    read = labels.decoder if name == "states" else labels.source
    position = int(kept_times(len(read))[time])
    title = f"{numbered(SYMBOLS[name], position + 1)} {read[position]}"
    whole = f"{name}_{layer}"
    return Node(
        f"{whole}_{time}",
        title,
        HELP[name],
        (f"{whole}_{time}",),
        at,
        extent_of(a[name][layer]),
        "field",
        stage=(whole,),
    )


def _beats(firsts: tuple[str, ...], chains: list[tuple[str, ...]], attentive: bool) -> tuple[Beat, ...]:
    last = chains[-1]
    onward = tuple(zip(last, last[1:], strict=False))
    back = tuple((y, x) for x, y in reversed(onward))
    return (
        Beat("", N_("A batch of sequences arrives. Each token becomes a vector."), ("input", *firsts)),
        Beat(
            "",
            N_("The cell reads one token after another into its state. Each step waits for the one before it."),
            tuple(name for chain in chains for name in chain),
            onward,
        ),
        *(
            [
                Beat(
                    "",
                    N_("The decoder compares its state with all states of the encoder and reads their mean."),
                    ("cross_0",),
                )
            ]
            if attentive
            else []
        ),
        Beat(
            "",
            N_("The state gives each token a probability. The loss is −log p of the right one."),
            ("probabilities", "accuracy"),
            ((last[-1], "probabilities"), ("probabilities", "accuracy")),
        ),
        Beat(
            "",
            N_("The gradient goes back through time, through one cell after another: there it fades, or explodes."),
            ("accuracy", *reversed(last)),
            (("accuracy", last[-1]), *back),
        ),
        Beat(
            "",
            N_("To write, it takes the likeliest token, reads it like the others, and predicts the next."),
            ("probabilities", "tokens"),
            (("probabilities", "tokens"),),
        ),
    )
