"""What a worker measures of a trained contestant."""

import math
import time
from functools import lru_cache
from statistics import fmean, median, stdev

import numpy as np

from playground.core.contract import Experiment
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.coverage import mass_covered
from playground.metrics.scores import score

from .scorecard import Measurement

SCORED_SAMPLES, COVERAGE_SAMPLES, DENSITY_SAMPLES, TIMED_SAMPLES = 2000, 10_000, 1000, 1000
"""Samples for the distance and the modes; for the mass covered; data at which the density is evaluated; samples that
are timed."""
NORMAL_95 = 1.96
"""Standard deviations from the middle of a normal distribution to each end of its central 95 percent."""
TIMING_REPEATS, TIMING_LIMIT_S = 7, 1.5
"""How often sampling is timed, and seconds after which that is enough."""


def measurement(experiment: Experiment, seconds: float) -> Measurement:
    """Everything on the scorecard; `seconds` of compute time were spent in training. Takes nothing from the random
    numbers of the training: the same model gives the same numbers again, except for the time that sampling takes."""
    config, data = experiment.config, dataset_of(experiment.config)
    samples = finite(experiment.sample(COVERAGE_SAMPLES, config.seed))
    distance = score("sliced_w2", samples[:SCORED_SAMPLES], data)
    modes = score("modes_covered", samples[:SCORED_SAMPLES], data).value if data.modes is not None else None
    gap, gap_error = density_gap(experiment, data)
    ms, ms_error = sampling_ms(experiment)
    fresh, mass_error = mass_floor(data)
    return Measurement(
        steps=experiment.steps,
        seconds=seconds,
        sliced_w2=distance.value,
        sliced_w2_floor=distance.floor,
        mass=mass_covered(samples, data),
        mass_floor=fresh,
        modes=modes,
        modes_of=None if data.modes is None else len(data.modes),
        gap=gap,
        bounded=experiment.bounded,
        calls=experiment.calls,
        ms=ms,
        parameters=experiment.parameters,
        sliced_w2_error=(distance.high - distance.low) / 2,
        mass_error=mass_error,
        gap_error=gap_error,
        ms_error=ms_error,
    )


def finite(samples: np.ndarray) -> np.ndarray:
    """Samples in which what is not finite lies far outside: it counts as a miss and makes no mean NaN."""
    return np.where(np.isfinite(samples), samples, 1e3).clip(-1e3, 1e3)


def density_gap(experiment: Experiment, data: Distribution) -> tuple[float | None, float | None]:
    """Mean of log p - log q over fresh data, in nats: both at the same points, so that sampling errors cancel; and half
    of its 95 percent interval. None where the model has no density."""
    x = data.sample(DENSITY_SAMPLES, np.random.default_rng([experiment.config.seed, 23]))
    log_q = experiment.log_prob(x)
    if log_q is None:
        return None, None
    terms = data.log_prob(x) - np.asarray(log_q, np.float64)
    found, error = float(np.mean(terms)), NORMAL_95 * float(np.std(terms)) / math.sqrt(len(terms))
    return (found, error) if math.isfinite(found) else (None, None)


def sampling_ms(experiment: Experiment) -> tuple[float, float]:
    """Median compute time of 1,000 samples, in milliseconds of this thread, after two draws to warm up; and half the
    range of the times."""
    for seed in range(2):
        experiment.sample(TIMED_SAMPLES, seed)
    times, began = [], time.thread_time()
    while len(times) < TIMING_REPEATS and (not times or time.thread_time() - began < TIMING_LIMIT_S):
        start = time.thread_time()
        experiment.sample(TIMED_SAMPLES, len(times))
        times.append(time.thread_time() - start)
    return 1e3 * median(times), 1e3 * (max(times) - min(times)) / 2


@lru_cache(maxsize=32)
def mass_floor(data: Distribution) -> tuple[float, float]:
    """The share of their own mass that fresh data cover, on average, and half of the 95 percent interval of one."""
    generator = np.random.default_rng(29)
    shares = [mass_covered(data.sample(COVERAGE_SAMPLES, generator), data) for _ in range(5)]
    return fmean(shares), NORMAL_95 * stdev(shares)
