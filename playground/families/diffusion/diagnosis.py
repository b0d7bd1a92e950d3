"""What goes wrong in training or sampling, found from a run's numbers. No torch: the server asks once a second.

Training and sampling fail apart from each other: the loss on fixed pairs, beside the least that it can be, judges the
network, the distance of the samples the sampler. A sampler is only blamed while the network is in order.
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
            N_("The loss, the gradient or a weight stopped being a finite number."),
            {},
            N_("A learning rate of 0.001: as a new run with the same seed."),
            {"lr": 1e-3},
        ),
        "too_fast": Rule(
            N_("The learning rate is too high"),
            N_(
                "After step {after} the median loss of the last {steps} steps is more than {share} percent above the "
                "least that there can be, and the learning rate is above {rate}."
            ),
            {"after": 600, "steps": 200, "share": 25, "rate": 0.004},
            N_(
                "A learning rate of 0.001. Better now than later: steps this long have led to a place from which it "
                "is far back."
            ),
            {"lr": 1e-3},
        ),
        "too_slow": Rule(
            N_("The learning rate is too low"),
            N_(
                "After step {after} the median loss of the last {steps} steps is more than {share} percent above the "
                "least that there can be, and the learning rate is below {rate}."
            ),
            {"after": 600, "steps": 200, "share": 25, "rate": 1e-4},
            N_("A learning rate of 0.001."),
            {"lr": 1e-3},
        ),
        "stale": Rule(
            N_("The average lags behind"),
            N_(
                "After step {after} the loss of the averaged weights on fixed pairs lies more than {share} percent of "
                "the least one further above it than the median loss of the last {steps} batches does, which the "
                "weights themselves have."
            ),
            {"after": 300, "steps": 200, "share": 15},
            N_("An average that forgets sooner."),
            {"ema": 0.99},
        ),
        "overdone": Rule(
            N_("Guidance overdone"),
            N_(
                "Guidance is above {most}, and the distance of the samples to what was asked for is above the range "
                "of perfect samples."
            ),
            {"most": 2.0},
            N_("Guidance 1, which follows the class and makes no more of it."),
            {"guidance": 1.0},
        ),
        "noise_left": Rule(
            N_("Noise is left in the samples"),
            N_(
                "The sampler adds noise of the larger variance, in fewer than {steps} steps; the network is in order, "
                "and yet the distance of the samples is above the range of perfect ones."
            ),
            {"steps": 300},
            N_("DDPM's smaller variance, which is right where the steps are few; or DDIM, which adds none."),
            {"sampler": "ddim", "eta": 0.0},
        ),
        "few_steps": Rule(
            N_("Too few steps for this sampler"),
            N_(
                "The sampler asks the network at most {calls} times; the loss is within {share} percent of the least, "
                "and yet the distance of the samples is above the range of perfect ones."
            ),
            {"calls": 5, "share": 40},
            N_("Fifty steps. A better solver, such as DPM-Solver++, needs fewer."),
            {"steps": 50},
        ),
    }
)
"""Everything that is looked for."""
RECENT = 400
"""Steps whose measurements count."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `DiffusionExperiment`: the first of the rules that holds."""
    if history.broken is not None:
        return [
            Finding(
                "divergence",
                RULES["divergence"],
                N_("{quantity} stopped being a number; the last state before that is kept."),
                {"quantity": history.broken},
            )
        ]
    config: DiffusionConfig = history.config
    if config.reflows:  # where rounds begin anew, what was just learned says nothing of what is learned now
        return []
    found = _pace(history) or _stale(history) or _sampled(history, config)
    return [found] if found else []


def _excess(history: History) -> tuple[float, float] | None:
    """The loss of the last batches and of the averaged weights, both over the least that there can be."""
    judged = history.scored("denoising", history.step - RECENT)
    losses = history.last("error", RULES["stale"].limits["steps"])
    if not judged or not len(losses) or not judged[-1].floor > 0 or history.config.coupling != "independent":
        return None  # pairs that were chosen to be short have less to lose
    return float(np.median(losses)) / judged[-1].floor, judged[-1].value / judged[-1].floor


def _pace(history: History) -> Finding | None:
    known, rate = _excess(history), history.config.lr
    for name, guilty in (
        ("too_fast", rate > RULES["too_fast"].limits["rate"]),
        ("too_slow", rate < RULES["too_slow"].limits["rate"]),
    ):
        limits = RULES[name].limits
        if guilty and known and history.step >= limits["after"] and 100 * (known[0] - 1) > limits["share"]:
            return Finding(
                name,
                RULES[name],
                N_(
                    "The loss of the last {steps} steps is {times} times the least that there can be. The steps of the "
                    "optimiser are {rate} long; 0.001 is usual."
                ),
                {"steps": limits["steps"], "times": f"{known[0]:.2f}", "rate": f"{rate:g}"},
            )
    return None


def _stale(history: History) -> Finding | None:
    known, limits = _excess(history), RULES["stale"].limits
    if known is None or history.step < limits["after"] or 100 * (known[1] - known[0]) <= limits["share"]:
        return None
    return Finding(
        "stale",
        RULES["stale"],
        N_(
            "The loss of the weights is {now} times the least that there can be, that of their average {then} times: "
            "it still remembers weights of {memory} steps ago. What is shown and judged is the average."
        ),
        {"now": f"{known[0]:.2f}", "then": f"{known[1]:.2f}", "memory": round(1 / max(1 - history.config.ema, 1e-6))},
    )


def _sampled(history: History, config: DiffusionConfig) -> Finding | None:
    """What is wrong with the samples of a network that is in order."""
    known, judged = _excess(history), history.scored("sliced_w2", history.step - RECENT)
    if not judged or judged[-1].value <= judged[-1].high:
        return None
    far = {"value": f"{judged[-1].value:.2f}", "floor": f"{judged[-1].floor:.2f}"}
    if config.classes and config.guidance > RULES["overdone"].limits["most"]:
        return Finding(
            "overdone",
            RULES["overdone"],
            N_(
                "The distance of the samples is {value}, that of perfect ones {floor}: where a class is overdone by "
                "{times}, samples flee from the others, beyond where their own data are."
            ),
            {**far, "times": f"{config.guidance:g}"},
        )
    if known is None or 100 * (known[1] - 1) > RULES["few_steps"].limits["share"]:
        return None
    entry = CATALOGUE[config.sampler]
    if config.sampler == "ddpm_large" and config.steps < RULES["noise_left"].limits["steps"]:
        return Finding(
            "noise_left",
            RULES["noise_left"],
            N_(
                "The distance of the samples is {value}, that of perfect ones {floor}, although the network has "
                "learned well: the larger variance, in {steps} steps, adds more noise than the last step takes away."
            ),
            {**far, "steps": config.steps},
        )
    calls = entry.calls * config.steps - entry.spared
    if entry.calls and calls <= RULES["few_steps"].limits["calls"]:
        return Finding(
            "few_steps",
            RULES["few_steps"],
            N_(
                "The distance of the samples is {value}, that of perfect ones {floor}, although the network has "
                "learned well: with {calls} calls of it this sampler cuts the corners of every path."
            ),
            {**far, "calls": calls},
        )
    return None
