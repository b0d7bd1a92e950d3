"""The scorecard: what is measured of a contestant, and the three values from 0 to 1 that the triangle shows."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from playground.core.i18n import N_

FASTEST, SLOWEST = 0.1, 1000.0
"""Milliseconds for 1,000 samples at 1 and at 0 of the axis of speed, which is logarithmic."""


@dataclass(frozen=True)
class Measurement:
    """One contestant after its budget; None stands for what it does not have."""

    steps: int
    seconds: float
    """Compute time of training."""
    sliced_w2: float
    sliced_w2_floor: float
    mass: float
    """Share of the data's mass that is covered."""
    mass_floor: float
    """The same share for fresh samples of the data: a little less than 1."""
    modes: float | None
    modes_of: int | None
    gap: float | None
    """Mean log density of fresh data under the truth minus that under the model, in nats; with `bounded` an upper
    bound of it."""
    bounded: bool
    calls: int
    ms: float
    """For 1,000 samples."""
    parameters: int
    sliced_w2_error: float | None = None
    """Half of the 95 percent interval of a measurement that is as good as possible: less than that is no difference."""
    mass_error: float | None = None
    gap_error: float | None = None
    ms_error: float | None = None
    """Half the range of the draws that were timed."""

    @property
    def quality(self) -> float:
        """1 where samples are as close to the data as fresh data are; one half at twice that distance."""
        return clamped(self.sliced_w2_floor / self.sliced_w2 if self.sliced_w2 > 0 else 1.0)

    @property
    def coverage(self) -> float:
        """Share of the data's mass that is covered, relative to what fresh data cover."""
        return clamped(self.mass / self.mass_floor)

    @property
    def speed(self) -> float:
        """1 at `FASTEST`, 0 at `SLOWEST` milliseconds for 1,000 samples, and logarithmic between them."""
        return clamped(math.log(SLOWEST / max(self.ms, 1e-9)) / math.log(SLOWEST / FASTEST))

    def to_dict(self) -> dict[str, Any]:
        """As plain numbers, with the three values of the triangle."""
        return {**asdict(self), "quality": self.quality, "coverage": self.coverage, "speed": self.speed}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Measurement":
        """The inverse of `to_dict`."""
        return cls(**{name: values[name] for name in cls.__dataclass_fields__ if name in values})


def clamped(value: float) -> float:
    """Limited to the range from 0 to 1."""
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
            "Sliced Wasserstein-2 distance between 2,000 samples and the data: the root of the mean squared distance "
            "by which points move along a direction from one to the other, over all directions. Below it the floor: "
            "the score of fresh data."
        ),
        "lower",
    ),
    Column(
        "gap",
        N_("Gap"),
        N_("nats"),
        N_(
            "Mean log density of fresh data under the truth minus that under the model: an estimate of the KL "
            "divergence. 0 is perfect; sampling error may make it slightly negative. “At most” marks a bound."
        ),
        "lower",
    ),
    Column(
        "modes",
        N_("Modes"),
        "",
        N_(
            "Number of modes of the data that get at least a fifth of their share of samples. Only for data with "
            "separate modes."
        ),
        "higher",
    ),
    Column(
        "mass",
        N_("Mass covered"),
        "",
        N_(
            "Share of the data's mass that lies in cells of a 20 × 20 grid which get at least a fifth of their share "
            "of samples. Below it the floor: the score of fresh data."
        ),
        "higher",
    ),
    Column(
        "calls",
        N_("Calls per sample"),
        "",
        N_("Passes through the model, one after the other, to draw one sample."),
        "lower",
    ),
    Column(
        "ms",
        N_("Time for 1,000 samples"),
        "ms",
        N_("Compute time of one core for 1,000 samples: the median of several draws after a warm-up."),
        "lower",
    ),
    Column("parameters", N_("Parameters"), "", N_("Number of learned parameters."), ""),
    Column("seconds", N_("Training"), "s", N_("Compute time of training in seconds, without preparation."), ""),
    Column("steps", N_("Steps"), "", N_("Number of training steps."), ""),
)
"""In the order of the table. `sliced_w2` and `mass` have a `_floor`, `modes` an `_of`."""
AXES = {"quality": N_("Quality"), "coverage": N_("Coverage"), "speed": N_("Speed")}
"""Of the triangle."""
