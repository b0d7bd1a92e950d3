"""Real pictures to choose from, kept for testing."""

import numpy as np

from playground.core.panels import Dial
from playground.data.images.digits import DIGITS


def example(label: int, number: int) -> np.ndarray:
    """Picture `number` (from 0) of a digit among those kept for testing: (64,) in [0, 1]."""
    chosen = np.flatnonzero(DIGITS.labels("test") == label)
    return DIGITS.vectors("test")[chosen[number % len(chosen)]]


def digit_dial(name: str, title: str, default: int) -> Dial:
    return Dial(name, title, "choice", str(default), options=tuple((str(k), str(k)) for k in range(DIGITS.classes)))
