"""Problems in the training of a flow, found from its scalars. No torch: the server asks this once a second."""

from types import MappingProxyType

from playground.core.contract import SOLVER
from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(optimiser="adam", lr=1e-3, clip=1.0),
        "stiff": Rule(
            N_("The flow is stiff"),
            N_("The adaptive solver needs too many evaluations of the velocity for one step."),
            {},
            N_("A learning rate of 0.001 and steps of fixed length (RK4), as a new run with the same seed."),
            {"lr": 1e-3, "solver": "rk4"},
        ),
    }
)
"""All problems that are looked for."""


def diagnose(history: History) -> list[Finding]:
    """The problems of a run of `NormalizingFlowExperiment`."""
    if history.broken == SOLVER:
        text = N_(
            "The velocity has become too steep for the adaptive solver; the last state that it could follow is kept."
        )
        return [Finding("stiff", RULES["stiff"], text, {})]
    return divergence(
        history,
        RULES["divergence"],
        N_(
            "{quantity} is no longer a finite number; the last finite state is kept. A layer that stretches too much "
            "sends points far away, and their gradients make the next step larger still."
        ),
    )
