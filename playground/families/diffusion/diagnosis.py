"""Problems of training or sampling, detected from a run's numbers. No torch: the server asks once a second.

Training and sampling fail separately: the loss on fixed pairs, compared with its optimum, judges the network; the
distance of the samples judges the sampler. The sampler is only judged while the network is near its optimum.
"""

from types import MappingProxyType

import numpy as np

from playground.core.diagnosis import Finding, History, Rule
from playground.core.i18n import N_

from .catalogue import CATALOGUE
from .config import DiffusionConfig

RULES = MappingProxyType(
    {
        "divergence": Rule(
            N_("Divergence"),
            N_("The loss, the gradient or a weight is no longer a finite number."),
            {},
            N_("A learning rate of 0.001, in a new run with the same seed."),
            {"lr": 1e-3},
        ),
        "too_fast": Rule(
            N_("The learning rate is too high"),
            N_(
                "After step {after}: the median loss of the last {steps} steps, and that of the last {newest}, is more "
                "than {share} percent above the optimum, and the learning rate is above {rate}."
            ),
            {"after": 600, "steps": 200, "newest": 20, "share": 25, "rate": 0.004},
            N_("A learning rate of 0.001. Lower it early: recovery from such large steps takes long."),
            {"lr": 1e-3},
        ),
        "too_slow": Rule(
            N_("The learning rate is too low"),
            N_(
                "After step {after}: the median loss of the last {steps} steps, and that of the last {newest}, is more "
                "than {share} percent above the optimum, and the learning rate is below {rate}."
            ),
            {"after": 600, "steps": 200, "newest": 20, "share": 25, "rate": 1e-4},
            N_("A learning rate of 0.001."),
            {"lr": 1e-3},
        ),
        "stale": Rule(
            N_("The average lags behind"),
            N_(
                "After step {after}: on fixed pairs, the excess loss of the averaged weights is larger than that of "
                "the weights themselves over the last {steps} batches, by more than {share} percent of the optimum."
            ),
            {"after": 300, "steps": 200, "share": 15},
            N_("An average with a smaller decay."),
            {"ema": 0.99},
        ),
        "overdone": Rule(
            N_("Guidance is too strong"),
            N_(
                "Guidance is above {most}, and the distance of the samples to the chosen data is above the range of "
                "perfect samples."
            ),
            {"most": 2.0},
            N_("Guidance 1: the class without exaggeration."),
            {"guidance": 1.0},
        ),
        "few_steps": Rule(
            N_("Too few steps for this sampler"),
            N_(
                "The sampler calls the network at most {calls} times. The loss is within {share} percent of its "
                "optimum, yet the distance of the samples is above the range of perfect samples."
            ),
            {"calls": 5, "share": 40},
            N_("Fifty steps. A better solver, such as DPM-Solver++, needs fewer."),
            {"steps": 50},
        ),
    }
)
RECENT = 400
"""Scores of the last so many steps count."""


def diagnose(history: History) -> list[Finding]:
    """The first of the rules that holds for a run of `DiffusionExperiment`."""
    if history.broken is not None:
        return [
            Finding(
                "divergence",
                RULES["divergence"],
                N_("{quantity} is no longer a finite number; the last finite state is kept."),
                {"quantity": history.broken},
            )
        ]
    config: DiffusionConfig = history.config
    if config.reflows:  # each round has a loss of its own
        return []
    found = _learning_rate(history) or _stale(history) or _sampled(history, config)
    return [found] if found else []


def _loss_ratios(history: History, steps: int = RULES["stale"].limits["steps"]) -> tuple[float, float] | None:
    """Loss of the last batches and loss of the averaged weights, both over the optimum."""
    scores = history.scored("denoising", history.step - RECENT)
    losses = history.last("error", steps)
    if not scores or not len(losses) or not scores[-1].floor > 0 or history.config.coupling != "independent":
        return None  # the optimum is known for independent pairs only
    return float(np.median(losses)) / scores[-1].floor, scores[-1].value / scores[-1].floor


def _learning_rate(history: History) -> Finding | None:
    loss_ratios, rate = _loss_ratios(history), history.config.lr
    for name, suspect in (
        ("too_fast", rate > RULES["too_fast"].limits["rate"]),
        ("too_slow", rate < RULES["too_slow"].limits["rate"]),
    ):
        limits = RULES[name].limits
        newest = _loss_ratios(history, limits["newest"])
        if not (suspect and loss_ratios and newest and history.step >= limits["after"]):
            continue
        if 100 * (min(loss_ratios[0], newest[0]) - 1) > limits["share"]:
            return Finding(
                name,
                RULES[name],
                N_(
                    "The median loss of the last {steps} steps is {times} times its optimum. The learning rate is "
                    "{rate}; 0.001 is usual."
                ),
                {"steps": limits["steps"], "times": f"{loss_ratios[0]:.2f}", "rate": f"{rate:g}"},
            )
    return None


def _stale(history: History) -> Finding | None:
    loss_ratios, limits = _loss_ratios(history), RULES["stale"].limits
    if (
        loss_ratios is None
        or history.step < limits["after"]
        or 100 * (loss_ratios[1] - loss_ratios[0]) <= limits["share"]
    ):
        return None
    return Finding(
        "stale",
        RULES["stale"],
        N_(
            "The median loss of the weights over the last {steps} steps is {now} times its optimum; the loss of their "
            "average is {then} times the optimum, for it reaches back {memory} steps. Samples and scores use the "
            "average."
        ),
        {
            "steps": limits["steps"],
            "now": f"{loss_ratios[0]:.2f}",
            "then": f"{loss_ratios[1]:.2f}",
            "memory": round(1 / max(1 - history.config.ema, 1e-6)),
        },
    )


def _sampled(history: History, config: DiffusionConfig) -> Finding | None:
    """Problems of the samples, while the network is near its optimum."""
    loss_ratios, scores = _loss_ratios(history), history.scored("sliced_w2", history.step - RECENT)
    if not scores or scores[-1].value <= scores[-1].high:
        return None
    distance = {"value": f"{scores[-1].value:.2f}", "floor": f"{scores[-1].floor:.2f}"}
    if config.classes and config.guidance > RULES["overdone"].limits["most"]:
        return Finding(
            "overdone",
            RULES["overdone"],
            N_(
                "The distance of the samples is {value}, that of perfect samples {floor}: guidance {times} drives "
                "samples away from the other classes, even out of their own data."
            ),
            {**distance, "times": f"{config.guidance:g}"},
        )
    if loss_ratios is None or 100 * (loss_ratios[1] - 1) > RULES["few_steps"].limits["share"]:
        return None
    entry = CATALOGUE[config.sampler]
    calls = entry.calls * config.steps - entry.spared
    if entry.calls and calls <= RULES["few_steps"].limits["calls"]:
        return Finding(
            "few_steps",
            RULES["few_steps"],
            N_(
                "The distance of the samples is {value}, that of perfect samples {floor}, although the network has "
                "learned well: {calls:network call is|network calls are} too few for this sampler to follow the "
                "curved paths."
            ),
            {**distance, "calls": calls},
        )
    return None
