"""What goes wrong in the game of a GAN, found from its numbers. No torch: the server asks this once a second.

The limits stand once, in `RULES`, and both the code and the sentence on the page read them.
"""

from types import MappingProxyType

import numpy as np
from scipy.spatial import cKDTree

from playground.core.diagnosis import Finding, History, Rule
from playground.core.i18n import N_

from .config import PLANE, GanConfig

CHANCES = ("minimax", "non_saturating")
"""Objectives whose verdicts are chances, from 0 to 1."""
CALM = MappingProxyType({"g_lr": 1e-3, "d_lr": 1e-3, "d_steps": 1, "g_steps": 1, "ema": 0.999})

RULES = MappingProxyType(
    {
        "divergence": Rule(
            N_("Divergence"),
            N_("A loss, a gradient or a weight stopped being a finite number."),
            {},
            N_(
                "Adam with small steps, and the penalty that holds the critic's slope: as a new run with the same seed."
            ),
            {**CALM, "optimiser": "adam", "beta1": 0.5, "gp": 1.0, "r1": 0.1},
        ),
        "vanishing": Rule(
            N_("D is too strong: the gradient vanishes"),
            N_(
                "Over the last {steps} steps the discriminator's mean verdict on real samples lies more than {gap} "
                "above that on generated ones, while the median length of the generator's gradient is less than "
                "1/{times} of the largest it ever was (medians of {block} steps)."
            ),
            {"steps": 100, "gap": 0.9, "times": 100, "block": 5},
            N_(
                "The non-saturating loss, whose slope is steepest where the generator loses, and one update of D for "
                "one of G: as a new run with the same seed."
            ),
            {**CALM, "objective": "non_saturating", "r1": 0.1},
        ),
        "collapse": Rule(
            N_("Mode collapse"),
            N_(
                "In the median of the measurements of the last {steps} steps (at least {measured}, after step "
                "{after}) the samples cover less than half of the modes that real samples cover. Where the data have "
                "no separate modes: the generated samples on the picture have fewer than {share} percent of the real "
                "ones as nearest neighbours."
            ),
            {"steps": 800, "measured": 3, "after": 1500, "share": 8},
            N_("Smaller steps of G, the R1 penalty and an averaged generator."),
            {**CALM, "r1": 0.1},
        ),
        "oscillation": Rule(
            N_("Oscillation"),
            N_(
                "Over the last {steps} steps (after step {after}) the discriminator's mean verdict on generated "
                "samples, in means of {block} steps, swings by more than {swing} (standard deviation, in both halves "
                "more than half of that), crosses its trend at least {crossings} times, and has an autocorrelation "
                "that falls below {trough}."
            ),
            {"steps": 1000, "after": 1500, "block": 20, "swing": 0.02, "crossings": 6, "trough": -0.2},
            N_(
                "The R1 penalty takes the turning out of the game (Mescheder et al. 2018), and an averaged generator "
                "rests in the middle of what is left."
            ),
            {"r1": 1.0, "ema": 0.999},
        ),
        "thin_noise": Rule(
            N_("Too little noise"),
            N_(
                "The noise has one dimension, so that samples lie on a curve; and after step {after} the generated "
                "samples on the picture have fewer than {share} percent of the real ones as nearest neighbours (fresh "
                "real samples have about 50), while the median distance of the last {steps} steps is above the range "
                "of a perfect model."
            ),
            {"after": 1500, "share": 20, "steps": 800},
            N_("Noise of two dimensions can cover an area: as a new run with the same seed."),
            {"noise_dim": 2},
        ),
    }
)
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `GanExperiment`: the first of the rules that holds, as the others follow from it."""
    if history.broken is not None:
        return [
            Finding(
                "divergence",
                RULES["divergence"],
                N_(
                    "{quantity} stopped being a number; the last state before that is kept. Steps were so long that "
                    "each made the next one longer."
                ),
                {"quantity": history.broken},
            )
        ]
    found = vanishing(history) or thin_noise(history) or collapse(history) or oscillation(history)
    return [found] if found else []


def vanishing(history: History) -> Finding | None:
    """The saturating loss: D is sure of everything, and G hears nothing."""
    rule, limits = RULES["vanishing"], RULES["vanishing"].limits
    if history.config.objective not in CHANCES:
        return None
    real, fake, slope = (history.last(name, limits["steps"]) for name in ("d_real", "d_fake", "g_grad"))
    if not (len(real) and len(fake) and len(slope)):
        return None
    if real.mean() - fake.mean() <= limits["gap"]:
        return None
    now, once = np.median(slope), _largest(history.scalars["g_grad"], limits["block"])
    if now * limits["times"] >= once:
        return None
    return Finding(
        "vanishing",
        rule,
        N_(
            "The discriminator takes {real} percent of the real and {fake} percent of the generated samples for real: "
            "it is sure of everything. The gradient that reaches the generator has length {now}; it was {once} once. "
            "So the generator stands still."
        ),
        {
            "real": round(100 * real.mean()),
            "fake": round(100 * fake.mean()),
            "now": f"{now:.1g}",
            "once": f"{once:.1g}",
        },
    )


def collapse(history: History) -> Finding | None:
    """All samples at a few places, although the data have more."""
    rule, limits = RULES["collapse"], RULES["collapse"].limits
    if history.step < limits["after"]:
        return None
    found = history.scored("modes_covered", history.step - limits["steps"])
    if found:
        covered = np.median([score.value for score in found])
        if len(found) < limits["measured"] or 2 * covered >= found[-1].floor:
            return None
        return Finding(
            "collapse",
            rule,
            N_(
                "The generated samples cover {covered} of {all} modes in the median of the last {steps} steps. "
                "A generator is never told of what it leaves out, only of what it makes."
            ),
            {"covered": f"{covered:g}", "all": round(found[-1].floor), "steps": limits["steps"]},
        )
    if not _on_the_plane(history):
        return None
    share = 100 * support(history.frame["fake"], history.frame["data"])
    if share >= limits["share"]:
        return None
    return Finding(
        "collapse",
        rule,
        N_(
            "Only {share} percent of the real samples are the nearest to any generated one: all samples sit at a few "
            "places. A generator is never told of what it leaves out, only of what it makes."
        ),
        {"share": f"{share:.1f}"},
    )


def _on_the_plane(history: History) -> bool:
    """Whether there are points to count neighbours of: among a few hundred pictures of 64 pixels hardly two are near,
    so that the shares counted here would say nothing."""
    return history.config.data in PLANE and {"data", "fake"} <= history.frame.keys()


def support(fake: np.ndarray, data: np.ndarray) -> float:
    """Share of the samples `data` (n, 2) that are the nearest of them to some sample of `fake` (m, 2)."""
    fake = fake[np.isfinite(fake).all(1)]
    return len(np.unique(cKDTree(data).query(fake)[1])) / len(data)


def oscillation(history: History) -> Finding | None:
    """The players run after each other in circles."""
    rule, limits = RULES["oscillation"], RULES["oscillation"].limits
    recent = history.last("d_fake", limits["steps"])
    if history.config.objective not in CHANCES or history.step < limits["after"] or len(recent) < limits["steps"]:
        return None
    swing, crossings, trough = swinging(recent, limits["block"])
    if swing <= limits["swing"] or crossings < limits["crossings"] or trough >= limits["trough"]:
        return None
    return Finding(
        "oscillation",
        rule,
        N_(
            "The discriminator's verdict on generated samples swings to and fro, about {swing} points each way and "
            "{turns} times in {steps} steps: the samples flee from where it has just learned to see them, and come "
            "back."
        ),
        {"swing": round(100 * 2**0.5 * swing), "turns": crossings // 2, "steps": limits["steps"]},
    )


def swinging(series: np.ndarray, block: int) -> tuple[float, int, float]:
    """(standard deviation, times that the trend is crossed, least autocorrelation) of a series in means of `block`.

    The trend is the straight line of least squares. A swing that one half has less than half of counts as none.
    """
    x = series[: len(series) // block * block].reshape(-1, block).mean(1)
    time = np.arange(len(x)) - (len(x) - 1) / 2
    x = x - x.mean()
    x = x - time * (x @ time) / (time @ time)
    swing = float(x.std())
    if min(half.std() for half in np.array_split(x, 2)) < swing / 2:
        return 0.0, 0, 0.0
    crossings = int(np.sum(np.diff(np.sign(x)) != 0))
    lags = np.correlate(x, x, "full")[len(x) - 1 :] / max(x @ x, 1e-300)  # (blocks,), 1 at lag 0
    return swing, crossings, float(lags[: 2 * len(x) // 3].min())


def thin_noise(history: History) -> Finding | None:
    """Noise of one dimension can only become a curve, and the data are more than that."""
    rule, limits = RULES["thin_noise"], RULES["thin_noise"].limits
    config: GanConfig = history.config
    found = history.scored("sliced_w2", history.step - limits["steps"])
    if config.noise_dim > 1 or history.step < limits["after"] or not found or not _on_the_plane(history):
        return None
    share, distance = 100 * support(history.frame["fake"], history.frame["data"]), np.median([s.value for s in found])
    if share >= limits["share"] or distance <= found[-1].high:
        return None
    return Finding(
        "thin_noise",
        rule,
        N_(
            "Only {share} percent of the real samples are the nearest to any generated one, and the distance to the "
            "data is {value} where a perfect model has {floor}: one number of noise makes a thread, and a thread does "
            "not fill an area, however it is folded."
        ),
        {"share": f"{share:.0f}", "value": f"{distance:.2f}", "floor": f"{found[-1].floor:.2f}"},
    )


def _largest(series: np.ndarray, block: int) -> float:
    """The largest median of `block` steps."""
    whole = series[np.isfinite(series)]
    return float(np.median(whole[: len(whole) // block * block].reshape(-1, block), 1).max(initial=0.0))
