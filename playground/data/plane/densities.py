"""Distributions whose density is a closed form: Gaussian mixtures, rings, pinwheel, checkerboard."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import i0e, logsumexp, ndtr

from .distribution import Distribution, lattice

CHUNK_ROWS = 1024  # rows of a density at a time: (rows, components) stays in the processor's cache
MAX_CLASSES = 10
"""Maximum number of modes that are classes of their own."""
TAIL_STDS = 6.5  # standard deviations: beyond lies 7e-10 of a plane Gaussian


@dataclass(frozen=True, kw_only=True)
class Isotropic(Distribution):
    """A mixture of round Gaussians of one width: listed (`Mixture`) or along curves (`curves.Curve`)."""

    @property
    @abstractmethod
    def std(self) -> float:
        """Standard deviation of every component."""

    @cached_property
    @abstractmethod
    def components(self) -> tuple[np.ndarray, np.ndarray]:
        """Means (k, 2) and weights (k,), summing to 1."""

    @property
    def finest(self) -> float:
        return self.std

    @cached_property
    def reach(self) -> float:
        return float(np.abs(self.components[0]).max() + TAIL_STDS * self.std)

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, np.float64)
        means, weights = self.components
        precision = self.std**-2
        slopes = means.T * precision  # (2, k)
        offsets = np.log(weights) - 0.5 * precision * (means**2).sum(1)  # (k,)
        out = np.empty(len(x))
        for i in range(0, len(x), CHUNK_ROWS):
            rows = x[i : i + CHUNK_ROWS]
            terms = rows @ slopes + offsets  # (rows, k)
            top = terms.max(1)
            terms -= top[:, None]
            out[i : i + CHUNK_ROWS] = np.log(np.exp(terms, out=terms).sum(1)) + top
        return out - 0.5 * precision * (x**2).sum(1) - np.log(2 * np.pi / precision)

    def cell_masses(self, edges: np.ndarray) -> np.ndarray:
        """Exact: the mass of a round Gaussian in a cell is a product of two differences of its cdf."""
        means, weights = self.components
        cdf = ndtr((np.asarray(edges) - means[..., None]) / self.std)  # (k, 2, b + 1)
        inside = np.diff(cdf, axis=-1)  # (k, 2, b)
        return (inside[:, 0] * weights[:, None]).T @ inside[:, 1]  # (b, b)


@dataclass(frozen=True, kw_only=True)
class Mixture(Isotropic):
    """Equally likely round Gaussians at `centres`, each a mode of its own."""

    centres: tuple[tuple[float, float], ...]
    width: float

    @property
    def std(self) -> float:
        return self.width

    @cached_property
    def components(self) -> tuple[np.ndarray, np.ndarray]:
        k = len(self.centres)
        return np.array(self.centres, np.float64), np.full(k, 1 / k)

    @property
    def modes(self) -> np.ndarray:
        return self.components[0]

    @property
    def mode_std(self) -> float:
        return self.width

    @property
    def mode_weights(self) -> np.ndarray:
        return self.components[1]

    @property
    def classes(self) -> int:
        return len(self.centres) if 1 < len(self.centres) <= MAX_CLASSES else 0

    def labelled(self, n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        which = generator.integers(len(self.centres), size=n)
        noise = generator.standard_normal((n, 2), np.float32)
        return self.modes.astype(np.float32)[which] + np.float32(self.width) * noise, which

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        return self.labelled(n, generator)[0]

    def one_class(self, label: int) -> "Mixture":
        return replace(self, name=f"{self.name} {label}", centres=(self.centres[label],))


def circle(k: int, radius: float, std: float, **fields) -> Mixture:
    """`k` Gaussians evenly spread on a circle."""
    angle = 2 * np.pi * np.arange(k) / k
    points = radius * np.stack([np.cos(angle), np.sin(angle)], 1)
    return Mixture(centres=tuple(map(tuple, points.tolist())), width=std, **fields)


def grid(side: int, step: float, std: float, **fields) -> Mixture:
    """`side` x `side` Gaussians, `step` apart, about 0."""
    axis = step * (np.arange(side) - (side - 1) / 2)
    return Mixture(centres=tuple(map(tuple, lattice(axis, axis).tolist())), width=std, **fields)


@dataclass(frozen=True, kw_only=True)
class Rings(Distribution):
    """Equally likely circles of `radii` about 0, blurred by Gaussian noise of standard deviation `noise`.

    Averaging the Gaussian over a circle of radius r gives, at distance rho from the centre,
    exp(-(rho^2 + r^2) / 2 s^2) I0(rho r / s^2) / (2 pi s^2): the Rice law, spread over angles.
    """

    radii: tuple[float, ...]
    noise: float

    @property
    def finest(self) -> float:
        return self.noise

    @property
    def reach(self) -> float:
        return max(self.radii) + TAIL_STDS * self.noise

    @property
    def classes(self) -> int:
        return len(self.radii) if len(self.radii) > 1 else 0

    def labelled(self, n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        which = generator.integers(len(self.radii), size=n)
        radius = np.array(self.radii, np.float32)[which]
        angle = generator.random(n, np.float32) * np.float32(2 * np.pi)
        points = np.stack([np.cos(angle), np.sin(angle)], 1) * radius[:, None]
        return points + np.float32(self.noise) * generator.standard_normal((n, 2), np.float32), which

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        return self.labelled(n, generator)[0]

    def one_class(self, label: int) -> "Rings":
        return replace(self, name=f"{self.name} {label}", radii=(self.radii[label],))

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        rho, var = np.linalg.norm(np.asarray(x, np.float64), axis=1)[:, None], self.noise**2
        radii = np.array(self.radii)
        # i0e(z) = I0(z) exp(-z), which turns the exponent into -(rho - r)^2 / 2 s^2 and never overflows.
        rings = -((rho - radii) ** 2) / (2 * var) + np.log(i0e(rho * radii / var))  # (n, rings)
        return logsumexp(rings, axis=1) - np.log(len(radii) * 2 * np.pi * var)


@dataclass(frozen=True, kw_only=True)
class Pinwheel(Distribution):
    """Gaussian arms, long along the radius, twisted by the angle `rate` exp(radius / `scale`).

    Johnson et al. 2016 (SVAE) twist by the first *coordinate* of the untwisted point; twisting by its
    radius looks the same and preserves areas, so that the density is exactly the untwisted one's and
    the entropy does not depend on `rate`.
    """

    arms: int = 5
    radial: float = 0.3
    tangential: float = 0.1
    rate: float = 0.25
    scale: float = 1.5

    @property
    def finest(self) -> float:
        # Near the tips the twist shears by rate r exp(r), about 3, which thins an arm as much.
        return self.tangential * self.scale / 3

    @property
    def reach(self) -> float:
        return self.scale * (1 + TAIL_STDS * self.radial)

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        arm = generator.integers(self.arms, size=n).astype(np.float32)
        point = generator.standard_normal((n, 2), np.float32)
        point *= np.array([self.radial, self.tangential], np.float32)
        point[:, 0] += 1
        angle = np.float32(2 * np.pi / self.arms) * arm
        angle += np.float32(self.rate) * np.exp(np.hypot(point[:, 0], point[:, 1]))
        return np.float32(self.scale) * _turn(point, angle)

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        x = np.asarray(x, np.float64) / self.scale
        untwisted = _turn(x, -self.rate * np.exp(np.minimum(np.hypot(x[:, 0], x[:, 1]), 50)))
        spread = np.array([self.radial, self.tangential])
        arms = []
        for arm in range(self.arms):
            u = (_turn(untwisted, -2 * np.pi * arm / self.arms) - (1, 0)) / spread
            arms.append(-0.5 * (u**2).sum(1))
        norm = self.arms * 2 * np.pi * self.radial * self.tangential * self.scale**2
        return logsumexp(np.stack(arms, 1), axis=1) - np.log(norm)


def _turn(points: np.ndarray, angle: np.ndarray | float) -> np.ndarray:
    """`points` (n, 2) rotated counterclockwise by `angle` (n,)."""
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * points[:, 0] - s * points[:, 1], s * points[:, 0] + c * points[:, 1]], 1)


@dataclass(frozen=True, kw_only=True)
class Checkerboard(Distribution):
    """Uniform on the eight dark cells, of side `cell`, of a 4 x 4 board about 0 (FFJORD: `cell` 2)."""

    cell: float = 1.25

    @property
    def finest(self) -> float:
        return self.cell

    @property
    def reach(self) -> float:
        return 2 * self.cell

    @cached_property
    def entropy(self) -> float:
        return float(np.log(8 * self.cell**2))

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        dark = generator.integers(8, size=n)
        column = dark % 4 - 2
        row = 2 * (dark // 4) - 2 + column % 2
        # Rounding to float32 must not carry a point over an edge, where the density is 0.
        within = 1e-6 + (1 - 2e-6) * generator.random((n, 2))
        return (self.cell * (np.stack([column, row], 1) + within)).astype(np.float32)

    def log_prob(self, x: np.ndarray) -> np.ndarray:
        place = np.floor(np.asarray(x, np.float64) / self.cell)  # (n, 2)
        inside = ((place >= -2) & (place < 2)).all(1) & (place.sum(1) % 2 == 0)
        return np.where(inside, -self.entropy, -np.inf)

    def cell_masses(self, edges: np.ndarray) -> np.ndarray:
        """Exact: areas of overlap."""
        low = self.cell * np.arange(-2, 2)[:, None]
        cut = np.clip(np.asarray(edges), low, low + self.cell)  # (4, b + 1)
        overlap = np.diff(cut, axis=1)  # (4, b)
        dark = (np.arange(4)[:, None] + np.arange(4)) % 2 == 0
        return overlap.T @ dark @ overlap / (8 * self.cell**2)
