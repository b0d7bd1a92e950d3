"""Problems in the training of a flow, found from its scalars. No torch: the server asks this once a second."""

from types import MappingProxyType

from playground.core.diagnosis import Finding, History, Rule
from playground.core.i18n import N_

RULES = MappingProxyType(
    {
        "divergence": Rule(
            N_("Divergence"),
            N_("The loss, the gradient or a weight stopped being a finite number."),
            {},
            N_("Start a new run with the same seed, with Adam, a small learning rate and gradient clipping."),
            {"optimiser": "adam", "lr": 1e-3, "clip": 1.0},
        ),
    }
)
"""All problems that are looked for."""


def diagnose(history: History) -> list[Finding]:
    """The problems of a run of `NormalizingFlowExperiment`."""
    if history.broken is None:
        return []
    return [
        Finding(
            "divergence",
            RULES["divergence"],
            N_(
                "{quantity} is no longer a finite number; the last good state is kept. A layer that stretches "
                "too much sends points far away, and their gradients make the next step larger still."
            ),
            {"quantity": history.broken},
        )
    ]
