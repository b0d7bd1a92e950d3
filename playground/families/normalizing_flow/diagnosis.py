"""What goes wrong in the training of a flow, found from its numbers. No torch: the server asks this once a second."""

from types import MappingProxyType

from playground.core.diagnosis import Finding, History, Rule
from playground.core.i18n import N_

RULES = MappingProxyType(
    {
        "divergence": Rule(
            N_("Divergence"),
            N_("The loss, the gradient or a weight stopped being a finite number."),
            {},
            N_("Adam with small steps, and gradients that are cut: as a new run with the same seed."),
            {"optimiser": "adam", "lr": 1e-3, "clip": 1.0},
        ),
    }
)
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `NormalizingFlowExperiment`."""
    if history.broken is None:
        return []
    return [
        Finding(
            "divergence",
            RULES["divergence"],
            N_(
                "{quantity} stopped being a number; the last state before that is kept. A layer that stretches too "
                "much in one step sends points so far away that the next step is larger still."
            ),
            {"quantity": history.broken},
        )
    ]
