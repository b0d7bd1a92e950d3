"""What goes wrong in the training of a VAE, found from its numbers. No torch: the server asks this once a second."""

from types import MappingProxyType

from playground.core.diagnosis import Finding, History, Rule, divergence, divergence_rule
from playground.core.i18n import N_

RULES = MappingProxyType(
    {
        "divergence": divergence_rule(optimiser="adam", lr=1e-3, clip=10.0),
        "collapse": Rule(
            N_("Posterior collapse"),
            N_(
                "At the newest step and in the mean over the last {steps} steps (after step {after}, and after "
                "annealing) the KL is below {nats} nats: the code carries no information about the data."
            ),
            {"steps": 200, "after": 600, "nats": 0.1},
            N_("β = 1, annealing of the KL weight, and free nats for each dimension."),
            {"beta": 1.0, "anneal": 1500, "free_bits": 0.5},
        ),
        "idle": Rule(
            N_("Inactive dimensions"),
            N_(
                "At the newest step and in the mean over the last {steps} steps (after step {after}) at most half of "
                "the latent dimensions are active. A dimension is active if the variance of its posterior means over "
                "a batch is above 0.01 (Burda et al. 2016)."
            ),
            {"steps": 200, "after": 1500},
            N_(
                "Free nats make it worthwhile to use every dimension; annealing gives the decoder time to learn to "
                "use them. The data may also need no more dimensions."
            ),
            {"free_bits": 0.25, "anneal": 1500},
        ),
        "overfitting": Rule(
            N_("Overfitting"),
            N_(
                "At the last three measurements, −ELBO of the validation pictures is at least {nats} nats above its "
                "minimum."
            ),
            {"nats": 1.0},
            N_("Keep the best weights. Smaller networks also overfit less."),
            {"best": True},
        ),
    }
)
"""All rules, by name."""


def diagnose(history: History) -> list[Finding]:
    """What is found in a run of `VaeExperiment`: the first of the rules that holds."""
    if history.broken is not None:
        return divergence(history, RULES["divergence"])
    found = collapse(history) or idle(history) or overfitting(history)
    return [found] if found else []


def collapse(history: History) -> Finding | None:
    """All posteriors equal the prior."""
    rule, limits = RULES["collapse"], RULES["collapse"].limits
    if history.step < max(limits["after"], history.config.anneal + limits["steps"]):
        return None
    kl = history.last("kl", limits["steps"])
    now = history.newest("kl")
    if not len(kl) or max(kl.mean(), now) >= limits["nats"]:
        return None
    return Finding(
        "collapse",
        rule,
        N_(
            "The KL is {kl} nats: the posterior of every data point is the prior N(0, I), so the decoder ignores the "
            "code. The weight of the KL is {weight}."
        ),
        {"kl": f"{now:.3f}", "weight": f"{history.newest('weight'):.3g}"},
    )


def idle(history: History) -> Finding | None:
    """At most half of the latent dimensions are active."""
    rule, limits = RULES["idle"], RULES["idle"].limits
    if history.config.latent < 2 or history.step < max(limits["after"], history.config.anneal + limits["steps"]):
        return None
    active = history.last("active", limits["steps"])
    now = history.newest("active")
    if not len(active) or max(active.mean(), now) > history.config.latent / 2:
        return None
    return Finding(
        "idle",
        rule,
        N_(
            "Active latent dimensions: {active} of {all}. In the others the posterior is nearly the prior, and the "
            "decoder ignores them."
        ),
        {"all": history.config.latent, "active": round(now)},
    )


def overfitting(history: History) -> Finding | None:
    """The bound of the validation pictures gets worse again."""
    rule, limits = RULES["overfitting"], RULES["overfitting"].limits
    found = [score.value for score in history.scored("valid_elbo", 0)]
    if history.config.best or len(found) < 4 or min(found[-3:]) < min(found) + limits["nats"]:
        return None
    return Finding(
        "overfitting",
        rule,
        N_(
            "−ELBO of the validation pictures is {now} nats; its minimum was {once}. The networks memorise the "
            "training pictures."
        ),
        {"now": f"{found[-1]:.1f}", "once": f"{min(found):.1f}"},
    )
