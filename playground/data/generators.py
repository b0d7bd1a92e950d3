"""The generators of everything that is drawn at random: the same seed and name, the same numbers."""

from zlib import crc32

import numpy as np


def generator(seed: int, stream: str, block: int = 0) -> np.random.Generator:
    """The generator of one block of a stream."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, crc32(stream.encode()), block])))
