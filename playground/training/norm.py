"""Layer normalisation (Ba et al. 2016)."""

import torch
from torch import Tensor, nn

EPS = 1e-5


class LayerNorm(nn.Module):
    """(x - mean) / standard deviation of each vector, then a scale and a shift for each number."""

    def __init__(self, width: int):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.empty(width)), nn.Parameter(torch.empty(width))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.full(self.scale.shape, float(name == "scale"))

    def forward(self, x: Tensor) -> Tensor:  # (n, length, width) -> (n, length, width)
        return Normalise.apply(x, self.scale, self.shift)


class Normalise(torch.autograd.Function):
    """torch's kernels for both ways: written out, they are thirty passes over x for each norm.

    The recorder of training steps knows the one for gradients only by a name without a list of truth values."""

    @staticmethod
    def forward(ctx, x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
        y, mean, inverse = torch.native_layer_norm(x, scale.shape, scale, shift, EPS)
        ctx.save_for_backward(x, mean, inverse, scale, shift)
        return y

    @staticmethod
    def backward(ctx, dy: Tensor) -> tuple[Tensor, Tensor, Tensor]:  # type: ignore[override]
        return norm_backward(dy, *ctx.saved_tensors)


@torch.library.custom_op("playground::norm_backward", mutates_args=())
def norm_backward(
    dy: Tensor, x: Tensor, mean: Tensor, inverse: Tensor, scale: Tensor, shift: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients by x, scale and shift."""
    every = [True, True, True]
    return torch.ops.aten.native_layer_norm_backward(
        dy.contiguous(), x, scale.shape, mean, inverse, scale, shift, every
    )


@norm_backward.register_fake
def _(dy, x, mean, inverse, scale, shift):
    return torch.empty_like(x), torch.empty_like(scale), torch.empty_like(shift)
