"""Curves blurred by Gaussian noise: moons, S, swiss roll, spirals, line.

A point is gamma(t) + noise, so its density is the one-dimensional integral of a Gaussian along the
curve. Gauss-Legendre panels, about as short as the noise, give log p to 1e-5 wherever log p > -12, and
to 1e-3 of itself in the far tails.
"""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .densities import Isotropic
from .distribution import gauss_legendre

PANEL_STDS, NODES_PER_PANEL = 3.0, 8  # a panel's length in standard deviations of the noise, its nodes


@dataclass(frozen=True)
class Arm:
    """A piece of curve: `path` maps t (n,) to (n, 2); t has density ~ t^power on [start, stop]."""

    path: Callable[[np.ndarray], np.ndarray]
    start: float
    stop: float
    power: float = 0.0

    def draw(self, u: np.ndarray) -> np.ndarray:
        """Points at the quantiles `u` (n,) of t: (n, 2)."""
        p = self.power + 1
        t = self.start**p + u * (self.stop**p - self.start**p)
        return self.path(t ** (1 / p) if self.power else t)

    def nodes(self, std: float) -> tuple[np.ndarray, np.ndarray]:
        """Quadrature points (k, 2) and weights (k,), summing to 1, for noise of `std`."""
        t = np.linspace(self.start, self.stop, 4001)
        length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(self.path(t), axis=0), axis=1))])
        count = int(np.ceil(length[-1] / (PANEL_STDS * std)))
        t, weight = gauss_legendre(np.interp(np.linspace(0, length[-1], count + 1), length, t), NODES_PER_PANEL)
        p = self.power + 1
        return self.path(t), weight * p * t**self.power / (self.stop**p - self.start**p)


@dataclass(frozen=True, kw_only=True)
class Curve(Isotropic):
    """Equally likely arms, blurred. The curve is described in units of `scale`, and so is `noise`."""

    noise: float
    scale: float

    @cached_property
    @abstractmethod
    def arms(self) -> tuple[Arm, ...]:
        """The pieces of the curve, before scaling."""

    @property
    def std(self) -> float:
        return self.noise * self.scale

    @cached_property
    def components(self) -> tuple[np.ndarray, np.ndarray]:
        pieces = [arm.nodes(self.noise) for arm in self.arms]
        means = self.scale * np.concatenate([p[0] for p in pieces])
        return means, np.concatenate([p[1] for p in pieces]) / len(pieces)

    def labelled(self, n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        u = generator.random(n, np.float32)
        which = generator.integers(len(self.arms), size=n)
        points = np.empty((n, 2), np.float32)
        for i, arm in enumerate(self.arms):
            points[which == i] = arm.draw(u[which == i])
        points *= np.float32(self.scale)
        return points + np.float32(self.std) * generator.standard_normal((n, 2), np.float32), which

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        return self.labelled(n, generator)[0]

    def one_class(self, label: int) -> "Arc":
        return Arc(
            whole=self,
            which=label,
            noise=self.noise,
            scale=self.scale,
            name=f"{self.name} {label}",
            title=self.title,
            half_width=self.half_width,
        )


@dataclass(frozen=True, kw_only=True)
class Arc(Curve):
    """One arm of a curve alone."""

    whole: Curve
    which: int

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        return (self.whole.arms[self.which],)


@dataclass(frozen=True, kw_only=True)
class Paired(Curve):
    """A curve whose two arms are two classes."""

    @property
    def classes(self) -> int:
        return 2


@dataclass(frozen=True, kw_only=True)
class Moons(Paired):
    """Two half circles as in scikit-learn's `make_moons`, centred."""

    noise: float = 0.1
    scale: float = 1.6

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        return (
            Arm(lambda t: np.stack([np.cos(t) - 0.5, np.sin(t) - 0.25], 1), 0, np.pi),
            Arm(lambda t: np.stack([0.5 - np.cos(t), 0.25 - np.sin(t)], 1), 0, np.pi),
        )


@dataclass(frozen=True, kw_only=True)
class SCurve(Curve):
    """Two three-quarter circles as in scikit-learn's `make_s_curve`, without its depth."""

    noise: float = 0.08
    scale: float = 1.25

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        return (
            Arm(lambda t: np.stack([np.sin(t), np.cos(t) - 1], 1), 0, 1.5 * np.pi),
            Arm(lambda t: np.stack([-np.sin(t), 1 - np.cos(t)], 1), 0, 1.5 * np.pi),
        )


@dataclass(frozen=True, kw_only=True)
class SwissRoll(Curve):
    """One and a half turns of an Archimedean spiral as in scikit-learn's `make_swiss_roll`, seen from
    the side (FFJORD: `noise` 1, `scale` 1/5). The angle is uniform, so the inside is denser."""

    noise: float = 0.6
    scale: float = 0.18

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        return (Arm(lambda t: np.stack([t * np.cos(t), t * np.sin(t)], 1), 1.5 * np.pi, 4.5 * np.pi),)


@dataclass(frozen=True, kw_only=True)
class Spiral(Paired):
    """Two interleaved Archimedean spirals of one and a half turns (FFJORD's `2spirals`: `scale` 1/3).

    The angle has density ~ t, so the points are spread nearly evenly along the arms. `shift` displaces
    the arms to either side, as FFJORD's one-sided uniform jitter does.
    """

    noise: float = 0.3
    scale: float = 0.27
    shift: float = 0.0

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        def path(t: np.ndarray) -> np.ndarray:
            return np.stack([self.shift - t * np.cos(t), self.shift + t * np.sin(t)], 1)

        return Arm(path, 0, 3 * np.pi, power=1), Arm(lambda t: -path(t), 0, 3 * np.pi, power=1)


@dataclass(frozen=True, kw_only=True)
class Line(Curve):
    """A segment of the diagonal, from (-1, -1) to (1, 1) in units of `scale`."""

    noise: float = 0.05
    scale: float = 2.0

    @cached_property
    def arms(self) -> tuple[Arm, ...]:
        return (Arm(lambda t: np.stack([t, t], 1), -1, 1),)
