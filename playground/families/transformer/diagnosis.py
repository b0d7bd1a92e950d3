"""What goes wrong in the training of a model of sequences, found from its numbers. No torch: the server asks."""

from types import MappingProxyType

import numpy as np

from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_

from .config import RECURRENT, TransformerConfig, effective_architecture

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(
            N_("Adam with a lower learning rate, warm-up and gradient clipping, as a new run with the same seed."),
            optimiser="adam", lr=1e-3, clip=1.0, warmup=100, decay=0.0,
        ),
        "leak": Rule(
            N_("A leak: the model reads its answer off the input"),
            N_(
                "There is no causal mask. Given the answer, more than {right} of its tokens are right, but less than "
                "{written} of the answers that the model writes itself; or a character of a text costs less than "
                "{bits} bits."
            ),
            {"right": 0.95, "written": 0.5, "bits": 0.5},
            N_("The causal mask, as a new run with the same seed."),
            {"causal": True},
        ),
        "positions": Rule(
            N_("The order of the tokens is lost"),
            N_(
                "There are no positions. After step {after}, less than {right} of the answers' tokens are right, and "
                "the median loss of the last {steps} steps is hardly below that of the {steps} before: by less than "
                "{share} percent."
            ),
            {"after": 300, "right": 0.95, "steps": 100, "share": 10},
            N_("Rotary positions, as a new run with the same seed."),
            {"positions": "rotary"},
        ),
        "warmup": Rule(
            N_("Post-norm without warm-up"),
            N_(
                "Layers with post-norm, warm-up over less than {warmup} steps, and after step {after} the median loss "
                "of the last {steps} steps is not below {share} percent of the loss in the first {first} steps, or not "
                "below that of a model that ignores the source."
            ),
            {"warmup": 20, "after": 150, "steps": 50, "first": 10, "share": 60},
            N_("Warm-up over a hundred steps and a lower learning rate; or pre-norm, which needs neither."),
            {"norm": "pre", "warmup": 100, "lr": 3e-3, "clip": 1.0},
        ),
        "exploding": Rule(
            N_("Exploding gradients"),
            N_(
                "A recurrent network whose gradients are not clipped: the longest of the last {steps} is more than "
                "{times} as long as their median, or it is longer than {length}."
            ),
            {"steps": 100, "times": "20×", "length": 100},
            N_("Gradient clipping, a gain of 1 and a lower learning rate, as a new run with the same seed."),
            {"clip": 1.0, "gain": 1.0, "lr": 1e-3},
        ),
        "memorising": Rule(
            N_("Memorising"),
            N_(
                "After step {after}, held-out tokens cost at least {worse} nats more than at the best step, while "
                "training tokens cost less than held-out ones by {apart} nats or more."
            ),
            {"after": 200, "worse": 0.1, "apart": 0.3},
            N_("Dropout and weight decay, as a new run with the same seed; or fewer steps, or a longer text."),
            {"dropout": 0.2, "decay": 0.1},
        ),
    }
)  # fmt: skip
"""Everything that is looked for."""
TIMES = 20
UNCLIPPED = 10.0
"""A limit on the length of gradients above which hardly any is shortened."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `TransformerExperiment`, the worst first."""
    if history.broken is not None:
        return divergence(history, RULES["divergence"])
    rules = (_leak, _exploding, _warmup, _positions, _memorising)
    found = next((finding for rule in rules if (finding := rule(history, history.config)) is not None), None)
    return [found] if found else []


def _leak(history: History, config: TransformerConfig) -> Finding | None:
    """It sees what it should predict."""
    limits = RULES["leak"].limits
    if config.model != "transformer" or config.causal or effective_architecture(config) == "encoder":
        return None
    right, written, bits = (history.newest(name) for name in ("accuracy", "exact_match", "bits"))
    if bits < limits["bits"]:
        text = N_("A character costs {bits} bits: no text is so predictable. The model sees the character itself.")
        return Finding("leak", RULES["leak"], text, {"bits": f"{bits:.2g}"})
    scored = history.scored("accuracy", 0)
    right = scored[-1].value if scored else right  # of held-out rows: the curve of batches has the same name
    if not (right > limits["right"] and written < limits["written"]):
        return None
    text = N_(
        "Given the answer, {right} % of its tokens are right; of the answers that it writes itself, {written} %. The "
        "loss only measures copying, and in generation there is nothing to copy."
    )
    return Finding("leak", RULES["leak"], text, {"right": f"{100 * right:.0f}", "written": f"{100 * written:.0f}"})


