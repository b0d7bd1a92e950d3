"""What one training step, and one picture, would cost here, estimated from the settings before anything runs; and what
is refused.

Three terms, each the size of it by a rate of this machine: products of matrices, numbers that are held and
written, operations that are begun. How well a family uses the rates is measured (`bench step_cost`).
"""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

from playground.core.config import Config
from playground.core.registry import family, picture_size, step_size
from playground.core.step_size import StepSize

from .executors import Inline, Slot
from .limits import Limits
from .rates import USUAL, Rates
from .run import Run
from .smaller import TOO_LARGE, TOO_LONG, TOO_SLOW_PICTURE, TooDear, smaller


class Use(NamedTuple):
    """How many times as long as at the full rate it takes a family to do a term."""

    products: float
    numbers: float
    operations: float


USES = {
    "gan": Use(1.1, 2, 1.2),
    "normalizing_flow": Use(1.3, 2.5, 1.6),
    "diffusion": Use(1.2, 7, 1),
    "vae": Use(1, 9, 1),
    "autoregressive": Use(1.2, 6, 1),
    "transformer": Use(1, 14, 5),
    "oadtr": Use(1, 14, 5),
}
OTHER = Use(1.3, 7, 2)
"""Of a family that came from elsewhere."""
BYTES = 6.0
"""Of memory for each number that a step holds: gradients on their way, and what is not given back, are beside it."""


class StepCost(NamedTuple):
    """Of one step; `picture_ms`: of one picture beside it, 0 where that takes no longer than a few steps."""

    ms: float
    mb: float
    picture_ms: float = 0.0


UNLIMITED = StepCost(math.inf, math.inf, math.inf)


def estimate(name: str, config: Config, rates: Rates = USUAL) -> StepCost:
    """What a step with these settings of family `name` takes on a worker with such rates."""
    size, use = step_size(family(name), config), USES.get(name, OTHER)

    def ms(size: StepSize) -> float:
        return 1e3 * (
            use.products * size.work / rates.products
            + use.numbers * size.numbers / rates.numbers
            + use.operations * size.operations * rates.operation
        )

    return StepCost(ms(size), BYTES * size.numbers / 1e6, ms(picture_size(family(name), config)))


class StepCosts:
    """The costs of steps on this server, and its limits to them."""

    def __init__(self, limits: Limits, slots: Iterable[Slot], runs: Callable[[], Iterable[Run]] = tuple):
        """`runs`: those in memory, whose steps may have been measured."""
        self.rates, self._runs = USUAL, runs
        self.gpu_rates: Rates | None = None
        """Of workers with a GPU, once one was measured."""
        free = all(isinstance(slot.executor, Inline) for slot in slots)  # nobody else waits in this process
        given = (limits.step_ms, limits.step_mb, limits.picture_ms)
        self.most = StepCost(*(math.inf if free or not most else most for most in given))

    def learn(self, rates: Rates, gpu: bool = False) -> None:
        """What was measured on a worker; the best of several counts, as others may have computed beside one."""
        known = self.gpu_rates if gpu else None if self.rates is USUAL else self.rates
        best = (
            rates
            if known is None
            else Rates(
                max(known.products, rates.products),
                max(known.numbers, rates.numbers),
                min(known.operation, rates.operation),
            )
        )
        if gpu:
            self.gpu_rates = best
        else:
            self.rates = best

    def _rates(self, config: Config) -> Rates:
        """Of the workers for these settings."""
        return self.rates if self.gpu_rates is None or config.device == "cpu" else self.gpu_rates

    def of(self, name: str, config: Config) -> StepCost:
        """The estimate, with the milliseconds that steps with the same settings were measured to take, if any were."""
        found = estimate(name, config, self._rates(config))
        measured = (run.computing_ms for run in self._runs() if run.family == name and run.config_now() == config)
        return found._replace(ms=next((ms for ms in measured if ms == ms), found.ms))

    def check(self, name: str, config: Config, before: Config | None = None) -> None:
        """`TooDear` where a step would take too long or too much memory, or a picture too long. It offers smaller
        settings, among which what the visitor changed last, from `before`, stays if it can."""
        if self.most == UNLIMITED:
            return
        cost = self.of(name, config)
        worst = max(range(len(cost)), key=lambda k: cost[k] / self.most[k])
        if cost[worst] <= self.most[worst]:
            return

        def excess(other: Config) -> float:
            parts = estimate(name, other, self._rates(other))
            return max(part / most for part, most in zip(parts, self.most, strict=True))

        offer = smaller(config, excess, before)
        template, said = SENTENCES[worst]
        raise TooDear(template, said(cost[worst]), said(self.most[worst]), config, offer)


def in_seconds(ms: float) -> str:
    """A duration with two digits, such as "0.8 s", "40 s", "3 min"."""
    return f"{_two_digits(ms / 6e4)} min" if ms >= 12e4 else f"{_two_digits(ms / 1e3)} s"


def in_bytes(mb: float) -> str:
    """A size with two digits, such as "800 MB", "2.5 GB"."""
    return f"{_two_digits(mb / 1e3)} GB" if mb >= 1e3 else f"{_two_digits(mb)} MB"


def _two_digits(number: float) -> str:
    return f"{float(f'{number:.2g}'):,g}"


SENTENCES = ((TOO_LONG, in_seconds), (TOO_LARGE, in_bytes), (TOO_SLOW_PICTURE, in_seconds))
"""For each part of a cost, what is said where it is too much."""
