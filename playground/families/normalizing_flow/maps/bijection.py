"""What every invertible map offers."""

from abc import abstractmethod

from torch import Tensor, nn

Tensors = dict[str, Tensor]


class Bijection(nn.Module):
    """One map z -> x of the chain from noise to data; points are rows (n, dim)."""

    @abstractmethod
    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Noise to data: x (n, dim) and log|det dx/dz| (n,)."""

    @abstractmethod
    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Data to noise: z (n, dim) and log|det dz/dx| (n,). Training runs this direction."""

    def path(self, z: Tensor, fraction: float) -> Tensor:
        """Where z is after `fraction` (0 to 1) of its path to x: (n, dim).

        A straight line, unless a map defines another path. For maps that move each point along one axis,
        monotonically, every stage of the straight line is itself invertible: nothing folds in the animation.
        """
        x, _ = self(z)
        return z + fraction * (x - z)

    def training_inverse(self, x: Tensor) -> tuple[Tensor, Tensor, Tensors]:
        """`inverse` as training computes it; and the next running statistics, by the names of the buffers."""
        return *self.inverse(x), {}

    def init_from_batch(self, x: Tensor) -> Tensors:
        """Parameters, by name, that the first batch x (n, dim) initialises; most maps have none."""
        return {}
