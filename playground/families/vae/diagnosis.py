"""What goes wrong in the training of an autoencoder, found from its numbers. No torch: the server asks this once a
second."""

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
            {"optimiser": "adam", "lr": 1e-3, "clip": 10.0},
        ),
        "collapse": Rule(
            N_("Posterior collapse"),
            N_(
                "Over the last {steps} steps (after step {after}, and after the annealing) the KL is less than {nats} "
                "nats on average: the code says nothing about the data."
            ),
            {"steps": 200, "after": 600, "nats": 0.1},
            N_(
                "A KL that costs no more than in the bound (β = 1) and comes in slowly (annealing), with some nats "
                "free for each dimension."
            ),
            {"beta": 1.0, "anneal": 1500, "free_bits": 0.5},
        ),
        "idle": Rule(
            N_("Idle dimensions"),
            N_(
                "Over the last {steps} steps (after step {after}) less than half of the code's dimensions are active: "
                "the variance of their posterior means over a batch is 0.01 or less (Burda et al. 2016)."
            ),
            {"steps": 200, "after": 1500},
            N_(
                "Free nats make it worth using every dimension; annealing gives them time to find a use. Or the data "
                "need no more dimensions than that."
            ),
            {"free_bits": 0.25, "anneal": 1500},
        ),
        "overfitting": Rule(
            N_("Learning by heart"),
            N_(
                "The newest weights need {nats} nats more for pictures kept from training than the best weights did, "
                "at the last three measurements."
            ),
            {"nats": 1.0},
            N_("Keep the best weights, or make the networks smaller."),
            {"best": True},
        ),
    }
)
"""Everything that is looked for."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `VaeExperiment`: the first of the rules that holds."""
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
    found = collapse(history) or idle(history) or overfitting(history)
    return [found] if found else []


def collapse(history: History) -> Finding | None:
    """All posteriors are the prior."""
    rule, limits = RULES["collapse"], RULES["collapse"].limits
    if history.step < max(limits["after"], history.config.anneal + limits["steps"]):
        return None
    kl = history.last("kl", limits["steps"])
    if not len(kl) or kl.mean() >= limits["nats"]:
        return None
    return Finding(
        "collapse",
        rule,
        N_(
            "The KL is {kl} nats: every piece of data gets the same code, N(0, I), and the decoder answers all of them "
            "alike. Each nat of code cost {weight} nats and seemed worth less."
        ),
        {"kl": f"{kl.mean():.3f}", "weight": f"{history.last('weight', 1).mean():.3g}"},
    )


def idle(history: History) -> Finding | None:
    """Most of the code is not used."""
    rule, limits = RULES["idle"], RULES["idle"].limits
    if history.config.latent < 2 or history.step < max(limits["after"], history.config.anneal + limits["steps"]):
        return None
    active = history.last("active", limits["steps"])
    if not len(active) or active.mean() > history.config.latent / 2:
        return None
    return Finding(
        "idle",
        rule,
        N_(
            "Of {all} dimensions of the code {active} are in use. The others are noise that the decoder has learned to "
            "ignore."
        ),
        {"all": history.config.latent, "active": round(float(active.mean()))},
    )


def overfitting(history: History) -> Finding | None:
    """Pictures that are not trained on get less likely again."""
    rule, limits = RULES["overfitting"], RULES["overfitting"].limits
    found = [score.value for score in history.scored("valid_elbo", 0)]
    if history.config.best or len(found) < 4 or min(found[-3:]) < min(found) + limits["nats"]:
        return None
    return Finding(
        "overfitting",
        rule,
        N_(
            "Minus the ELBO of pictures kept from training is {now} nats; it was {once} once. The networks know their "
            "training pictures by heart."
        ),
        {"now": f"{found[-1]:.1f}", "once": f"{min(found):.1f}"},
    )
