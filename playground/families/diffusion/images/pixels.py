"""Between the range of the network, -1 to 1, and pixels, 0 (the paper) to 1."""

import numpy as np
from torch import Tensor

from playground.data.images.digits import DIGITS

from ..drawing import display_scale
from ..levels import Level


def pixels(x: Tensor) -> Tensor:
    """[-1, 1] -> [0, 1]; values outside are clipped."""
    return ((x + 1) / 2).clamp(0, 1)


def noised_pixels(x: Tensor, level: Level) -> Tensor:
    """A noised image as it is drawn: where noise has made it larger, scaled down."""
    return pixels(display_scale(level) * x)


def rounded_pixels(x: Tensor) -> Tensor:
    """Pixels in whole levels, as the data have them, 0 to 1."""
    highest = DIGITS.levels - 1
    return (pixels(x) * highest).round() / highest


def images(x: np.ndarray) -> np.ndarray:
    """[-1, 1] (..., 64) -> images (..., 8, 8) in [0, 1]."""
    return np.clip((x + 1) / 2, 0, 1).reshape(*x.shape[:-1], *DIGITS.shape)
