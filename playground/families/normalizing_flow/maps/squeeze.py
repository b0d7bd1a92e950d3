"""Squeezing: squares of 2 x 2 pixels become four channels (Dinh et al. 2016, section 3.6)."""

from torch import Tensor

from .bijection import Bijection


class Squeeze(Bijection):
    """Data to noise: (channels, height, width) -> (4 channels, height / 2, width / 2). Images are rows
    (n, channels * height * width), so this only permutes dimensions."""

    def __init__(self, shape: tuple[int, int, int]):
        super().__init__()
        self.shape = shape

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        c, h, w = self.shape
        parts = x.view(-1, c, h // 2, 2, w // 2, 2).permute(0, 1, 3, 5, 2, 4)  # (n, c, 2, 2, h / 2, w / 2)
        return parts.reshape(x.shape), x.new_zeros(len(x))

    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        c, h, w = self.shape
        parts = z.view(-1, c, 2, 2, h // 2, w // 2).permute(0, 1, 4, 2, 5, 3)  # (n, c, h / 2, 2, w / 2, 2)
        return parts.reshape(z.shape), z.new_zeros(len(z))

    def path(self, z: Tensor, fraction: float) -> Tensor:
        """A permutation has no halfway: it happens at the end."""
        return z if fraction < 1 else self(z)[0]
