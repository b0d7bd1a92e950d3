"""Hints and experiments that the lesson on autoregressive models proposes, each a card that starts a run.

`bench/figures.py` measures their figures, on test pictures, with the weights that were best on the validation part.
"""

from playground.core.i18n import N_

from .cards import Card
from .lesson import Hint

HINTS = (
    Hint(
        N_("Watch a picture being drawn."),
        N_(
            "Play the trajectory under the stage: fifteen pictures, pixel by pixel. The grey of the newest pixel is "
            "its probability; the first picture shows which pixels it depends on."
        ),
        {},
    ),
    Hint(
        N_("The triangle."),
        N_(
            "In the diagram, “Dependencies” has a row for each pixel. Nothing lies on or above the diagonal: this "
            "alone makes the product of the conditionals a probability."
        ),
    ),
    Hint(
        N_("Break it."),
        N_("Let every pixel depend on itself: the loss falls below what is possible, and the samples are noise."),
        {"leak": True},
    ),
    Hint(
        N_("Overfitting."),
        N_(
            "The validation curve turns up again while the training curve goes on falling. The best weights are kept; "
            "the diagnosis says since when."
        ),
    ),
    Hint(
        N_("A rule that no pair of bits shows."),
        N_(
            "Nine bits; every third is the exclusive or of the two before it. FVSBN stays "
            "{figure:autoregressive.xor.linear_gap} nats above the entropy; "
            "NADE and MADE reach it in seconds."
        ),
        {"data": "xor", "model": "fvsbn"},
    ),
    Hint(
        N_("The plane in cells."),
        N_("Points of the plane: first x₁, then x₂ given x₁. The same idea, with a softmax over bins."),
        {"data": "moons", "batch": 256},
    ),
)

CARDS = (
    Card(
        "order",
        N_("The order"),
        N_(
            "The same network and the same pictures in another order. Every order gives an exact likelihood; which is "
            "easiest to learn? Compare the curves (pin a run to see two)."
        ),
        (
            (N_("row by row"), {}),
            (N_("column by column"), {"order": "columns"}),
            (N_("from the middle outwards"), {"order": "inside"}),
            (N_("random"), {"order": "shuffled"}),
        ),
        N_(
            "The product rule holds in any order, but the conditionals differ, and so do the networks. Measured after "
            "3,000 steps: {figure:autoregressive.order.rows}, {figure:autoregressive.order.columns}, "
            "{figure:autoregressive.order.inside} and {figure:autoregressive.order.shuffled} nats per test picture. On "
            "pictures this small, no order is much better than a random one."
        ),
    ),
    Card(
        "agnostic",
        N_("All orders at once"),
        N_(
            "One set of weights learns eight orders in turn. It is worse in each of them, but their mean is better "
            "than any: see “Orders compared” below."
        ),
        (
            (N_("one order"), {"width": 512}),
            (N_("eight orders"), {"width": 512, "orders": 8}),
            (N_("eight masks"), {"width": 512, "masks": 8}),
        ),
        N_(
            "More orders are a harder task for the shared weights, which reduces overfitting, and the mean of eight "
            "models is more cautious than each of them (Uria, Murray, Larochelle 2014; Germain et al. 2015). Measured "
            "after 4,000 steps: {figure:autoregressive.agnostic.one} nats with one order, "
            "{figure:autoregressive.agnostic.eight} with eight, {figure:autoregressive.agnostic.masks} with eight "
            "masks of one order. More orders help; eight masks of one order are no clear gain."
        ),
    ),
    Card(
        "model",
        N_("One conditional, five networks"),
        N_(
            "From a logistic regression for each pixel to attention: how many nats does each network need for a "
            "validation picture? The line shows independent pixels."
        ),
        (
            ("FVSBN", {"model": "fvsbn"}),
            ("NADE", {"model": "nade"}),
            ("MADE", {}),
            ("Transformer", {"model": "transformer"}),
            ("PixelCNN", {"model": "pixelcnn"}),
        ),
        N_(
            "Independent pixels cost {figure:autoregressive.independent} nats per test picture. Logistic regressions "
            "share nothing: the shipped FVSBN reaches {figure:autoregressive.model.fvsbn}. Hidden units find common "
            "strokes: NADE {figure:autoregressive.model.nade}, MADE {figure:autoregressive.model.made}. A Transformer "
            "and a PixelCNN share what they learn between all positions: {figure:autoregressive.model.transformer} and "
            "{figure:autoregressive.model.pixelcnn}."
        ),
    ),
    Card(
        "decay",
        N_("Overfitting, and a remedy"),
        N_(
            "MADE has {figure:autoregressive.made.parameters} weights and {figure:autoregressive.made.pictures} "
            "training pictures. Watch the validation curve turn up. With a little weight decay it falls more slowly, "
            "and ends lower."
        ),
        ((N_("no decay"), {}), (N_("decay 0.2"), {"decay": 0.2}), (N_("decay 1"), {"decay": 1.0})),
        N_(
            "Measured after 3,000 steps: {figure:autoregressive.order.rows} nats without decay, "
            "{figure:autoregressive.decay.0_2} with 0.2, {figure:autoregressive.decay.1} with 1, which is too much."
        ),
    ),
    Card(
        "xor",
        N_("What logistic regressions cannot learn"),
        N_(
            "Nine bits with a rule in every three. The line is the entropy; a model that weighs bits one by one stays "
            "at least {figure:autoregressive.xor.linear_gap} nats above it."
        ),
        (
            ("FVSBN", {"data": "xor", "model": "fvsbn"}),
            ("NADE", {"data": "xor", "model": "nade"}),
            ("MADE", {"data": "xor"}),
        ),
        N_(
            "Given the first two bits, the third is nearly certain, but either of them alone says nothing about it: a "
            "weighted sum of the two cannot tell. Hidden units can, with one for each case."
        ),
    ),
    Card(
        "leak",
        N_("A leak"),
        N_(
            "One error in a mask, and each pixel depends on itself. The loss looks wonderful. Look at the samples, at "
            "the triangle, and at the diagnosis."
        ),
        (
            (N_("MADE with a leak"), {"leak": True}),
            (N_("NADE with a leak"), {"leak": True, "model": "nade"}),
            (N_("Without a leak"), {}),
        ),
        N_(
            "The network learns to copy: each probability is 0 or 1, like the pixel itself. The product is no longer a "
            "probability: it does not sum to 1 over all pictures. In sampling, the pixel is not there yet, so there is "
            "nothing to copy. Such errors are easily made; the leak test below finds them without training."
        ),
    ),
    Card(
        "cells",
        N_("How fine a grid"),
        N_(
            "On the plane, a density can be no sharper than a cell. Look at the thin rings with few bins, and with "
            "many."
        ),
        (
            (N_("16 bins"), {"data": "rings", "batch": 256, "bins": 16}),
            (N_("48 bins"), {"data": "rings", "batch": 256, "bins": 48}),
            (N_("128 bins"), {"data": "rings", "batch": 256, "bins": 128}),
        ),
        N_(
            "Even a perfect model of cells loses the variation of the density within them: on the rings "
            "{figure:autoregressive.cells.48} nats with 48 bins along each axis, {figure:autoregressive.cells.128} "
            "with 128. More bins are harder to learn: each contains fewer points."
        ),
    ),
)
