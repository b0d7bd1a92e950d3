"""Planar flows (Rezende and Mohamed 2015, section 4.1): stretching along one direction."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .bijection import Bijection
from .roots import root_of_increasing


class Planar(Bijection):
    """Data to noise: z = x + u tanh(w.x + b), ibidem, equation 10.

    The inverse has no closed form. Density estimation needs the direction from data to noise in every update, so
    that one has the closed form, exact and fast; sampling finds the root of an equation in one unknown.
    `w.u >= -1` makes it invertible (ibidem, appendix A.1).
    """

    def __init__(self, dim: int):
        super().__init__()
        self.w, self.u = nn.Parameter(torch.empty(dim)), nn.Parameter(torch.empty(dim))
        self.b = nn.Parameter(torch.empty(1))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        """Random directions, hardly any stretching."""
        shape = getattr(self, name).shape
        if name == "b":
            return torch.empty(shape).uniform_(-1, 1, generator=generator)
        return torch.randn(shape, generator=generator) * (1.0 if name == "w" else 0.1)

    def direction(self) -> tuple[Tensor, Tensor]:
        """u, moved along w so that w.u >= -1 (ibidem, A.1); and that w.u, a scalar."""
        inner = torch.dot(self.w, self.u)
        kept = F.softplus(inner) - 1
        return self.u + (kept - inner) / (torch.dot(self.w, self.w) + 1e-12) * self.w, kept  # (dim,), ()

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        u, inner = self.direction()
        activation = torch.tanh(torch.mv(x, self.w) + self.b)  # (n,)
        return torch.addr(x, activation, u), torch.log1p(inner * (1 - activation.square()))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        u, inner = self.direction()
        c = torch.mv(z, self.w)  # (n,), and a = w.x solves a + w.u tanh(a + b) = c

        def equation(a: Tensor) -> tuple[Tensor, Tensor]:
            activation = torch.tanh(a + self.b)
            return a + inner * activation - c, 1 + inner * (1 - activation.square())

        span = inner.abs() + math.sqrt(torch.finfo(z.dtype).eps)
        a = root_of_increasing(equation, c - span, c + span)
        activation = torch.tanh(a + self.b)
        return torch.addr(z, activation, -u), -torch.log1p(inner * (1 - activation.square()))
