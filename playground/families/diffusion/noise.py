"""The random numbers of samplers."""

import torch
from torch import Tensor


def normal_like(x: Tensor, generator: torch.Generator) -> Tensor:
    """Standard normal numbers shaped like `x`, on its device. The processor draws them: the generators of other devices
    give other numbers for the same seed."""
    return torch.randn(x.shape, generator=generator, dtype=x.dtype).to(x.device)
