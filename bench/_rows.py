"""Rows of the file of figures: one figure, or the difference of two, with its standard error."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from _trainings import Training, mean_and_error, training

from playground.ui.figures import Row

SEEDS = (0, 1, 2)
Rows = dict[str, Row]
Measure = Callable[[Training], np.ndarray]


def row(measure: Measure, runs: Sequence[Training], unit: str) -> Row:
    """A figure of one training, or the mean of several seeds'."""
    value, error = mean_and_error([measure(run) for run in runs])
    return Row(value, error, unit, how(runs))


def compared(
    measure: Measure, first: Sequence[Training], second: Sequence[Training], unit: str, says: str, claim: str = "more"
) -> Row:
    """How much more `first` has than `second`, datum by datum. `says`: a part of the sentence that claims it; `claim`:
    "more", or "none" where the sentence says that there is no clear difference."""
    columns = [measure(a) - measure(b) for a, b in zip(first, second, strict=True)]
    value, error = mean_and_error(columns)
    return Row(value, error, unit, f"{how(first)} minus {how(second)}", says, claim)


def how(runs: Sequence[Training]) -> str:
    seeds = f", seeds {', '.join(str(run.seed) for run in runs)}" if not runs[0].shipped else ""
    return runs[0].how + seeds


def seeded(name: str, settings: Mapping[str, Any], steps: Any, seeds: Iterable[int] = SEEDS) -> list[Training]:
    return [training(name, settings, steps, seed) for seed in seeds]
