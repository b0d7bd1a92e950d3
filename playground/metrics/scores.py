"""How far samples are from the truth, and the floor: what fresh samples of the truth score.

Distances between finite samples are never 0, not even for a perfect model, so a value means little
without its floor. `score` gives both; `METRICS` lists what can be asked for. The plain functions,
without floors, are in `distances` (two sample sets) and `shares` (modes and grids).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.spatial.distance import pdist

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.score import Score
from playground.data.images.digits import DIGITS, Digits
from playground.data.plane.distribution import Distribution
from playground.data.plane.distributions import DISTRIBUTIONS

from . import distances, frechet, oracle_scores
from .coverage import grid_js, grid_kl, high_quality, mode_kl, modes_covered
from .oracle_scores import SAMPLES, Data

REFERENCE_SAMPLES = 32768  # points of the truth that sliced W2 compares with
MAX_QUADRATIC_SAMPLES = 2000  # points on either side that the quadratic metrics compare
FLOAT32_EPS = float(np.finfo(np.float32).eps)


def nll(log_probs: np.ndarray) -> float:
    """Mean negative log likelihood in nats, of a model's `log_probs` (n,) at fresh points of the truth."""
    return -float(np.mean(np.asarray(log_probs, np.float64)))


def nll_gap(log_probs: np.ndarray, entropy: float) -> float:
    """What the NLL lies above the truth's entropy, in nats: an estimate of KL(truth || model)."""
    return nll(log_probs) - entropy


def likelihood(log_q: np.ndarray, x: np.ndarray, distribution: Distribution) -> dict[str, Score]:
    """`nll` and `nll_gap` of a model with log densities `log_q` (n,), or bounds on them, at data `x` (n, 2).

    The log density of the truth at the same points, less its mean, is subtracted as a control variate: 2,000 points
    leave the entropy uncertain by .03 nats, so that good models would seem to fall below it. The expectation stays, the
    error that remains is that of log(truth / model), and a perfect model scores the entropy itself, up to rounding.
    """
    truth = distribution.log_prob(np.asarray(x, np.float64)) + distribution.entropy
    control = np.where(np.isfinite(truth), truth, 0.0)  # at a sharp edge rounding may put a point outside
    value, entropy = nll(log_q - control), distribution.entropy
    slack = rounding(entropy)
    return {
        "nll": Score(value, entropy, entropy - slack, entropy + slack),
        "nll_gap": Score(value - entropy, 0.0, -slack, slack),
    }


def rounding(entropy: float) -> float:
    """What the rounding of log densities in single precision may make of a mean of them, in nats."""
    return 8 * FLOAT32_EPS * (1 + abs(entropy))


@dataclass(frozen=True)
class Metric:
    """One thing to measure. `value` takes samples (n, d), or log densities (n,) if `likelihood`."""

    title: str
    unit: str
    better: str  # "lower" or "higher"
    value: Callable[[np.ndarray, Any], float]
    applies: Callable[[Data], bool]
    quadratic: bool = False
    likelihood: bool = False
    fresh: Callable[[Any, int, np.random.Generator], np.ndarray] | None = None
    """What a perfect model gives for n samples, where samples of the distribution are none: they were trained on."""
    widen: Callable[[Any], float] = lambda distribution: 1.0
    """By how much its scores scatter more than those of `fresh`."""


@lru_cache(maxsize=32)
def _reference(distribution: Data, n: int = MAX_QUADRATIC_SAMPLES) -> np.ndarray:
    x = distribution.sample(n, np.random.default_rng([n, 11])).astype(np.float64)
    x.setflags(write=False)
    return x


@lru_cache(maxsize=32)
def _blocks(distribution: Data, n: int) -> tuple[np.ndarray, np.ndarray, float]:
    x = _reference(distribution, REFERENCE_SAMPLES)
    rays = distances.directions(x.shape[1])
    means, variance = distances.blocks(np.sort(rays @ x.T), n)
    return rays, means.astype(np.float32), variance  # (64, n) is kept for every n: half the memory


def _sliced_w2(x: np.ndarray, distribution: Data) -> float:
    rays, means, variance = _blocks(distribution, len(x))
    return distances.w2_to_blocks(np.sort(rays @ x.T), means, variance)


@lru_cache(maxsize=32)
def _kernel(distribution: Data) -> tuple[float, float]:
    x = _reference(distribution)
    h = float(np.median(pdist(x)))
    return h, distances.kernel_within(x, h)


