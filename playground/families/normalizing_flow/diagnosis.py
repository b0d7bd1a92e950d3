"""Problems in the training of a flow, found from its scalars. No torch: the server asks this once a second."""

from types import MappingProxyType

from playground.core.diagnosis import Finding, History, divergence, divergence_rule
from playground.core.i18n import N_

RULES = MappingProxyType({"divergence": divergence_rule(optimiser="adam", lr=1e-3, clip=1.0)})
"""All problems that are looked for."""


def diagnose(history: History) -> list[Finding]:
    """The problems of a run of `NormalizingFlowExperiment`."""
    return divergence(
        history,
        RULES["divergence"],
        N_(
            "{quantity} is no longer a finite number; the last finite state is kept. A layer that stretches too much "
            "sends points far away, and their gradients make the next step larger still."
        ),
    )
