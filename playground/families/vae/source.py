"""The data as an autoencoder is given them: points of the plane, grey pictures, or pictures in black and white."""

from dataclasses import dataclass

import numpy as np

from playground.data.dataset import dataset_of
from playground.data.images.digits import DIGITS, INK_LEVEL, Digits, Part
from playground.data.plane.distribution import Distribution

from .config import VaeConfig


@dataclass(frozen=True)
class Source:
    """What is learnt from; `binary`: every pixel is set or not."""

    data: Distribution | Digits
    binary: bool

    @property
    def dim(self) -> int:
        return self.data.dim

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` pieces of training data (n, dim) float32."""
        return self.seen(self.data.sample(n, generator))

    def part(self, name: Part) -> np.ndarray:
        """All pictures of a part: (n, 64) float32 in [0, 1]."""
        return self.seen(DIGITS.vectors(name))

    def seen(self, x: np.ndarray) -> np.ndarray:
        """Data (n, dim) as the encoder is shown them: as they are, or their pixels set from `INK_LEVEL` on."""
        return (x * (DIGITS.levels - 1) >= INK_LEVEL - 0.5).astype(np.float32) if self.binary else x


def source(config: VaeConfig) -> Source:
    """What is learnt from with these settings."""
    return Source(dataset_of(config), config.decoder_likelihood == "bernoulli")
