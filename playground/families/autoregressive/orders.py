"""In which order the pixels of a picture come: any will do, but each makes other conditionals to be learnt."""

from collections.abc import Callable

import numpy as np

Order = np.ndarray
"""(dim,) the numbers of the pixels, row by row from the upper left corner, in the order in which they come."""


def rows(height: int, width: int, generator: np.random.Generator) -> Order:
    """As one reads."""
    return np.arange(height * width)


def columns(height: int, width: int, generator: np.random.Generator) -> Order:
    """Column after column, each from the top."""
    return np.arange(height * width).reshape(height, width).T.ravel()


def inside(height: int, width: int, generator: np.random.Generator) -> Order:
    """From the middle outwards, ring after ring, each by its angle."""
    down, across = np.mgrid[:height, :width]
    y, x = down.ravel() - (height - 1) / 2, across.ravel() - (width - 1) / 2
    return np.lexsort([np.arctan2(y, x), np.maximum(np.abs(y), np.abs(x))])


def shuffled(height: int, width: int, generator: np.random.Generator) -> Order:
    """By lot."""
    return generator.permutation(height * width)


ORDERS: dict[str, Callable[[int, int, np.random.Generator], Order]] = {
    "rows": rows,
    "columns": columns,
    "inside": inside,
    "shuffled": shuffled,
}


def orders(name: str, shape: tuple[int, int], count: int = 1, seed: int = 0) -> list[Order]:
    """`count` orders: the one called `name`, then others by lot."""
    generator = np.random.default_rng([seed, 5])
    return [ORDERS[name if k == 0 else "shuffled"](*shape, generator) for k in range(count)]


def places(order: Order) -> np.ndarray:
    """The place of each pixel in an order: (dim,)."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place
