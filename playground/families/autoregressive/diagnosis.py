"""What goes wrong in the training of an autoregressive model, found from its numbers. No torch: the server asks."""

from types import MappingProxyType

import numpy as np

from playground.core.diagnosis import Finding, History, Rule
from playground.core.i18n import N_
from playground.data.settings import PLANE

from .config import data_of, order_of
from .halts import EVERY, NEVER
from .orders import orders

RULES = MappingProxyType(
    {
        "divergence": Rule(
            N_("Divergence"),
            N_("The loss, the gradient or a weight stopped being a finite number."),
            {},
            N_("Adam with small steps, and gradients that are cut: as a new run with the same seed."),
            {"optimiser": "adam", "lr": 1e-3, "clip": 1.0},
        ),
        "leak": Rule(
            N_("A leak: the chances are no chances"),
            N_(
                "Turning a pixel changes its own chance, or that of a pixel before it, by more than {least} in the log "
                "odds."
            ),
            {"least": 1e-3},
            N_("The mask as it should be: as a new run with the same seed."),
            {"leak": False},
        ),
        "overfitting": Rule(
            N_("Overfitting"),
            N_(
                "Pictures kept from training cost at least {worse} nats more than they did at the best step, {steps} "
                "or more steps ago, while those it learns from cost less and less."
            ),
            {"worse": 0.3, "steps": 200},
            N_(
                "The best weights are kept and shown meanwhile. Weights that decay learn less by heart; so do fewer "
                "hidden units, and several orders."
            ),
            {"best": True, "decay": 0.2},
        ),
    }
)
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `AutoregressiveExperiment`, the worst first."""
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
    if history.config.data in PLANE or "judged" not in history.frame:
        return []
    found = leak(history) or overfitting(history)
    return [found] if found else []


def leak(history: History) -> Finding | None:
    """The dependency matrix is no strict triangle."""
    hears, rule = history.frame["hears"], RULES["leak"]
    data = data_of(history.config)
    if len(hears) != data.dim:
        return None
    order = orders(order_of(history.config), data.shape)[0]
    upper = np.triu(np.asarray(hears, np.float32)[:, order])
    if upper.max() <= rule.limits["least"]:
        return None
    return Finding(
        "leak",
        rule,
        N_(
            "{count} entries of the dependency matrix lie on its diagonal or above it, the largest is {most}: pixels "
            "hear themselves. The loss counts what the model was told, and means nothing; drawing cannot use it."
        ),
        {"count": int((upper > rule.limits["least"]).sum()), "most": f"{upper.max():.2g}"},
    )


def overfitting(history: History) -> Finding | None:
    """Others cost more than they once did."""
    rule = RULES["overfitting"]
    train, valid, best, step = np.asarray(history.frame["judged"], np.float32).tolist()
    step *= EVERY
    if best >= NEVER or valid - best < rule.limits["worse"] or history.step - step < rule.limits["steps"]:
        return None
    return Finding(
        "overfitting",
        rule,
        N_(
            "Pictures kept from training cost {valid} nats now; at step {step} it was {best}. Those it learns from "
            "cost {train}: the model learns them by heart."
        ),
        {"valid": f"{valid:.2f}", "best": f"{best:.2f}", "step": f"{step:.0f}", "train": f"{train:.2f}"},
    )
