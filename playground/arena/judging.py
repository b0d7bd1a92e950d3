"""What a worker measures of a contestant."""

import math
import time
from functools import lru_cache
from statistics import fmean, median

import numpy as np

from playground.core.contract import Experiment
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.coverage import mass_covered
from playground.metrics.scores import score

from .scorecard import Measured

SAMPLES, MANY, FRESH, TIMED = 2000, 10_000, 1000, 1000
"""Samples for the distance and the modes, for the mass covered, data whose density is asked, samples that are timed."""
DRAWS, LONGEST = 7, 1.5
"""How often samples are timed, and seconds after which that is enough."""


def judge(experiment: Experiment, seconds: float) -> Measured:
    """Everything on the scorecard; `seconds` of computing were spent in training. Draws nothing from the training's
    random numbers: the same model is judged alike again, but for the time that sampling takes."""
    config, data = experiment.config, dataset_of(experiment.config)
    samples = finite(experiment.sample(MANY, config.seed))
    distance = score("sliced_w2", samples[:SAMPLES], data)
    modes = score("modes_covered", samples[:SAMPLES], data).value if data.modes is not None else None
    return Measured(
        steps=experiment.steps,
        seconds=seconds,
        sliced_w2=distance.value,
        sliced_w2_floor=distance.floor,
        mass=mass_covered(samples, data),
        mass_floor=mass_floor(data),
        modes=modes,
        modes_of=None if modes is None else len(data.modes),
        gap=gap(experiment, data),
        bounded=experiment.bounded,
        calls=experiment.calls,
        ms=sampling_ms(experiment),
        parameters=experiment.parameters,
    )


def finite(samples: np.ndarray) -> np.ndarray:
    """Samples with those that are no numbers far outside: they count as misses, and spoil no mean with NaN."""
    return np.where(np.isfinite(samples), samples, 1e3).clip(-1e3, 1e3)


def gap(experiment: Experiment, data: Distribution) -> float | None:
    """Mean of log p - log q over fresh data, in nats: both at the same points, so that their chance cancels. None
    where the model has no density."""
    x = data.sample(FRESH, np.random.default_rng([experiment.config.seed, 23]))
    log_q = experiment.log_prob(x)
    if log_q is None:
        return None
    found = float(np.mean(data.log_prob(x) - np.asarray(log_q, np.float64)))
    return found if math.isfinite(found) else None


def sampling_ms(experiment: Experiment) -> float:
    """Median computing time of 1,000 samples, in milliseconds of this thread, after two draws to warm up."""
    for seed in range(2):
        experiment.sample(TIMED, seed)
    times, began = [], time.thread_time()
    while len(times) < DRAWS and (not times or time.thread_time() - began < LONGEST):
        start = time.thread_time()
        experiment.sample(TIMED, len(times))
        times.append(time.thread_time() - start)
    return 1e3 * median(times)


@lru_cache(maxsize=32)
def mass_floor(data: Distribution) -> float:
    """What fresh data cover of their own mass, on average."""
    generator = np.random.default_rng(29)
    return fmean(mass_covered(data.sample(MANY, generator), data) for _ in range(5))
