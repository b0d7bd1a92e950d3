"""What every two-dimensional distribution offers: samples, its exact density, its entropy, its frame."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, fields
from functools import cached_property
from typing import ClassVar

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.units import Units


@dataclass(frozen=True, kw_only=True)
class Distribution(ABC):
    """A distribution on the plane whose density is known.

    Frozen and hashable: floors and references are cached by it. All lengths are in the frame's units.
    """

    name: str = ""
    title: str = ""
    half_width: float = 3.0
    dim = 2
    domain = "plane"
    split = ()
    estimated = False
    units: ClassVar[Units | None] = None
    """Whether it is only an estimate, made of points that were given."""

    def __getstate__(self) -> dict:
        # The parameters alone travel; nodes and entropies are computed again where they are needed.
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def bounds(self) -> tuple[float, float]:
        """(low, high) of the square frame in which it is drawn, the same on both axes."""
        return -self.half_width, self.half_width

    @abstractmethod
    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` independent points: (n, 2) float32. The same generator state gives the same points."""

    @abstractmethod
    def log_prob(self, x: np.ndarray) -> np.ndarray:
        """Log density in nats at `x` (n, 2): (n,) float64, -inf outside the support."""

    @property
    @abstractmethod
    def finest(self) -> float:
        """The smallest length over which the density changes: quadrature steps follow it."""

    @property
    @abstractmethod
    def reach(self) -> float:
        """Half width of a square about 0 outside of which less than 1e-8 of the mass lies."""

    @property
    def modes(self) -> np.ndarray | None:
        """Centres of well-separated modes (k, 2), where it has such."""
        return None

    @property
    def mode_std(self) -> float | None:
        """Standard deviation per axis of each mode, where it has such."""
        return None

    @property
    def mode_weights(self) -> np.ndarray | None:
        """True shares of the modes (k,), summing to 1, where it has such."""
        return None

    @property
    def classes(self) -> int:
        """How many kinds of points there are, where each point is of one: moons, rings, modes. 0: there are none."""
        return 0

    def labelled(self, n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The points of `sample` with the same generator (n, 2), and of which class each is (n,), from 0 on."""
        raise UserError(N_("The data “{name}” have no classes."), name=self.name)

    def one_class(self, label: int) -> "Distribution":
        """The points of one class alone."""
        raise UserError(N_("The data “{name}” have no classes."), name=self.name)

    @cached_property
    def entropy(self) -> float:
        """Differential entropy in nats.

        By the trapezoidal rule, which converges faster than any power of the step for smooth
        densities that vanish at the border (Trefethen and Weideman 2014).
        """
        steps = int(np.ceil(4 * self.reach / self.finest))
        axis = np.linspace(-self.reach, self.reach, steps + 1)
        log_p = self.log_prob(lattice(axis, axis))
        p = np.exp(log_p)
        return float(-np.sum(p * log_p, where=p > 0) * (axis[1] - axis[0]) ** 2)

    def cell_masses(self, edges: np.ndarray) -> np.ndarray:
        """Probability of each cell of the grid `edges` x `edges` (b + 1,): (b, b), first index along x.

        Four Gauss-Legendre nodes on pieces of a cell no longer than twice `finest`. What 1 lacks is outside.
        """
        edges = np.asarray(edges, np.float64)
        pieces = int(np.ceil(np.diff(edges).max() / (2 * self.finest)))
        cells = len(edges) - 1
        fine = np.interp(np.arange(cells * pieces + 1) / pieces, np.arange(cells + 1), edges)
        nodes, weights = gauss_legendre(fine, 4)
        p = np.exp(self.log_prob(lattice(nodes, nodes))).reshape(len(nodes), len(nodes))
        p *= weights[:, None] * weights
        return p.reshape(cells, pieces * 4, cells, pieces * 4).sum((1, 3))  # (b, b)


def lattice(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Every pair of `x` (a,) and `y` (b,), `x` slowest: (a * b, 2)."""
    return np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)


def gauss_legendre(edges: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights of `order` on each of the intervals between `edges`."""
    unit, weight = np.polynomial.legendre.leggauss(order)
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    return (middle[:, None] + half[:, None] * unit).ravel(), (half[:, None] * weight).ravel()
