"""Dials that several panels have."""

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.data.bits.binary import Binary

MAX_PICTURES = 300


def picture_dial(data: Binary) -> Dial:
    """Which test picture."""
    last = min(len(data.rows("test")), MAX_PICTURES)
    return Dial(
        "which",
        N_("Picture"),
        default=min(8, last),
        low=1,
        high=last,
        step=1,
        help=N_("A test picture: no model was trained on it."),
    )


def place_dial(data: Binary) -> Dial:
    """Which place in the order; at first a pixel in the middle of the picture."""
    height, width = data.shape
    return Dial(
        "place",
        N_("Place in the order"),
        low=1,
        high=data.dim,
        step=1,
        default=(height - 1) // 2 * width + width // 2 + 1,
    )


def draw_dial() -> Dial:
    """The number of a random draw."""
    return Dial("draw", N_("Draw"), default=1, low=1, high=50, step=1, help=N_("Each number is another random draw."))
