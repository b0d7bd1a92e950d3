"""What goes wrong in the training of a detector, found from its numbers. No torch: the server asks.

Scores that are read, all of frames kept from training and of the first model:

- `accuracy`: the share of frames whose likeliest class is right;
- `action_recall`: the same of the frames of actions alone;
- `distinct`: the share of frames that get the commonest of the predicted classes;
- `map`: the mean average precision of the actions, where the window holds frames of the future with these; then there
  is also `online_map` without them, as frames come in a stream.
"""

from types import MappingProxyType

from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_

from .config import OadtrConfig

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(
            N_("Adam with a lower learning rate and gradient clipping, as a new run with the same seed."),
            optimiser="adam", lr=1e-3, clip=1.0, decay=0.0,
        ),
        "future_leak": Rule(
            N_("Future leak"),
            N_(
                "The window holds frames of the future, and without them, as frames come one by one, the mean average "
                "precision is lower by more than {apart}."
            ),
            {"apart": 0.05},
            N_("A window that ends at the current frame, as a new run with the same seed."),
            {"lookahead": 0},
        ),
        "constant": Rule(
            N_("Constant prediction"),
            N_("After step {after}, more than {share} percent of the frames get the same class."),
            {"after": 200, "share": 99},
            N_("Adam with a lower learning rate, gradient clipping and the labels in order, as a new run."),
            {"optimiser": "adam", "lr": 1e-3, "clip": 1.0, "decay": 0.0, "schedule": "one_cycle", "shuffled": False},
        ),
        "background": Rule(
            N_("Background swamps the actions"),
            N_(
                "After step {after}, more than {right} percent of all frames are right, but less than {found} percent "
                "of the frames of actions."
            ),
            {"after": 200, "right": 50, "found": 15},
            N_("Classes that weigh the same, and a higher learning rate, as a new run with the same seed."),
            {"class_weight": "balanced", "lr": 1e-3, "schedule": "one_cycle", "shuffled": False},
        ),
    }
)  # fmt: skip
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `OadtrExperiment`, the worst first."""
    if history.broken is not None:
        return divergence(history, RULES["divergence"])
    rules = (_future_leak, _constant, _background)
    found = next((finding for rule in rules if (finding := rule(history, history.config)) is not None), None)
    return [found] if found else []


def _score(history: History, name: str) -> float:
    """The newest of a score. Of the current batch there is a curve of the same name as one of them."""
    scored = history.scored(name, 0)
    return scored[-1].value if scored else float("nan")


def _future_leak(history: History, config: OadtrConfig) -> Finding | None:
    """It saw what it was asked to know beforehand."""
    offline, online = _score(history, "map"), _score(history, "online_map")
    if not config.ahead or not offline - online > RULES["future_leak"].limits["apart"]:
        return None
    text = N_(
        "With {ahead:frame|frames} of the future in its window the model has a mean average precision of {offline}; "
        "in a stream, where they are missing, {online}."
    )
    values = {"ahead": config.ahead, "offline": f"{offline:.2f}", "online": f"{online:.2f}"}
    return Finding("future_leak", RULES["future_leak"], text, values)


def _constant(history: History, config: OadtrConfig) -> Finding | None:
    """It says the same of every frame."""
    limits, share = RULES["constant"].limits, 100 * _score(history, "distinct")
    if history.step < limits["after"] or not share > limits["share"]:
        return None
    text = N_(
        "{share} % of the frames get the same class, whatever they show. {right} % of all frames are right: so many "
        "are of this class."
    )
    right = 100 * _score(history, "accuracy")
    return Finding("constant", RULES["constant"], text, {"share": f"{share:.0f}", "right": f"{right:.0f}"})


def _background(history: History, config: OadtrConfig) -> Finding | None:
    """Accuracy is high, for most frames are background."""
    limits = RULES["background"].limits
    right, found = 100 * _score(history, "accuracy"), 100 * _score(history, "action_recall")
    if history.step < limits["after"] or not (right > limits["right"] and found < limits["found"]):
        return None
    text = N_(
        "{right} % of all frames are right, but only {found} % of the frames of actions: nearly all is taken for "
        "background, of which there is most."
    )
    return Finding("background", RULES["background"], text, {"right": f"{right:.0f}", "found": f"{found:.0f}"})
