"""The lesson about autoregressive models."""

import streamlit as st

from playground.core.config import specs
from playground.core.i18n import N_
from playground.data.bits.binary import Binary, Triples
from playground.data.settings import PLANE
from playground.families.autoregressive.config import data_of
from playground.families.autoregressive.orders import ORDERS
from playground.ui import code, lesson, outline, pictures
from playground.ui.cards import Card, cards
from playground.ui.lesson import Hint, Paper
from playground.ui.panels import panels
from playground.ui.truth import truth

CHAIN = r"p(x) = \prod_{i=1}^{n} p(x_i \mid x_1, \dots, x_{i-1})"

MODELS = {
    "fvsbn": (
        r"p(x_i = 1 \mid x_{<i}) = \sigma\Bigl(b_i + \sum_{j<i} w_{ij}\, x_j\Bigr)",
        N_(
            "A logistic regression for each bit, from all bits before it. It weighs them one by one, so whatever shows "
            "only in pairs, such as an exclusive or, is lost on it."
        ),
    ),
    "nade": (
        r"\begin{aligned} h_i &= \sigma\Bigl(c + \sum_{j<i} W_{\cdot j}\, x_j\Bigr)\\ p(x_i = 1 \mid x_{<i}) &= "
        r"\sigma(b_i + V_i\, h_i)\end{aligned}",
        N_(
            "A hidden layer for each bit, but all of them share the weights $W$: from one bit to the next the sum "
            "grows by one column. So all $n$ chances together cost $O(nd)$, and a sample costs no more."
        ),
    ),
    "made": (
        r"\begin{aligned} h &= \mathrm{relu}\bigl((W \odot M)\, x + c\bigr)\\ \mathrm{logit}\, p &= "
        r"(V \odot M')\, h + (A \odot M'')\, x + b\\ M'_{ik} &= [\,m_k \le i\,]\end{aligned}",
        N_(
            "An ordinary network whose weights are multiplied by masks: hidden unit $k$ has a number $m_k$, hears the "
            "first $m_k$ bits of the order, and speaks only to bits after them. One pass gives all chances; a sample "
            "takes $n$ passes."
        ),
    ),
    "transformer": (
        r"h_i = \sum_{j \le i} \mathrm{softmax}_j\!\left(\frac{q_i^\top k_j}{\sqrt{d}}\right) v_j \quad\text{of } "
        r"x_1, \dots, x_{i-1}",
        N_(
            "What was there before is shifted by one place; then each place attends to itself and to those before it. "
            "What it attends to depends on what it sees."
        ),
    ),
    "pixelcnn": (
        r"h_{r,c} = \sum_{(u,v)\,\text{before}\,(r,c)} W_{u-r,\,v-c}\; x_{u,v}",
        N_(
            "A convolution whose kernel is cut off at its own pixel: the same weights everywhere. How far a pixel "
            "hears grows with the layers, and a wedge to its right stays unheard: the blind spot."
        ),
    ),
    "plane": (
        r"p(x_1, x_2) = p(k_1)\; p(k_2 \mid k_1)\, /\, \Delta^2, \qquad x \in \text{cell } (k_1, k_2)",
        N_(
            "Both axes are cut into bins of width $\\Delta$. A table holds the chances of the first bin, a network "
            "with a softmax those of the second, given the first. Within a cell all places are alike, so log p is a "
            "log density in nats, as that of all other families."
        ),
    ),
}
# The file that holds each of them.
FILES = {name: name for name in MODELS} | {"plane": "bins"}

