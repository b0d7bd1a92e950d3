"""The orders in which the pixels of a picture may come. Any order will do, but each gives other conditionals."""

from collections.abc import Callable

import numpy as np

Order = np.ndarray
"""(dim,) the numbers of the pixels, row by row from the upper left corner, in the order in which they come."""


def rows(height: int, width: int, generator: np.random.Generator) -> Order:
    """Row by row, as one reads."""
    return np.arange(height * width)


def columns(height: int, width: int, generator: np.random.Generator) -> Order:
    """Column by column, each from the top."""
    return np.arange(height * width).reshape(height, width).T.ravel()


def inside(height: int, width: int, generator: np.random.Generator) -> Order:
    """From the middle outwards, ring after ring, each ring by its angle."""
    down, across = np.mgrid[:height, :width]
    y, x = down.ravel() - (height - 1) / 2, across.ravel() - (width - 1) / 2
    return np.lexsort([np.arctan2(y, x), np.maximum(np.abs(y), np.abs(x))])


def shuffled(height: int, width: int, generator: np.random.Generator) -> Order:
    """A random permutation."""
    return generator.permutation(height * width)


ORDERS: dict[str, Callable[[int, int, np.random.Generator], Order]] = {
    "rows": rows,
    "columns": columns,
    "inside": inside,
    "shuffled": shuffled,
}


def orders(name: str, shape: tuple[int, int], count: int = 1, seed: int = 0) -> list[Order]:
    """`count` orders: the one called `name`, then random ones."""
    generator = np.random.default_rng([seed, 5])
    return [ORDERS[name if k == 0 else "shuffled"](*shape, generator) for k in range(count)]


def ranks(order: Order) -> np.ndarray:
    """The place of each pixel in an order, its inverse permutation: (dim,)."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank
