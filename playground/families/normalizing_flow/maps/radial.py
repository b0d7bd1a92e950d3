"""Radial flows (Rezende and Mohamed 2015, section 4.1): expansion around a centre, or contraction towards it."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .bijection import Bijection


class Radial(Bijection):
    """Data to noise: z = x + beta (x - c) / (alpha + r), r = |x - c|, ibidem, equation 14.

    As in the planar flow, training needs this direction. Rays from the centre keep their direction, so the inverse
    is the positive root of a quadratic in r, exactly. `beta >= -alpha` makes it invertible (ibidem, appendix A.2).
    """

    def __init__(self, dim: int):
        super().__init__()
        self.centre = nn.Parameter(torch.empty(dim))
        self.log_alpha, self.beta = nn.Parameter(torch.empty(1)), nn.Parameter(torch.empty(1))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """Centres among the points, hardly any movement: softplus(beta) - alpha is about 0."""
        shape = getattr(self, name).shape
        if name == "centre":
            return torch.randn(shape, generator=generator)
        return torch.full(shape, 0.5413 if name == "beta" else 0.0)  # softplus(0.5413) = 1

    def strength(self) -> tuple[Tensor, Tensor]:
        """alpha > 0 and beta > -alpha (ibidem, A.2)."""
        alpha = self.log_alpha.exp()
        return alpha, F.softplus(self.beta) - alpha

    def _log_det(self, r: Tensor, dim: int) -> Tensor:
        """Of x -> z at distance r (n,) from the centre, ibidem, equation 14."""
        alpha, beta = self.strength()
        h = 1 / (alpha + r)
        return (dim - 1) * torch.log1p(beta * h) + torch.log1p(beta * alpha * h.square())

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        alpha, beta = self.strength()
        offset = x - self.centre
        r = _length(offset)  # (n,)
        return torch.addcmul(x, offset, (beta / (alpha + r)).unsqueeze(1)), self._log_det(r, x.shape[1])

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        alpha, beta = self.strength()
        offset = z - self.centre
        distance = _length(offset)  # (n,) = r + beta r / (alpha + r)
        p, q = distance - alpha - beta, alpha * distance  # r^2 - p r - q = 0
        root = (p.square() + 4 * q).sqrt()
        r = torch.where(p > 0, (p + root) / 2, 2 * q / (root - p).clamp_min(torch.finfo(z.dtype).tiny))
        return self.centre + offset * (r / distance).unsqueeze(1), -self._log_det(r, z.shape[1])


def _length(x: Tensor) -> Tensor:
    """|x| of each row, with a gradient at 0 too."""
    return (x.square().sum(1) + torch.finfo(x.dtype).tiny).sqrt()
