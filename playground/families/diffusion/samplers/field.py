"""What samplers call: a field, such as a network, or the optimal denoiser of a mixture."""

from typing import Protocol

from torch import Tensor

from ..levels import Level


class Field(Protocol):
    """E[x_0 | x_t = x] and E[eps | x_t = x], at x (n, d) and a level of plain numbers: two tensors (n, d)."""

    def __call__(self, x: Tensor, level: Level[float]) -> tuple[Tensor, Tensor]: ...


class ClassField(Field, Protocol):
    """A field that may know the class of each point: see `NetworkField`."""

    def given(self, label: Tensor | None, guidance: float = 1.0) -> "ClassField":
        """The same with other classes, or without."""
        ...


class CountingField:
    """A field that counts its calls (NFE: number of function evaluations)."""

    def __init__(self, field: Field):
        self._field, self.calls = field, 0

    def __call__(self, x: Tensor, level: Level[float]) -> tuple[Tensor, Tensor]:
        self.calls += 1
        return self._field(x, level)
