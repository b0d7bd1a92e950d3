"""Linear maps that mix the dimensions, or the channels of an image: a learned one, and a fixed exchange."""

import math

import numpy as np
import torch
from torch import Tensor, nn

from playground.training.constants import beside

from .bijection import Bijection


class Convolution1x1(Bijection):
    """Data to noise: z = W x for the `channels` of each of `pixels` pixels, with W = P L (U + diag(s))
    (Kingma and Dhariwal 2018, equation 10).

    W is initialised with rotation number `k` of a fixed sequence, whose P and signs of s stay fixed. So det W > 0
    always, which lets `path` rotate instead of collapse.
    """

    def __init__(self, channels: int, k: int, pixels: int = 1):
        super().__init__()
        self.lower, self.upper = (nn.Parameter(torch.empty(channels, channels)) for _ in range(2))
        self.log_s = nn.Parameter(torch.empty(channels))
        self.pixels = pixels
        with torch.device("cpu"):  # constants, even where the parameters are on the meta device
            p, self._l, self._u = torch.linalg.lu(torch.from_numpy(rotation(channels, k)))
            self._p, self._sign, self._eye = p.float(), self._u.diagonal().sign().float(), torch.eye(channels)

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        if name == "log_s":
            return self._u.diagonal().abs().log().float()
        return (self._l if name == "lower" else self._u).float()

    def matrix(self) -> Tensor:  # (channels, channels)
        log_s = self.log_s
        p, eye, sign = (beside(constant, log_s, log_s.dtype) for constant in (self._p, self._eye, self._sign))
        lower = self.lower.tril(-1) + eye
        return p @ lower @ (self.upper.triu(1) + (sign * log_s.exp()).diag())

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self._apply_matrix(self.matrix(), x), self._log_det(x)

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self._apply_matrix(self._inverse_matrix(), z), -self._log_det(z)

    def path(self, z: Tensor, fraction: float) -> Tensor:
        """A rotation and a stretch that grow together: with M = R S (polar decomposition), R^t ((1 - t) 1 + t S)."""
        matrix = self._inverse_matrix().cpu()  # tiny, and not every device can decompose it
        if not matrix.isfinite().all():  # a decomposition would raise; numbers that are none are seen by `advance`
            return torch.full_like(z, math.nan)
        left, stretch, right = torch.linalg.svd(matrix)
        partly = torch.lerp(torch.ones_like(stretch), stretch, fraction)
        rotation = torch.linalg.eig(left @ right)  # its eigenvalues are exp(i angle)
        angles = rotation.eigenvalues.angle() * fraction
        basis = rotation.eigenvectors
        rotated = basis * torch.polar(torch.ones_like(angles), angles) @ torch.linalg.inv(basis)
        return self._apply_matrix((rotated.real @ (right.mT * partly) @ right).to(z.device), z)

    def _inverse_matrix(self) -> Tensor:
        """Not finite where there is none, as in training that has diverged."""
        return torch.linalg.inv_ex(self.matrix()).inverse

    def _apply_matrix(self, matrix: Tensor, x: Tensor) -> Tensor:
        if self.pixels == 1:
            return x @ matrix.t()
        return (matrix @ x.view(len(x), -1, self.pixels)).view(len(x), -1)  # (n, channels * pixels)

    def _log_det(self, x: Tensor) -> Tensor:
        return (self.log_s.sum() * self.pixels).expand(len(x))


class Exchange(Bijection):
    """The two halves of the dimensions swap, one of them with its sign flipped: a rotation by 90 degrees.

    A swap alone is a reflection, which no continuous path of invertible maps reaches; the rotation mixes as well.
    """

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        a, b = x.chunk(2, 1)
        return torch.cat((b, -a), 1), x.new_zeros(len(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.path(z, 1.0), z.new_zeros(len(z))

    def path(self, z: Tensor, fraction: float) -> Tensor:
        if fraction == 1.0:  # exactly, not with a cosine that is nearly 0
            a, b = z.chunk(2, 1)
            return torch.cat((-b, a), 1)
        c, s = math.cos(fraction * math.pi / 2), math.sin(fraction * math.pi / 2)
        a, b = z.chunk(2, 1)
        return torch.cat((c * a - s * b, s * a + c * b), 1)


def rotation(size: int, k: int) -> np.ndarray:
    """Rotation number `k` (from 0) of a fixed random sequence: (size, size) float64, determinant 1."""
    q, r = np.linalg.qr(np.random.default_rng([size, k]).standard_normal((size, size)))
    q *= np.sign(np.diagonal(r))
    q[:, 0] *= np.linalg.det(q)
    return q
