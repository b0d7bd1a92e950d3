"""What goes wrong in the training of a GAN, found from its numbers. No torch: the server asks this once a second.

The limits stand once, in `RULES`: the code and the sentence on the page both read them.
"""

from types import MappingProxyType

import numpy as np
from scipy.spatial import KDTree

from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_

from .config import PROBABILISTIC, GanConfig

STABLE = MappingProxyType({"g_lr": 1e-3, "d_lr": 1e-3, "d_steps": 1, "g_steps": 1, "ema": 0.999})

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(
            N_("Adam with a low learning rate, and gradient penalties, as a new run with the same seed."),
            **STABLE,
            optimiser="adam",
            beta1=0.5,
            gp=1.0,
            r1=0.1,
        ),
        "vanishing": Rule(
            N_("Discriminator too strong: vanishing gradient"),
            N_(
                "At the newest step and in the mean over the last {steps} steps, the discriminator's output on real "
                "samples is more than {gap} above that on generated samples, and the norm of the generator's gradient "
                "(newest, and median) is below 1/{times} of its maximum (of medians of {block} steps)."
            ),
            {"steps": 100, "gap": 0.9, "times": 100, "block": 5},
            N_(
                "The non-saturating loss, whose gradient is largest while the discriminator wins, and one "
                "discriminator update per generator update, as a new run with the same seed."
            ),
            {**STABLE, "objective": "non_saturating", "r1": 0.1},
        ),
        "collapse": Rule(
            N_("Mode collapse"),
            N_(
                "After step {after}, at the newest measurement and in the median of those of the last {steps} steps "
                "(at least {measured}), the samples cover less than half of the modes that real samples cover. Where "
                "the data "
                "have no separate modes: less than {share} percent of the real samples shown are the nearest "
                "neighbour of a generated one."
            ),
            {"steps": 800, "measured": 3, "after": 1500, "share": 8},
            N_(
                "A lower learning rate of the generator, the R1 penalty and an averaged generator. It takes a few "
                "hundred steps to help: at first the average of generators that were in different places covers "
                "hardly more modes, or fewer."
            ),
            {**STABLE, "r1": 0.1},
        ),
        "oscillation": Rule(
            N_("Oscillation"),
            N_(
                "After step {after}, over the last {steps} steps, the discriminator's mean output on generated "
                "samples (means of {block} steps) has a standard deviation above {swing}, of which each half and the "
                "last quarter of these steps have at least half; it crosses its trend at least {crossings} times; its "
                "autocorrelation falls below {trough}."
            ),
            {"steps": 1000, "after": 1500, "block": 20, "swing": 0.02, "crossings": 6, "trough": -0.2},
            N_(
                "The R1 penalty damps the rotation of the game (Mescheder et al. 2018), and an averaged generator "
                "stays in the middle of what remains."
            ),
            {"r1": 1.0, "ema": 0.999},
        ),
        "thin_noise": Rule(
            N_("Too few noise dimensions"),
            N_(
                "The noise has one dimension, so the samples lie on a curve. After step {after}, less than {share} "
                "percent of the real samples shown are the nearest neighbour of a generated one (for fresh real "
                "samples about {fresh}), and the distance, the newest and the median of the last {steps} steps, is "
                "above the range of a perfect model."
            ),
            {"after": 1500, "share": 20, "fresh": 57, "steps": 800},
            N_("Two-dimensional noise, which can cover an area, as a new run with the same seed."),
            {"noise_dim": 2},
        ),
    }
)
"""All rules, by name."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `GanExperiment`: only the first rule that holds, as the others follow from it."""
    if history.broken is not None:
        return divergence(history, RULES["divergence"])
    found = vanishing(history) or thin_noise(history) or collapse(history) or oscillation(history)
    return [found] if found else []


def vanishing(history: History) -> Finding | None:
    """The saturating loss: D is confident everywhere, and the gradient of G vanishes."""
    rule, limits = RULES["vanishing"], RULES["vanishing"].limits
    if history.config.objective not in PROBABILISTIC:
        return None
    real, fake, slope = (history.last(name, limits["steps"]) for name in ("d_real", "d_fake", "g_grad"))
    if not (len(real) and len(fake) and len(slope)):
        return None
    gap, now = history.newest("d_real") - history.newest("d_fake"), history.newest("g_grad")
    if min(real.mean() - fake.mean(), gap) <= limits["gap"]:
        return None
    largest = _largest(history.scalars["g_grad"], limits["block"])
    if max(np.median(slope), now) * limits["times"] >= largest:
        return None
    return Finding(
        "vanishing",
        rule,
        N_(
            "The discriminator gives real samples a mean probability of {real} percent of being real, and generated "
            "samples {fake} percent. The norm of the generator's gradient is {now}; its maximum was {once}. So the "
            "generator hardly changes."
        ),
        {
            "real": round(100 * history.newest("d_real")),
            "fake": round(100 * history.newest("d_fake")),
            "now": f"{now:.1g}",
            "once": f"{largest:.1g}",
        },
    )


