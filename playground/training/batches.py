"""Random batches drawn ahead in blocks: cheap, and batch number i does not depend on when it is drawn.

A block of batches comes from a generator seeded by (seed, name of the stream, number of the block),
so that a counter is the only random state: resuming and rewinding are exact.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from playground.data.generators import generator

Draw = Callable[[int, np.random.Generator], np.ndarray]
"""(n, generator) -> (n, ...) float32"""

BLOCK_ROWS = 16384
"""About how many rows a block has: its cost is spread over many steps, yet is no hiccup (a millisecond)."""


class BatchStream:
    """Batches of `size` rows from `draw`, by number."""

    def __init__(self, draw: Draw, size: int, seed: int, stream: str, device: torch.device):
        self._draw, self._size, self._device = draw, size, device
        self._seed, self._stream = seed, stream
        self._length = max(1, BLOCK_ROWS // size)
        self._block, self._batches = -1, ()

    def __getitem__(self, number: int) -> Tensor:  # (size, ...)
        block, place = divmod(number, self._length)
        if block != self._block:
            rows = self._draw(self._length * self._size, generator(self._seed, self._stream, block))
            batches = rows.reshape(self._length, self._size, *rows.shape[1:])
            self._batches = torch.from_numpy(batches).to(self._device).unbind(0)
            self._block = block
        return self._batches[place]


def gaussian(dim: int) -> Draw:
    """Standard normal vectors (n, dim)."""
    return lambda n, generator: generator.standard_normal((n, dim), np.float32)


def uniform(dim: int, low: float = -1.0) -> Draw:
    """Vectors uniform on [low, 1]^dim."""
    return lambda n, generator: generator.random((n, dim), np.float32) * np.float32(1 - low) + np.float32(low)


NOISES: dict[str, Callable[[int], Draw]] = {"gaussian": gaussian, "uniform": uniform}
