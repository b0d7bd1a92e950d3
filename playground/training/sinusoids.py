"""Waves of growing length that tell positions apart (Vaswani et al. 2017, section 3.5)."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

BASE = 10_000.0
"""Wavelengths grow geometrically up to 2 pi times this."""


@lru_cache(maxsize=64)
def sinusoids(length: int, width: int) -> Tensor:
    """(length, width): sin(t / BASE^(2i / width)) in the even columns 2i, the cosine in the odd ones."""
    phase = np.arange(length)[:, None] / BASE ** (np.arange(0, width, 2) / width)[None]  # (length, width / 2)
    waves = np.stack([np.sin(phase), np.cos(phase)], 2).reshape(length, width)
    return torch.from_numpy(np.ascontiguousarray(waves, np.float32))