def collapse(history: History) -> Finding | None:
    """All samples in a few places, although the data have more modes."""
    rule, limits = RULES["collapse"], RULES["collapse"].limits
    if history.step < limits["after"]:
        return None
    measured = history.scored("modes_covered", history.step - limits["steps"])
    if measured:
        covered = measured[-1].value
        median = np.median([score.value for score in measured])
        if len(measured) < limits["measured"] or 2 * max(covered, median) >= measured[-1].floor:
            return None
        return Finding(
            "collapse",
            rule,
            N_(
                "The generated samples cover {covered} of {all} modes. The generator's loss depends on the samples it "
                "makes, not on the modes it misses."
            ),
            {"covered": f"{covered:g}", "all": round(measured[-1].floor)},
        )
    if not _on_the_plane(history):
        return None
    share = 100 * nearest_share(history.frame["fake"], history.frame["data"])
    if share >= limits["share"]:
        return None
    return Finding(
        "collapse",
        rule,
        N_(
            "Only {share} percent of the real samples are the nearest neighbour of a generated one: all samples lie "
            "in a few places. The generator's loss depends on the samples it makes, not on the modes it misses."
        ),
        {"share": f"{share:.1f}"},
    )


def _on_the_plane(history: History) -> bool:
    """Whether there are points of the plane to count neighbours of. Among a few hundred images of 64 pixels hardly two
    are near each other, so the shares counted here would mean nothing."""
    return history.config.domain == "plane" and {"data", "fake"} <= history.frame.keys()


def nearest_share(fake: np.ndarray, data: np.ndarray) -> float:
    """Share of the samples `data` (n, 2) that are the nearest neighbour of a sample of `fake` (m, 2)."""
    fake = fake[np.isfinite(fake).all(1)]
    return len(np.unique(KDTree(data).query(fake)[1])) / len(data)


def oscillation(history: History) -> Finding | None:
    """The two networks chase each other in circles."""
    rule, limits = RULES["oscillation"], RULES["oscillation"].limits
    recent = history.last("d_fake", limits["steps"])
    if history.config.objective not in PROBABILISTIC or history.step < limits["after"] or len(recent) < limits["steps"]:
        return None
    swing, crossings, trough = swing_statistics(recent, limits["block"])
    if swing <= limits["swing"] or crossings < limits["crossings"] or trough >= limits["trough"]:
        return None
    return Finding(
        "oscillation",
        rule,
        N_(
            "The discriminator's output on generated samples oscillates by about {swing} percentage points each way, "
            "{turns} times in {steps} steps. The samples leave the region where it has just learned to detect them, "
            "and later return."
        ),
        {"swing": round(100 * 2**0.5 * swing), "turns": crossings // 2, "steps": limits["steps"]},
    )


def swing_statistics(series: np.ndarray, block: int) -> tuple[float, int, float]:
    """(standard deviation, crossings of the trend, least autocorrelation) of a series in means of `block`.

    The trend is the straight line of least squares. Where one half of the series, or its last quarter, has less than
    half of the standard deviation, it does not swing, or no longer: zeros.
    """
    x = series[: len(series) // block * block].reshape(-1, block).mean(1)
    time = np.arange(len(x)) - (len(x) - 1) / 2
    x = x - x.mean()
    x = x - time * (x @ time) / (time @ time)
    swing = float(x.std())
    if min(part.std() for part in (*np.array_split(x, 2), x[-(len(x) // 4) :])) < swing / 2:
        return 0.0, 0, 0.0
    crossings = int(np.sum(np.diff(np.sign(x)) != 0))
    lags = np.correlate(x, x, "full")[len(x) - 1 :] / max(x @ x, 1e-300)  # (blocks,), 1 at lag 0
    return swing, crossings, float(lags[: 2 * len(x) // 3].min())


def thin_noise(history: History) -> Finding | None:
    """Noise of one dimension can only become a curve, and the data fill an area."""
    rule, limits = RULES["thin_noise"], RULES["thin_noise"].limits
    config: GanConfig = history.config
    measured = history.scored("sliced_w2", history.step - limits["steps"])
    if config.noise_dim > 1 or history.step < limits["after"] or not measured or not _on_the_plane(history):
        return None
    share = 100 * nearest_share(history.frame["fake"], history.frame["data"])
    distance, median = measured[-1].value, np.median([score.value for score in measured])
    if share >= limits["share"] or min(distance, median) <= measured[-1].high:
        return None
    return Finding(
        "thin_noise",
        rule,
        N_(
            "Only {share} percent of the real samples are the nearest neighbour of a generated one. The distance to "
            "the data is {value}; a perfect model has {floor}. One-dimensional noise gives a curve, and a curve cannot "
            "fill an area."
        ),
        {"share": f"{share:.0f}", "value": f"{distance:.2f}", "floor": f"{measured[-1].floor:.2f}"},
    )


def _largest(series: np.ndarray, block: int) -> float:
    """The largest median of `block` steps."""
    whole = series[np.isfinite(series)]
    return float(np.median(whole[: len(whole) // block * block].reshape(-1, block), 1).max(initial=0.0))