def _positions(history: History, config: TransformerConfig) -> Finding | None:
    """It no longer learns, and cannot know the order."""
    limits = RULES["positions"].limits
    if config.model != "transformer" or config.positions != "none" or history.step < limits["after"]:
        return None
    steps, right = limits["steps"], history.newest("accuracy")
    losses = history.last("loss", 2 * steps)
    if len(losses) < 2 * steps or not right < limits["right"]:
        return None
    before, now = np.median(losses[:steps]), np.median(losses[steps:])
    if not now > (1 - limits["share"] / 100) * before:
        return None
    text = N_(
        "{right} % of the tokens are right, and the loss stays at {loss} nats. Attention without positions sees which "
        "tokens there are, but not in which order."
    )
    return Finding("positions", RULES["positions"], text, {"right": f"{100 * right:.0f}", "loss": f"{now:.2f}"})


def _warmup(history: History, config: TransformerConfig) -> Finding | None:
    """The first steps were too large for layers that normalise everything."""
    limits = RULES["warmup"].limits
    if config.model != "transformer" or config.norm != "post" or config.warmup >= limits["warmup"]:
        return None
    losses, memoryless = history.last("loss", limits["steps"]), config.task.memoryless
    column = history.scalars.get("loss", np.empty(0))[: limits["first"]]
    if history.step < limits["after"] or not len(losses) or not np.isfinite(column).any():
        return None
    now, first = float(np.median(losses)), float(np.nanmedian(column))
    stuck = now > 0.98 * memoryless if memoryless is not None else False
    if not stuck and not now > limits["share"] / 100 * first:
        return None
    text = N_(
        "The loss is {loss} nats; it began at {first}. Post-norm has large gradients in its last layers at first: "
        "full steps from the beginning spoil the weights, and the model no longer sees its input."
    )
    return Finding("warmup", RULES["warmup"], text, {"loss": f"{now:.2f}", "first": f"{first:.2f}"})


def _exploding(history: History, config: TransformerConfig) -> Finding | None:
    """Single gradients are far longer than the others."""
    limits = RULES["exploding"].limits
    if config.model not in RECURRENT or config.clip < UNCLIPPED:
        return None
    lengths = history.last("grad", limits["steps"])
    if not len(lengths):
        return None
    longest, median = float(lengths.max()), float(np.median(lengths))
    if not (longest > TIMES * median or longest > limits["length"]):
        return None
    text = N_(
        "The longest gradient of the last steps has length {longest}, the median {median}. Backwards through time it "
        "is multiplied by the same matrix again and again; one such step undoes many others."
    )
    return Finding("exploding", RULES["exploding"], text, {"longest": f"{longest:.3g}", "median": f"{median:.3g}"})


def _memorising(history: History, config: TransformerConfig) -> Finding | None:
    """Held-out tokens cost more than they once did."""
    limits = RULES["memorising"].limits
    valid, train = history.scored("nats", 0), history.scored("train_nats", 0)
    if history.step < limits["after"] or not valid or not train:
        return None
    best, now, known = min(score.value for score in valid), valid[-1].value, train[-1].value
    if not (now - best >= limits["worse"] and now - known >= limits["apart"]):
        return None
    text = N_(
        "Held-out tokens cost {now} nats; at their best they cost {best}. Training tokens cost {known}: the model "
        "knows its training data by heart."
    )
    return Finding(
        "memorising", RULES["memorising"], text, {"now": f"{now:.2f}", "best": f"{best:.2f}", "known": f"{known:.2f}"}
    )
