"""What every invertible map offers."""

from abc import abstractmethod

from torch import Tensor, nn

Tensors = dict[str, Tensor]


class Map(nn.Module):
    """One link z -> x of the chain from noise to data; points are rows (n, dim)."""

    @abstractmethod
    def forward(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Towards the data: x (n, dim) and log|det dx/dz| (n,)."""

    @abstractmethod
    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Towards the noise: z (n, dim) and log|det dz/dx| (n,). What training runs."""

    def path(self, z: Tensor, share: float) -> Tensor:
        """Where z stands at `share` (0 to 1) of the way to x: (n, dim).

        Straight, unless a map has a way of its own. For maps that move each point along one axis, monotonely,
        every stage of the straight way is itself invertible: nothing folds while it moves.
        """
        x, _ = self(z)
        return z + share * (x - z)

    def fit(self, x: Tensor) -> tuple[Tensor, Tensor, Tensors]:
        """`inverse` as training does it; and the next values of running statistics, by the names of the buffers."""
        return *self.inverse(x), {}

    def settle(self, x: Tensor) -> Tensors:
        """Parameters, by name, that depend on the first batch x (n, dim); most maps have none."""
        return {}
