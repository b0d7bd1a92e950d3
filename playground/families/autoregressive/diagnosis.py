"""What goes wrong in the training of an autoregressive model, found from its numbers. No torch: the server asks."""

from types import MappingProxyType

import numpy as np

from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_
from playground.data.dataset import dataset_of

from .bits.frames import MAX_NATS, STEP_UNIT
from .config import effective_order
from .orders import orders

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(optimiser="adam", lr=1e-3, clip=1.0),
        "leak": Rule(
            N_("A leak: the product is not a probability"),
            N_("Flipping a pixel changes the log odds of the pixel itself, or of one before it, by more than {least}."),
            {"least": 1e-3},
            N_("The correct mask, as a new run with the same seed."),
            {"leak": False},
        ),
        "overfitting": Rule(
            N_("Overfitting"),
            N_(
                "Validation pictures cost at least {worse} nats more than at the best step, {steps} or more steps ago, "
                "while training pictures cost less and less."
            ),
            {"worse": 0.3, "steps": 200},
            N_(
                "The best weights are kept and shown. Weight decay, fewer hidden units or several orders reduce "
                "overfitting."
            ),
            {"best": True, "decay": 0.2},
        ),
    }
)
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `AutoregressiveExperiment`, the worst first."""
    if history.broken is not None:
        return divergence(history, RULES["divergence"])
    if "judged" not in history.frame:  # points of the plane
        return []
    found = leak(history) or overfitting(history)
    return [found] if found else []


def leak(history: History) -> Finding | None:
    """The dependency matrix is not strictly lower-triangular."""
    dependencies, rule = history.frame["hears"], RULES["leak"]
    data = dataset_of(history.config)
    if len(dependencies) != data.dim:
        return None
    order = orders(effective_order(history.config), data.shape)[0]
    upper = np.triu(np.asarray(dependencies, np.float32)[:, order])
    if upper.max() <= rule.limits["least"]:
        return None
    return Finding(
        "leak",
        rule,
        N_(
            "Not zero on or above the diagonal of the dependency matrix: {count:entry|entries}, the largest is {most}: "
            "pixels depend on themselves. The loss only measures copying, and sampling has nothing to copy."
        ),
        {"count": int((upper > rule.limits["least"]).sum()), "most": f"{upper.max():.2g}"},
    )


def overfitting(history: History) -> Finding | None:
    """Validation pictures cost more than they once did."""
    rule = RULES["overfitting"]
    *_, best, step = np.asarray(history.frame["judged"], np.float32).tolist()
    step, train, valid = step * STEP_UNIT, history.newest("train_nll"), history.newest("valid_nll")
    if best >= MAX_NATS or history.step - step < rule.limits["steps"] or not valid - best >= rule.limits["worse"]:
        return None
    return Finding(
        "overfitting",
        rule,
        N_(
            "Validation pictures cost {valid} nats now; at step {step} they cost {best}. Training pictures cost "
            "{train}: the model memorises them."
        ),
        {"valid": f"{valid:.2f}", "best": f"{best:.2f}", "step": f"{step:.0f}", "train": f"{train:.2f}"},
    )