def _mmd(x: np.ndarray, distribution: Data) -> float:
    (h, within), y = _kernel(distribution), _reference(distribution)
    cross = distances.kernel_sum(x, y, h) / (len(x) * len(y))
    return distances.kernel_within(x, h) + within - 2 * cross


@lru_cache(maxsize=32)
def _spread(distribution: Data) -> float:
    return distances.spread(_reference(distribution))


def _energy(x: np.ndarray, distribution: Data) -> float:
    return distances.energy_given(x, _reference(distribution), _spread(distribution))


def _nearest_ratio(x: np.ndarray, digits: Digits) -> float:
    return float(np.median(distances.nearest(x, digits.vectors("train"))[1])) / usual_distance(digits)


@lru_cache(maxsize=4)
def usual_distance(digits: Digits) -> float:
    """Median distance of pictures that were not trained on to the nearest training picture."""
    return float(np.median(distances.nearest(digits.unseen(), digits.vectors("train"))[1]))


def _unseen(digits: Digits, n: int, generator: np.random.Generator) -> np.ndarray:
    """Unseen pictures drawn anew (the bootstrap), as many as have the scatter of these and of n samples together."""
    unseen = digits.unseen()
    return unseen[generator.integers(len(unseen), size=round(1 / (1 / len(unseen) + 1 / n)))]


def _frechet(x: np.ndarray, digits: Digits) -> float:
    return frechet.distance(x, digits) if len(x) >= frechet.PICTURE_COUNT else float("nan")


def _compared_unseen(digits: Digits, n: int, generator: np.random.Generator) -> np.ndarray:
    """As many of the unseen pictures as are judged; none of them twice, or they would be fewer."""
    return generator.permutation(digits.unseen())[: frechet.PICTURE_COUNT]


def _without_replacement(digits: Digits) -> float:
    """Such sets are more alike than fresh ones: the finite population correction (Cochran 1977, section 2.6)."""
    return (1 - frechet.PICTURE_COUNT / len(digits.unseen())) ** -0.5


def _all_digits(distribution: Data) -> bool:
    """Of one digit alone there are too few unseen pictures to say what a perfect model would score."""
    return isinstance(distribution, Digits) and distribution.only is None


def _are_pictures(distribution: Data) -> bool:
    return isinstance(distribution, Digits)


def _always(distribution: Data) -> bool:
    return True


def _has_modes(distribution: Data) -> bool:
    return distribution.modes is not None


def _plane(distribution: Data) -> bool:
    return distribution.dim == 2


METRICS: dict[str, Metric] = {
    "sliced_w2": Metric(N_("Sliced Wasserstein-2"), N_("units of the axes"), "lower", _sliced_w2, _always),
    "mmd": Metric(N_("MMD squared"), "", "lower", _mmd, _always, quadratic=True),
    "energy": Metric(
        N_("Energy distance"), N_("root of the units of the axes"), "lower", _energy, _always, quadratic=True
    ),
    "modes_covered": Metric(
        N_("Modes covered"), N_("modes"), "higher",
        lambda x, d: modes_covered(x, d.modes, d.mode_std, d.mode_weights), _has_modes,
    ),
    "high_quality": Metric(
        N_("High-quality share"), "", "higher", lambda x, d: high_quality(x, d.modes, d.mode_std), _has_modes
    ),
    "mode_kl": Metric(
        N_("KL of the mode shares"), N_("nats"), "lower",
        lambda x, d: mode_kl(x, d.modes, d.mode_weights), _has_modes,
    ),
    "grid_kl": Metric(N_("KL on a grid"), N_("nats"), "lower", grid_kl, _plane),
    "grid_js": Metric(N_("Jensen-Shannon on a grid"), N_("nats"), "lower", grid_js, _plane),
    "nearest_ratio": Metric(
        N_("Distance to the nearest training picture"), N_("times that of new real pictures"), "higher",
        _nearest_ratio, _are_pictures, fresh=_unseen,
    ),
    "frechet": Metric(
        frechet.TITLE, N_("squared, in units of the features"), "lower",
        _frechet, _all_digits, quadratic=True, fresh=_compared_unseen, widen=_without_replacement,
    ),
    "nll": Metric(
        N_("Negative log likelihood"), N_("nats"), "lower",
        lambda log_probs, d: nll(log_probs), _always, likelihood=True,
    ),
    "nll_gap": Metric(
        N_("Gap to the truth"), N_("nats"), "lower",
        lambda log_probs, d: nll_gap(log_probs, d.entropy), _always, likelihood=True,
    ),
}  # fmt: skip