HINTS = (
    Hint(
        N_("Watch a picture being drawn."),
        N_(
            "Play the trajectory under the stage: fifteen pictures, pixel by pixel. The grey of the newest pixel is "
            "its chance; the first picture shows which pixels it hears."
        ),
        {},
    ),
    Hint(
        N_("The triangle."),
        N_(
            "In the diagram, “Who hears whom” has a row for each pixel. Nothing lies on the diagonal or above it: that "
            "is all that makes the product of the chances a probability."
        ),
    ),
    Hint(
        N_("Break it."),
        N_("Let every pixel hear itself: the loss falls below anything that is possible, and the samples are rubbish."),
        {"leak": True},
    ),
    Hint(
        N_("Learning by heart."),
        N_(
            "The curve of pictures that it has not learnt from turns up again, while the other goes on falling. The "
            "best weights are kept; the finding says since when."
        ),
    ),
    Hint(
        N_("A rule that no pair of bits shows."),
        N_(
            "Nine bits, every third the exclusive or of the two before it. FVSBN stays 1.48 nats above the entropy for "
            "ever; NADE and MADE get there in seconds."
        ),
        {"data": "xor", "model": "fvsbn"},
    ),
    Hint(
        N_("The plane in cells."),
        N_("Points of the plane, first x₁, then x₂ given x₁: the same idea, with a softmax over bins."),
        {"data": "moons", "batch": 256},
    ),
)

# Figures in the cards: seed 0, what a card does not name at its default; `test_nll` of `evaluate(thorough=True)`
# after the steps said. The weights that were best at the validation part are judged.
CARDS = (
    Card(
        "order",
        N_("The order"),
        N_(
            "The same network, the same pictures, another order. Every order gives an exact likelihood; which is "
            "easiest to learn? Compare the curves (pin a run to see two)."
        ),
        (
            (N_("row by row"), {}),
            (N_("column by column"), {"order": "columns"}),
            (N_("from the middle outwards"), {"order": "inside"}),
            (N_("by lot"), {"order": "shuffled"}),
        ),
        N_(
            "The product rule holds in any order, but the conditionals differ, and so do their networks. Measured "
            "after 3,000 steps: 17.50, 17.30, 17.23 and 17.36 nats for a test picture: on pictures this small no "
            "order is much better than one drawn by lot."
        ),
    ),
    Card(
        "agnostic",
        N_("All orders at once"),
        N_(
            "One set of weights learns eight orders in turn. It is worse in each of them, and their mean is better "
            "than any: see “Orders compared” below."
        ),
        (
            (N_("one order"), {"width": 512}),
            (N_("eight orders"), {"width": 512, "orders": 8}),
            (N_("eight masks"), {"width": 512, "masks": 8}),
        ),
        N_(
            "Each order is a harder lesson for shared weights, which keeps them from learning by heart, and the mean "
            "of eight models is more careful than each of them (Uria, Murray, Larochelle 2014; Germain et al. 2015). "
            "Measured after 4,000 steps: 17.27 nats with one order, 16.83 with eight, 17.31 with eight masks of one "
            "order."
        ),
    ),
    Card(
        "model",
        N_("One conditional, five networks"),
        N_(
            "From a logistic regression for each pixel to attention: how many nats does each need for a picture that "
            "it has not learnt from? The line is every pixel on its own."
        ),
        (
            ("FVSBN", {"model": "fvsbn"}),
            ("NADE", {"model": "nade"}),
            ("MADE", {}),
            ("Transformer", {"model": "transformer"}),
            ("PixelCNN", {"model": "pixelcnn"}),
        ),
        N_(
            "Every pixel on its own costs 25.3 nats. Logistic regressions share nothing and reach 18.5. Hidden units "
            "find strokes in common, and a Transformer shares what it knows between all places."
        ),
    ),
    Card(
        "decay",
        N_("Learning by heart, and a remedy"),
        N_(
            "MADE has 37,000 weights, and learns from 1,200 pictures. Watch the curve of the others turn up. "
            "Weights that decay a little learn more slowly, and end lower."
        ),
        ((N_("no decay"), {}), (N_("decay 0.2"), {"decay": 0.2}), (N_("decay 1"), {"decay": 1.0})),
        N_("Measured after 3,000 steps: 17.50 nats without decay, 17.22 with 0.2, 18.66 with 1, which is too much."),
    ),
    Card(
        "xor",
        N_("What logistic regressions cannot see"),
        N_(
            "Nine bits with a rule in every three. The line is the entropy, and 1.48 nats above it the best that "
            "anybody can do who looks at bits one by one."
        ),
        (
            ("FVSBN", {"data": "xor", "model": "fvsbn"}),
            ("NADE", {"data": "xor", "model": "nade"}),
            ("MADE", {"data": "xor"}),
        ),
        N_(
            "Given the first two bits, the third is nearly certain, but neither of them alone says anything about it: "
            "a weighted sum of the two cannot tell. One hidden unit for each case can."
        ),
    ),
    Card(
        "leak",
        N_("A leak"),
        N_(
            "One slip in a mask, and each pixel hears itself. The loss looks wonderful. Look at the samples, at the "
            "triangle, and at what is found."
        ),
        (
            (N_("MADE with a leak"), {"leak": True}),
            (N_("NADE with a leak"), {"leak": True, "model": "nade"}),
            (N_("Without"), {}),
        ),
        N_(
            "The network learns to copy: each chance is 0 or 1 as the pixel itself is. The product is no probability "
            "any more, it does not sum to 1 over all pictures. While drawing, the pixel is not there yet, and there is "
            "nothing to copy. Such slips are easily made; the leak test below finds them without training."
        ),
    ),
    Card(
        "cells",
        N_("How fine a grid"),
        N_(
            "On the plane a density can be no sharper than a cell. Look at the thin rings with few cells, and with "
            "many."
        ),
        (
            (N_("16 bins"), {"data": "rings", "batch": 256, "bins": 16}),
            (N_("48 bins"), {"data": "rings", "batch": 256, "bins": 48}),
            (N_("128 bins"), {"data": "rings", "batch": 256, "bins": 128}),
        ),
        N_(
            "Even a perfect model of cells loses what the density does within them: on the rings 0.12 nats with 48 "
            "bins along each axis, 0.02 with 128. More bins cost more to learn: each sees fewer points."
        ),
    ),
)

