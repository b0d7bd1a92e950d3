"""Real images to choose from in panels, from the test set."""

import numpy as np

from playground.core.panels import Dial

from .digits import DIGITS


def held_out_image(label: int, number: int) -> np.ndarray:
    """Image `number` (from 0) of a digit in the test set, on which no model is trained: (64,) in [0, 1]."""
    chosen = np.flatnonzero(DIGITS.labels("test") == label)
    return DIGITS.vectors("test")[chosen[number % len(chosen)]]


def digit_dial(name: str, title: str, default: int) -> Dial:
    """A digit to choose."""
    return Dial(name, title, "choice", str(default), options=tuple((str(k), str(k)) for k in range(DIGITS.classes)))
