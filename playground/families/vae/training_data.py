"""The data as the model receives them: points of the plane, grey pictures, or black and white pictures."""

from dataclasses import dataclass

import numpy as np

from playground.data.dataset import dataset_of
from playground.data.images.digits import DIGITS, INK_LEVEL, Digits, Part
from playground.data.plane.distribution import Distribution

from .config import VaeConfig


@dataclass(frozen=True)
class TrainingData:
    """A data set and its preprocessing; `binary`: pixels are 0 or 1."""

    data: Distribution | Digits
    binary: bool

    @property
    def dim(self) -> int:
        return self.data.dim

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` training data points: (n, dim) float32."""
        return self.preprocess(self.data.sample(n, generator))

    def part(self, name: Part) -> np.ndarray:
        """All pictures of a split: (n, 64) float32 in [0, 1]."""
        return self.preprocess(DIGITS.vectors(name))

    def preprocess(self, x: np.ndarray) -> np.ndarray:
        """Data (n, dim) as the encoder receives them: unchanged, or if `binary`, thresholded at `INK_LEVEL`."""
        return (x * (DIGITS.levels - 1) >= INK_LEVEL - 0.5).astype(np.float32) if self.binary else x


def training_data(config: VaeConfig) -> TrainingData:
    """The training data of these settings."""
    return TrainingData(dataset_of(config), config.decoder_likelihood == "bernoulli")
