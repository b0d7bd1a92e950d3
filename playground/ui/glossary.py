"""Terms of the field, each explained in a sentence or two. In the browser they are explained wherever they stand: on a
lesson the stage sees to it, elsewhere a component of their own."""

from typing import Any, NamedTuple

import streamlit as st
from streamlit.components.v2 import component

from playground.core.i18n import N_, Translate

from .browser_part import bootstrap


class Term(NamedTuple):
    """`words`: how it is written on the pages, message ids; `text`: what it means."""

    words: tuple[str, ...]
    text: str


GLOSSARY = (
    Term(
        (N_("nats"), N_("nat")),
        N_(
            "The unit of information with the natural logarithm: 1 nat is 1 / log 2 bits. The lower a loss in nats, "
            "the better the fit."
        ),
    ),
    Term(
        (N_("bits per dimension"),),
        N_("The negative log likelihood with logarithm base 2, divided by the number of pixels or coordinates."),
    ),
    Term(
        (N_("ELBO"), N_("evidence lower bound")),
        N_(
            "Evidence lower bound: the reconstruction term minus the KL term. It is at most log p(x); the closer the "
            "approximate posterior is to the true one, the smaller the gap."
        ),
    ),
    Term(
        (N_("IWAE"),),
        N_(
            "Importance weighted bound: an average of K samples inside the logarithm. It is nearer to log p(x) than "
            "the ELBO, and comes closer as K grows."
        ),
    ),
    Term(
        (N_("KL divergence"), N_("Kullback–Leibler divergence"), N_("KL")),
        N_(
            "Kullback–Leibler divergence: how much longer messages about p become if they are coded for q. It is 0 "
            "only if both are equal, and is not symmetric."
        ),
    ),
    Term(
        (N_("negative log likelihood"), N_("NLL")),
        N_("−log p(x), averaged over data. Lower is better; the mean cannot fall below the entropy of the data."),
    ),
    Term((N_("entropy"),), N_("The lowest mean negative log likelihood that any model can have on these data.")),
    Term(
        (N_("floor"), N_("perfect model")),
        N_(
            "The score that a perfect model would get with as many samples. It is not 0, because a finite sample is "
            "never exactly like another one."
        ),
    ),
    Term(
        (N_("sliced Wasserstein"),),
        N_(
            "A distance between two samples: both are projected onto many lines, sorted there, and the differences of "
            "the sorted values are averaged."
        ),
    ),
    Term((N_("NFE"), N_("network calls")), N_("Number of network evaluations: what one sample costs.")),
    Term(
        (N_("mode collapse"),),
        N_("The generator leaves out parts of the data: many noise vectors lead to the same few kinds of samples."),
    ),
    Term(
        (N_("posterior collapse"),),
        N_("The encoder's output no longer depends on the input: the decoder ignores the latent variable."),
    ),
    Term(
        (N_("score function"),),
        N_("The gradient of log p(x) with respect to x: it points to where data are more likely."),
    ),
    Term(
        (N_("log-determinant"), N_("log|det J|")),
        N_("By how much a layer stretches or squeezes volume, as a logarithm; the density changes by as much."),
    ),
    Term(
        (N_("Fréchet distance"), N_("Frechet distance")),
        N_(
            "The distance between two clouds of features if each were a Gaussian. The FID uses features of the "
            "Inception network; here they come from a small classifier of digits."
        ),
    ),
    Term(
        (N_("exponential moving average"), N_("EMA")),
        N_("An average of the weights over the last steps; it is steadier than the weights of any one step."),
    ),
    Term((N_("ODE"),), N_("Ordinary differential equation: from each starting point exactly one path follows.")),
    Term(
        (N_("SDE"),),
        N_("Stochastic differential equation: fresh noise is added on the way, so paths from one point differ."),
    ),
    Term(
        (N_("CircularEval"),),
        N_(
            "A question with k options is asked k times, with the options one place further each time. It counts only "
            "if it is right every time."
        ),
    ),
    Term(
        (N_("Wilson interval"), N_("Wilson intervals")),
        N_(
            "The shares that would make what was counted plausible, at 95 %. Few questions give a wide interval; it "
            "never leaves the range from 0 to 1."
        ),
    ),
    Term(
        (N_("closed form"),),
        N_("What is expected, computed by a formula and not by an experiment; measured values scatter around it."),
    ),
)


def terms(translate: Translate) -> list[dict[str, Any]]:
    """As the browser gets them: {words, text}."""
    return [
        {"words": sorted({translate(word) for word in term.words}), "text": translate(term.text)} for term in GLOSSARY
    ]


def explain(lang: str, translate: Translate) -> None:
    """Have the terms explained wherever they stand on this page."""
    mounted = component("playground_glossary", js=bootstrap("core/glossary.js"), isolate_styles=False)
    with st.container(key="glossary"):
        mounted(
            key="glossary of terms",
            data={"lang": lang, "terms": tuple(terms(translate))},  # for a list Streamlit imports pandas: half a second
        )


def listed(translate: Translate) -> None:
    """All of them in a list, for those who have no pointer."""
    with st.expander(translate(N_("Glossary"))):
        st.markdown("\n".join(f"- **{translate(term.words[0])}**: {translate(term.text)}" for term in GLOSSARY))
