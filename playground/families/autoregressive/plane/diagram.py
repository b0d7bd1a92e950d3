"""The diagram of a model of the plane: data, a table for x1, a network for x2, samples."""

from playground.core.i18n import N_
from playground.core.layers import Extent
from playground.core.scene import Beat, Diagram, Edge, Node


def diagram(extent: Extent) -> Diagram:
    return Diagram(
        (
            Node(
                "data",
                N_("Data"),
                N_("Points of the plane; each lies in one cell."),
                ("shown",),
                (0, 0),
                extent=extent,
                role="data",
            ),
            Node(
                "first",
                "p(x₁)",
                N_("The probability of each bin of x₁: a learned table."),
                ("first",),
                (1, 0),
                extent=extent,
                role="field",
            ),
            Node(
                "middle",
                N_("x₁ drawn"),
                N_("The first coordinate is drawn; the second is still unknown."),
                ("density", "points"),
                (1, 1),
                extent=extent,
                role="generated",
                moment=1.0,
            ),
            Node(
                "end",
                N_("x₂ drawn, given x₁"),
                N_("A network takes the bin of x₁ and gives the probabilities of the bins of x₂."),
                ("density", "truth", "points"),
                (2, 1),
                extent=extent,
                role="generated",
                moment=2.0,
            ),
            Node(
                "start",
                N_("Nothing known"),
                N_("Before anything is drawn, a point may be anywhere."),
                ("density", "points"),
                (0, 1),
                extent=extent,
                role="neutral",
                moment=0.0,
            ),
        ),
        (
            Edge("data", "first"),
            Edge("start", "middle"),
            Edge("first", "middle"),
            Edge("middle", "end"),
            Edge("data", "end", "gradient"),
        ),
        (
            Beat("", N_("A batch of data arrives; each point falls into a cell."), ("data",)),
            Beat("", N_("A table gives the probability of its bin of x₁."), ("data", "first"), (("data", "first"),)),
            Beat(
                "",
                N_("The network takes this bin and gives the probability of the bin of x₂."),
                ("first", "end"),
                (("middle", "end"),),
            ),
            Beat(
                "",
                N_(
                    "Their product is the probability of the cell; divided by the cell's area it is a density. The "
                    "loss is minus the mean of its logarithm, and its gradient flows back to table and network."
                ),
                ("end", "first"),
                (("data", "end"),),
            ),
        ),
    )
