"""What ribbons consist of: segments of one class, their colours, and the part that has been seen."""

from collections.abc import Iterator

import numpy as np

from playground.core.scene import Ribbons

from .graph import ticks
from .palette import Palette

NONE, BACKGROUND = -1, 0
COLOURS = 10
"""Of classes: more of them repeat these, and then only names that occur are written."""
FAINT = 0.7
"""How much of what is still to come the paper covers."""


def segments(classes: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """(start, stop, class) of each part of a row (frames,) in which the class stays the same; nothing where none is."""
    classes = np.asarray(classes, int)
    if not len(classes):
        return
    starts = [0, *(np.flatnonzero(classes[1:] != classes[:-1]) + 1).tolist()]
    for start, stop in zip(starts, [*starts[1:], len(classes)], strict=True):
        if classes[start] > NONE:
            yield start, stop, int(classes[start])


def colour_of(number: int, palette: Palette) -> str:
    """Of a class; the background's is that of thin lines."""
    return palette.kind(number - 1) if number > BACKGROUND else palette["neutral"]


def named(layer: Ribbons) -> list[int]:
    """The classes whose names are written above: all, so that nothing jumps, or if they are many those that occur."""
    many = len(layer.names) - 1 > COLOURS
    there = set(np.unique(layer.classes).tolist()) if many else range(len(layer.names))
    return [number for number, name in enumerate(layer.names) if name and number in there]


def seen(layer: Ribbons) -> float:
    """How many frames have passed at the moment shown, the one shown among them."""
    return float(np.clip(np.ravel(layer.now)[0] + 1, 0, layer.classes.shape[1]))


def opacities(layer: Ribbons) -> np.ndarray:
    """(rows, frames) in [0, 1]."""
    if layer.weights is None:
        return np.ones(layer.classes.shape)
    return np.clip(np.nan_to_num(np.asarray(layer.weights, float)), 0, 1)


def marked(layer: Ribbons) -> list[tuple[int, float]]:
    """(row, frame) of each mark."""
    if layer.marks is None:
        return []
    marks = np.asarray(layer.marks, float)
    return [(int(row), float(marks[row, k])) for row, k in np.argwhere(np.isfinite(marks))]


def axis_ticks(layer: Ribbons, width: float) -> list[tuple[float, str]]:
    """(share of the width, number) of each tick."""
    whole = layer.classes.shape[1] * (layer.seconds or 1.0)
    most = int(min(8, max(2, width // 60)))
    return [(at / whole, text) for at, text in ticks(0.0, whole, False, most)] if whole else []