# The grid of sweeps that a visitor finds at first.
PROPOSED = {"order": list(ORDERS), "model": ["fvsbn", "made"]}

PAPERS = (
    Paper(
        "Neal 1992",
        "Connectionist learning of belief networks",
        "https://doi.org/10.1016/0004-3702(92)90065-6",
        N_("Networks of logistic conditionals."),
    ),
    Paper(
        "Larochelle, Murray 2011",
        "The Neural Autoregressive Distribution Estimator",
        "https://proceedings.mlr.press/v15/larochelle11a.html",
        N_("NADE: hidden units that share their weights."),
    ),
    Paper(
        "Uria, Murray, Larochelle 2014",
        "A Deep and Tractable Density Estimator",
        "https://arxiv.org/abs/1310.1757",
        N_("All orders with one network, and their mean."),
    ),
    Paper(
        "Germain, Gregor, Murray, Larochelle 2015",
        "MADE: Masked Autoencoder for Distribution Estimation",
        "https://arxiv.org/abs/1502.03509",
        N_("Masks instead of loops."),
    ),
    Paper(
        "van den Oord, Kalchbrenner, Kavukcuoglu 2016",
        "Pixel Recurrent Neural Networks",
        "https://arxiv.org/abs/1601.06759",
        N_("PixelRNN and PixelCNN."),
    ),
    Paper(
        "Vaswani et al. 2017", "Attention Is All You Need", "https://arxiv.org/abs/1706.03762", N_("The Transformer.")
    ),
    Paper(
        "Song, Meng, Liao, Ermon 2021",
        "Accelerating Feedforward Computation via Parallel Nonlinear Equation Solving",
        "https://arxiv.org/abs/2002.03629",
        N_("Samples in fewer passes than there are bits."),
    ),
)


def kind() -> str:
    return "plane" if page.config.data in PLANE else page.config.model


