"""Titles with a number in them. A message id cannot be put together, so they are written out."""

from playground.core.i18n import N_

HEADS = (
    N_("Head 1"),
    N_("Head 2"),
    N_("Head 3"),
    N_("Head 4"),
    N_("Head 5"),
    N_("Head 6"),
    N_("Head 7"),
    N_("Head 8"),
)
LINKED_HEADS = (
    N_("Head 1 as links"),
    N_("Head 2 as links"),
    N_("Head 3 as links"),
    N_("Head 4 as links"),
    N_("Head 5 as links"),
    N_("Head 6 as links"),
    N_("Head 7 as links"),
    N_("Head 8 as links"),
)
ATTENTION = (
    N_("Attention 1"),
    N_("Attention 2"),
    N_("Attention 3"),
    N_("Attention 4"),
    N_("Attention 5"),
    N_("Attention 6"),
)
CROSS = (
    N_("Across 1"),
    N_("Across 2"),
    N_("Across 3"),
    N_("Across 4"),
    N_("Across 5"),
    N_("Across 6"),
)
ENCODER = (
    N_("Encoder 1"),
    N_("Encoder 2"),
    N_("Encoder 3"),
    N_("Encoder 4"),
    N_("Encoder 5"),
    N_("Encoder 6"),
)
MLP = ("MLP 1", "MLP 2", "MLP 3", "MLP 4", "MLP 5", "MLP 6")
SUM = (N_("Sum 1"), N_("Sum 2"), N_("Sum 3"), N_("Sum 4"), N_("Sum 5"), N_("Sum 6"))
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def numbered(symbol: str, number: int) -> str:
    """A symbol with a number below: h₁₂."""
    return symbol + str(number).translate(SUBSCRIPTS)
