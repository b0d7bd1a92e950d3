"""Forward processes as numbers: x_t = a(t) x_0 + s(t) eps, where t runs from 0 (data) to 1 (noise).

Every process here is a Gaussian path, so two functions define it: drift, diffusion, signal-to-noise ratio and
velocity follow from a, s and their derivatives (Song et al. 2021; Kingma et al. 2021; Lipman et al. 2023).
Step k of a discrete process with T steps is the time k / T; libraries that count from 0 call it k - 1.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from scipy.interpolate import PchipInterpolator
from torch import Tensor

from .config import DiffusionConfig
from .levels import Level, N
from .schedules import SCHEDULES
from .spacings import SPACINGS

BISECTION_STEPS = 40


@dataclass(frozen=True)
class Process(ABC):
    """A Gaussian path. Frozen and hashable."""

    @property
    def span(self) -> tuple[float, float]:
        """Times a network is trained on; many paths are singular at 0, where no noise is left to predict."""
        return 1e-4, 1.0

    @abstractmethod
    def at(self, t: Tensor) -> Level[Tensor]:
        """The level at times `t` of any shape."""

    def levels(self, times: Sequence[float]) -> list[Level[float]]:
        """The levels at `times` as plain numbers, computed in double precision."""
        rows = torch.stack(self.at(torch.tensor(times, dtype=torch.float64)), -1)  # (times, 5)
        return [Level(*row) for row in rows.tolist()]

    def level(self, t: float) -> Level[float]:
        return self.levels([t])[0]

    def reverse_g2(self, level: Level[N]) -> N:
        """w^2 of the reverse SDE dx = (v - w^2 score / 2) dt + w dw: g^2, as in Song et al. 2021, equation 6.

        Any w >= 0 leaves the marginals as they are (Ma et al. 2024, SiT, equation 7): where g grows without
        bound, a process takes a w that does not.
        """
        return level.g2

    @property
    def prior_std(self) -> float:
        """Standard deviation of the noise where sampling starts."""
        return self.level(1.0).s

    def draw(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """Levels at random times, to train on: (n, 5) float32, columns as in `Level`; a `batches.Draw`."""
        low, high = self.span
        t = torch.from_numpy(self.nearest_times(low + (high - low) * generator.random(n)))
        return torch.stack(self.at(t), 1).numpy().astype(np.float32)

    def nearest_times(self, t: np.ndarray) -> np.ndarray:
        """The nearest times at which the process has a step."""
        return t

    def times(self, steps: int, spacing: str = "uniform", end: float = 0.0) -> list[float]:
        """`steps` + 1 times from 1 down to `end`; a discrete process has no more steps than its own."""
        return SPACINGS[spacing].times(self, steps, end).tolist()

    def times_at(self, noise: np.ndarray, signal: float = 1.0) -> np.ndarray:
        """The times in `span` at which s / a is `noise` / `signal`, or the nearest that there are: (n,). By
        bisection, as s / a rises all the way."""
        wanted = torch.from_numpy(noise)
        low, high = (torch.full_like(wanted, end) for end in self.span)
        for _ in range(BISECTION_STEPS):
            middle = (low + high) / 2
            level = self.at(middle)
            above = level.s * signal > wanted * level.a
            low, high = torch.where(above, low, middle), torch.where(above, middle, high)
        return high.numpy()


@lru_cache(maxsize=4096)
def matching_level(process: Process, a: float, s: float) -> Level[float]:
    """The level of a process with the noise-to-signal ratio s / a, or the nearest that it has."""
    return process.level(float(process.times_at(np.array([s]), a)[0]))


def nearest_level(process: Process, t: float) -> Level[float]:
    """The training level nearest to a time in single precision, as panels are asked with."""
    return process.level(float(process.nearest_times(np.float32(t).clip(*process.span))))


def training_levels(process: Process, count: int) -> list[Level[float]]:
    """Levels that are equally likely in training."""
    low, high = process.span
    t = process.nearest_times(low + (high - low) * (np.arange(count) + 0.5) / count)
    return process.levels(t.tolist())


def equal_noise_time(process: Process) -> float:
    """The time with as much noise as signal."""
    return float(process.nearest_times(process.times_at(np.ones(1)))[0])


@dataclass(frozen=True)
class Discrete(Process):
    """DDPM's chain of `steps` small Gaussian steps (Ho et al. 2020). Between them log a is interpolated
    smoothly and monotonously (Fritsch and Butland 1984), so that continuous samplers run on it too."""

    steps: int = 1000
    schedule: str = "linear"

    @property
    def span(self) -> tuple[float, float]:
        return 1 / self.steps, 1.0

    @cached_property
    def betas(self) -> np.ndarray:
        """Variances of the steps (T,)."""
        return SCHEDULES[self.schedule](self.steps)

    @cached_property
    def _log_a(self) -> tuple[PchipInterpolator, PchipInterpolator]:
        """log a between its values at the times 0, 1 / T, ..., 1; and its derivative."""
        values = np.append(0, np.cumsum(np.log1p(-self.betas)) / 2)
        curve = PchipInterpolator(np.arange(self.steps + 1) / self.steps, values)
        return curve, curve.derivative()

    def at(self, t: Tensor) -> Level[Tensor]:
        return _variance_preserving(t, *(torch.from_numpy(curve(t.numpy())) for curve in self._log_a))

    def reverse_g2(self, level: Level[N]) -> N:
        return level.g2 * level.a if self.schedule == "cosine" else level.g2

    def nearest_times(self, t: np.ndarray) -> np.ndarray:
        return np.ceil(t * self.steps - 1e-9).clip(1, self.steps) / self.steps

    def draw(self, n: int, generator: np.random.Generator) -> np.ndarray:
        t = torch.from_numpy(generator.integers(1, self.steps + 1, n) / self.steps)
        return torch.stack(self.at(t), 1).numpy().astype(np.float32)

    def times(self, steps: int, spacing: str = "uniform", end: float = 0.0) -> list[float]:
        low = round(end * self.steps)
        steps = min(steps, self.steps - low)
        return (distinct_steps(super().times(steps, spacing, end), self.steps, low) / self.steps).tolist()


def distinct_steps(times: Sequence[float], chain: int, low: int = 0) -> np.ndarray:
    """The steps nearest to falling times, in a chain of this length; no two coincide, and the last is at least
    `low`."""
    k = np.round(chain * np.array(times)).astype(int)
    least = low + np.arange(len(k) - 1, -1, -1)
    return least + np.maximum.accumulate((k - least)[::-1])[::-1]


def _variance_preserving(t: Tensor, log_a: Tensor, slope: Tensor) -> Level[Tensor]:
    """The level with s^2 = 1 - a^2, of log a and its derivative."""
    a, s = torch.exp(log_a), torch.sqrt(-torch.expm1(2 * log_a))
    return Level(t, a, s, slope * a, -slope * a**2 / s)


@dataclass(frozen=True)
class VP(Process):
    """The variance-preserving SDE, DDPM's limit (Song et al. 2021, equation 11). As a path for flow matching it
    is Lipman et al. 2023, equation 19."""

    low: float = 0.1
    high: float = 20.0

    def log_a(self, t: Tensor) -> tuple[Tensor, Tensor]:
        """log a = - 1/2 int beta, with beta from `low` to `high`; and its derivative."""
        beta = self.low + t * (self.high - self.low)
        return -t * (self.low + beta) / 4, -beta / 2

    def at(self, t: Tensor) -> Level[Tensor]:
        return _variance_preserving(t, *self.log_a(t))


@dataclass(frozen=True)
class SubVP(VP):
    """The sub-VP SDE: the same a, and s = 1 - a^2, always the smaller (Song et al. 2021, equation 12)."""

    def at(self, t: Tensor) -> Level[Tensor]:
        log_a, slope = self.log_a(t)
        a = torch.exp(log_a)
        return Level(t, a, -torch.expm1(2 * log_a), slope * a, -2 * slope * a**2)


@dataclass(frozen=True)
class VE(Process):
    """The variance-exploding SDE: data blurred by the heat kernel, s^2 = sigma(t)^2 - sigma(0)^2 with sigma
    rising by factors (Song et al. 2021, equation 30)."""

    low: float = 0.01
    high: float = 50.0

    def at(self, t: Tensor) -> Level[Tensor]:
        rate = math.log(self.high / self.low)
        s = self.low * torch.sqrt(torch.expm1(2 * rate * t))
        return Level(t, torch.ones_like(t), s, torch.zeros_like(t), rate * (s**2 + self.low**2) / s)


class ZeroTerminalSNR(Process):
    """A process that ends without any signal, where the SDE's g is infinite."""

    @property
    def span(self) -> tuple[float, float]:
        return 1e-3, 1.0

    def reverse_g2(self, level: Level[N]) -> N:
        return 2 * level.s * level.determinant  # a g^2


@dataclass(frozen=True)
class Linear(ZeroTerminalSNR):
    """Rectified flow: along straight lines (Liu et al. 2023; Lipman et al. 2023, equation 20)."""

    def at(self, t: Tensor) -> Level[Tensor]:
        one = torch.ones_like(t)
        return Level(t, 1 - t, t, -one, one)


@dataclass(frozen=True)
class Trigonometric(ZeroTerminalSNR):
    """Along arcs: a and s are cosine and sine (Albergo and Vanden-Eijnden 2023; torchcfm's variance-preserving)."""

    def at(self, t: Tensor) -> Level[Tensor]:
        angle, rate = t * (math.pi / 2), math.pi / 2
        a, s = torch.cos(angle), torch.sin(angle)
        return Level(t, a, s, -rate * s, rate * a)


PROCESSES: dict[str, type[Process]] = {
    "ddpm": Discrete,
    "vp": VP,
    "subvp": SubVP,
    "ve": VE,
    "linear": Linear,
    "trigonometric": Trigonometric,
}


def process_of(config: DiffusionConfig) -> Process:
    """The process that the settings choose."""
    return Discrete(config.chain, config.schedule) if config.process == "ddpm" else PROCESSES[config.process]()