@lru_cache(maxsize=1024)
def _floor(name: str, distribution: Data, n: int, seed: int) -> oracle_scores.Floor:
    return oracle_scores.known(name, distribution, n, seed) or floor(name, distribution, n, seed)


def floor(name: str, distribution: Any, n: int, seed: int) -> oracle_scores.Floor:
    """Mean and 95 % interval of the metric over fresh samples of the truth.

    Of M = 40 k - 1 draws the interval goes from the k-th smallest to the k-th largest, between which
    one more draw falls with probability exactly (M + 1 - 2 k) / (M + 1) = .95, whatever the law.
    """
    metric = METRICS[name]
    generator = np.random.default_rng([seed, 17])
    if metric.likelihood:  # a mean of n independent terms: its law is known
        log_p = distribution.log_prob(_reference(distribution, REFERENCE_SAMPLES))
        centre = distribution.entropy if name == "nll" else 0.0
        half = max(1.96 * float(log_p.std()) / np.sqrt(n), rounding(distribution.entropy))  # uniform data: no deviation
        return centre, centre - half, centre + half
    k = 1 if metric.quadratic or n > MAX_QUADRATIC_SAMPLES else 5
    draw = metric.fresh or (lambda distribution, n, generator: distribution.sample(n, generator))
    draws = [metric.value(draw(distribution, n, generator).astype(np.float64), distribution) for _ in range(40 * k - 1)]
    mean, wide = float(np.mean(draws)), metric.widen(distribution)
    if wide > 1:  # of a distance, which is never negative
        draws = [max(mean + wide * (value - mean), 0.0) for value in draws]
    draws = sorted(draws)
    return mean, min(draws[k - 1], mean), max(draws[-k], mean)  # a rare miss may pull a count's mean out


def score(name: str, samples: np.ndarray, distribution: Data, seed: int = 0) -> Score:
    """The metric called `name` of `samples` (n, d) against the truth, with its floor at the same n.

    For `nll` and `nll_gap`, `samples` are the model's log densities (n,) at n fresh points of the truth.
    The quadratic metrics look at the first `MAX_QUADRATIC_SAMPLES` samples. Values that are not finite numbers give
    value nan. The floor is computed once for each n and kept. Raises UserError where the metric is
    unknown or does not apply.
    """
    metric = METRICS.get(name)
    if metric is None:
        raise UserError(
            N_("There is no metric called “{name}”; choose one of {choices}."),
            name=name,
            choices=", ".join(METRICS),
        )
    if not metric.applies(distribution):
        raise UserError(N_("“{name}” is not defined for “{data}”."), name=name, data=distribution.name)
    x = np.asarray(samples, np.float64)
    if metric.quadratic:
        x = x[:MAX_QUADRATIC_SAMPLES]
    shape = x.shape[1:] == (() if metric.likelihood else (distribution.dim,))
    if not shape or len(x) < 2:
        raise UserError(N_("“{name}” cannot be computed from an array of shape {shape}."), name=name, shape=x.shape)
    bad = np.isnan(x).any() if metric.likelihood else not np.isfinite(x).all()
    value = float("nan") if bad else metric.value(x, distribution)
    return Score(value, *_floor(name, distribution, len(x), seed))


def evaluate(
    samples: np.ndarray,
    distribution: Data,
    names: Iterable[str] | None = None,
    log_probs: np.ndarray | None = None,
    seed: int = 0,
) -> dict[str, Score]:
    """`score` for every one of `names`, by default all that apply; the likelihoods need `log_probs`."""
    out = {}
    if names is None:
        names = [
            name for name, metric in METRICS.items()
            if metric.applies(distribution) and not (metric.likelihood and log_probs is None)
        ]  # fmt: skip
    for name in names:
        judged = log_probs if name in METRICS and METRICS[name].likelihood else samples
        if judged is None:
            raise UserError(N_("“{name}” needs the model's log densities."), name=name)
        out[name] = score(name, judged, distribution, seed)
    return out


def table() -> dict[str, oracle_scores.Floor]:
    """The floors that are shipped, worked out anew for every distribution; about half a minute."""
    return {
        oracle_scores.key(name, distribution, SAMPLES, 0): floor(name, distribution, SAMPLES, 0)
        for distribution in (*DISTRIBUTIONS.values(), DIGITS) for name, metric in METRICS.items()
        if metric.applies(distribution) and not metric.likelihood
    }  # fmt: skip


if __name__ == "__main__":
    oracle_scores.write(table())