def maths() -> None:
    st.latex(CHAIN)
    st.markdown(
        _(
            N_(
                "Any distribution is such a product, in any order; nothing is lost. A model says each factor by a "
                "network that hears only what came before. All factors are known exactly, so it is trained by the "
                "likelihood itself, and its loss can be compared with that of anything else."
            )
        )
    )
    formula, words = MODELS[kind()]
    titles = next(s for s in specs(type(page.config)) if s.name == "model").options
    name = _(N_("cells of the plane")) if kind() == "plane" else _(titles[kind()])
    st.caption(_(N_("The model that is chosen now: {name}")).format(name=name))
    st.latex(formula)
    st.markdown(_(words))


@st.fragment
def laboratories() -> None:
    """What exact conditionals are good for: only the open tab asks the model."""
    st.subheader(_(N_("Ask the model")), anchor=False)
    offered = {
        "completion": N_("Complete a picture"),
        "conditionals": N_("Given the first pixels"),
        "matters": N_("Which pixels matter"),
        "leak": N_("The leak test"),
        "orders": N_("Orders compared"),
        "density": N_("Find the odd ones"),
        "bits": N_("Bits saved"),
    }
    if page.config.data in PLANE:
        offered = {"cells": N_("Density estimation"), "slice": N_("One coordinate given the other")}
    tabs = st.tabs(
        [_(title) for title in offered.values()],
        on_change="rerun",
        key=f"{page.family} uses {' '.join(offered)} {page.lang}",
    )
    for tab, name in zip(tabs, offered, strict=True):
        with tab:
            if tab.open:
                panels(page, name)


def known() -> None:
    data = data_of(page.config)
    if not isinstance(data, Binary):
        truth(
            page,
            N_(
                "The density of these data is known exactly, so the model's own can be compared with it in "
                "every cell, and its negative log likelihood with the entropy: no model whatever can get below "
                "that."
            ),
            N_(
                "These are your own data: what the training and every score take for the truth is a kernel estimate "
                "of your points, a Gaussian at each of them, whose width is the one that predicts each point best "
                "from all others. Density and entropy shown are those of the estimate."
            ),
        )
        return
    if page.config.data == "digits":
        pictures.data(page)
        st.markdown(
            _(N_("Here every pixel is either set or not: it counts as set from the eighth of the sixteen levels on."))
        )
    elif isinstance(data, Triples):
        st.markdown(
            _(
                N_(
                    "Nine bits: three times two fair coins and a third bit that is their exclusive or, but for "
                    "one time in twenty. The truth is known: its entropy is {entropy} nats, and who looks at bits "
                    "one by one needs at least {blind} more."
                )
            ).format(entropy=f"{data.entropy:.3f}", blind=f"{data.blind:.3f}")
        )
    else:
        sizes = {part: len(data.rows(part)) for part in ("train", "valid", "test")}
        st.markdown(
            _(
                N_(
                    "A table from a file: {dim} bits; {train} vectors are trained on, {valid} decide which "
                    "weights are the best, and {test} judge those."
                )
            ).format(dim=data.dim, **sizes)
        )
    st.metric(
        _(N_("Every bit on its own, on test data")), _(N_("{value} nats")).format(value=f"{data.independent():.2f}")
    )


def source() -> None:
    code.show(page, f"autoregressive/nets/{FILES[kind()]}.py")
    lesson.code(_, "autoregressive/model.py")


page = lesson.open_lesson(
    "autoregressive",
    N_(
        "One number **after another**: each is drawn by its chance given all those before it. The product of these "
        "chances is the probability of the whole, exactly; the art is to keep every network from hearing too much."
    ),
)
_ = page.translate
outline.ideas(page, HINTS, maths)
laboratories()
cards(
    page,
    N_("One change at a time"),
    N_("Each button starts a run with everything at its default, but for one thing."),
    CARDS,
)
outline.tabs(page, PAPERS, known, PROPOSED, source)
