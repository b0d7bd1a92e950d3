"""The scorecard: what is measured of a contestant, and the three shares that the triangle is drawn of."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from playground.core.i18n import N_

FASTEST, SLOWEST = 0.1, 1000.0
"""Milliseconds for 1,000 samples that count as all and as nothing on the axis of speed, which is logarithmic."""


@dataclass(frozen=True)
class Measured:
    """One contestant after its budget. What does not exist is None."""

    steps: int
    seconds: float
    """Of computing, in training."""
    sliced_w2: float
    sliced_w2_floor: float
    mass: float
    """Share of the data's mass that is covered."""
    mass_floor: float
    """What fresh samples of the data themselves have of it: a little less than 1."""
    modes: float | None
    modes_of: int | None
    gap: float | None
    """Nats by which the mean log density of fresh data lies below that of the truth; with `bounded` at most so many."""
    bounded: bool
    calls: int
    ms: float
    """For 1,000 samples."""
    parameters: int

    @property
    def quality(self) -> float:
        """1 where samples are as near to the data as fresh data are; one half at twice that distance."""
        return share(self.sliced_w2_floor / self.sliced_w2 if self.sliced_w2 > 0 else 1.0)

    @property
    def coverage(self) -> float:
        """Share of the data's mass that is covered, relative to what fresh data cover."""
        return share(self.mass / self.mass_floor)

    @property
    def speed(self) -> float:
        """1 at `FASTEST`, 0 at `SLOWEST` milliseconds for 1,000 samples, and evenly by factors between them."""
        return share(math.log(SLOWEST / max(self.ms, 1e-9)) / math.log(SLOWEST / FASTEST))

    def told(self) -> dict[str, Any]:
        """As plain numbers, the three shares among them."""
        return {**asdict(self), "quality": self.quality, "coverage": self.coverage, "speed": self.speed}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Measured":
        """What `told` was made of."""
        return cls(**{name: told[name] for name in cls.__dataclass_fields__})


def share(value: float) -> float:
    """Kept between 0 and 1."""
    return min(max(value, 0.0), 1.0)


@dataclass(frozen=True)
class Column:
    """A column of the scorecard; texts are message ids."""

    name: str
    title: str
    unit: str
    help: str
    better: str
    """lower, higher or nothing."""


COLUMNS = (
    Column(
        "sliced_w2",
        N_("Sliced W2"),
        N_("units of the axes"),
        N_(
            "How far 2,000 samples are from the data: the sliced Wasserstein-2 distance, the mean cost of carrying "
            "the ones to the others seen from all sides. Below it the floor: what fresh data score."
        ),
        "lower",
    ),
    Column(
        "gap",
        N_("Gap"),
        N_("nats"),
        N_(
            "By how much fresh data are less likely under the model than under the truth, on average: an estimate of "
            "the KL divergence, 0 is perfect, and chance may put it a little below. A bound says “at most”."
        ),
        "lower",
    ),
    Column(
        "modes",
        N_("Modes"),
        "",
        N_(
            "How many of the data's modes get at least a fifth of the samples they should. Only where the data have "
            "separate modes."
        ),
        "higher",
    ),
    Column(
        "mass",
        N_("Mass covered"),
        "",
        N_(
            "Share of the data's mass in squares of a 20 by 20 grid that get at least a fifth of the samples they "
            "should: what a model leaves out is missing here. Below it what fresh data score."
        ),
        "higher",
    ),
    Column(
        "calls",
        N_("Calls for a sample"),
        "",
        N_("Passes through the model, one after the other, to draw a sample."),
        "lower",
    ),
    Column(
        "ms",
        N_("1,000 samples take"),
        "ms",
        N_("Computing time of one core for 1,000 samples: the median of several draws, the first ones left out."),
        "lower",
    ),
    Column("parameters", N_("Parameters"), "", N_("How many numbers are learned."), ""),
    Column(
        "seconds", N_("Training"), "s", N_("Seconds of computing that training took, preparations not counted."), ""
    ),
    Column("steps", N_("Steps"), "", N_("Steps of training."), ""),
)
"""In the order of the table. `sliced_w2` and `mass` have a `_floor`, `modes` an `_of`."""
AXES = {"quality": N_("Quality"), "coverage": N_("Coverage"), "speed": N_("Speed")}
"""Of the triangle."""
