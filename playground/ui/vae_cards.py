"""Experiments that the lesson on autoencoders proposes, each a card that starts a run."""

from playground.core.i18n import N_
from playground.families.vae.config import VaeConfig

from .cards import Card

DIGITS = {"data": "digits", **VaeConfig.data_defaults["digits"]}
STRONG_DIGITS = {**DIGITS, "strong": True, "latent": 8}

# The grid of sweeps that a visitor finds at first.

CARDS = (
    Card(
        "beta",
        N_("The code costs too much: β"),
        N_(
            "β = 1 is the bound. A quarter of it, and the code says more than the bound allows; twice as much, and it "
            "falls silent: all outlines are the prior, and every reconstruction is the same point."
        ),
        (("β = 0.25", {"beta": 0.25}), ("β = 1", {"beta": 1.0}), ("β = 2", {"beta": 2.0})),
        N_(
            "With a learnt spread, halving the error along one direction saves $\\log 2$ nats of reconstruction and "
            "takes $\\log 2$ nats of code. So at $\\beta > 1$ finer codes never pay. Measured after 2,500 steps: KL "
            "7.4, 2.8 and 0.0 nats."
        ),
    ),
    Card(
        "spread",
        N_("The decoder is too tolerant"),
        N_(
            "The decoder's spread is set by hand. Once it is as large as the data's own, nothing is worth telling it, "
            "although β is 1: collapse without any fault of the bound."
        ),
        (
            ("s = 0.1", {"noise": "fixed", "sigma": 0.1}),
            ("s = 0.5", {"noise": "fixed", "sigma": 0.5}),
            ("s = 2", {"noise": "fixed", "sigma": 2.0}),
        ),
        N_(
            "In the linear case this is a theorem: a direction of the code is used exactly where the variance of the "
            "data along it is larger than the decoder's $s^2$ (Lucas et al. 2019). Measured KL after 2,500 steps: 4.1, "
            "1.4 and 0.0 nats. A learnt spread shrinks by itself."
        ),
    ),
    Card(
        "strong",
        N_("The decoder is too strong"),
        N_("Eight numbers of code for digits, and a decoder that also sees the pixels before. Compare the KL."),
        ((N_("plain decoder"), {**DIGITS, "latent": 8}), (N_("strong decoder"), STRONG_DIGITS)),
        N_(
            "What pixels say of one another need not be in the code, and what is not in the code costs nothing. "
            "Measured after 2,500 steps: the KL falls from 6.3 to 2.9 nats, while −ELBO of test pictures gets better, "
            "from 18.6 to 17.8: a good model of pictures, a poor one of codes."
        ),
    ),
    Card(
        "annealing",
        N_("Remedy: annealing"),
        N_(
            "A decoder that also says how far data scatter. Does it learn to do so before it learns to listen? Watch "
            "the dimensions in use, without annealing and with it."
        ),
        (
            (N_("without"), {"noise": "own", "activation": "silu", "lr": 1e-3}),
            (N_("over 1,500 steps"), {"noise": "own", "activation": "silu", "lr": 1e-3, "anneal": 1500}),
        ),
        N_(
            "At first a decoder cannot use a code, so each dimension only costs, and some are given up before they "
            "were any good. If codes are free at the beginning and get their price slowly, both find a use: measured "
            "after 2,500 steps, one dimension in use without, two with (two seeds of two). Annealing does not change "
            "what is best in the end; it helps to get there."
        ),
    ),
    Card(
        "free",
        N_("Remedy: free nats, or a smaller β"),
        N_(
            "The strong decoder again. Half a nat for each dimension costs nothing, so it may as well be used; or "
            "every nat costs less than it should."
        ),
        (
            (N_("strong decoder"), STRONG_DIGITS),
            (N_("free nats"), {**STRONG_DIGITS, "free_bits": 0.5}),
            ("β = 0.3", {**STRONG_DIGITS, "beta": 0.3}),
        ),
        N_(
            "Both change the objective: the code is in use, and the bound pays for it. Measured after 2,500 steps: KL "
            "2.9, 4.5 and 13.0 nats; −ELBO of test pictures 17.8, 17.9 and 20.6."
        ),
    ),
    Card(
        "room",
        N_("How much room?"),
        N_(
            "Digits with codes of 1, 2, 8 and 16 numbers. Reconstructions get sharper; is the bound better, too? The "
            "KL of each dimension says which are in use."
        ),
        (
            ("1", {**DIGITS, "latent": 1}),
            ("2", DIGITS),
            ("8", {**DIGITS, "latent": 8}),
            ("16", {**DIGITS, "latent": 16}),
        ),
        N_(
            "Measured after 2,500 steps: −ELBO of test pictures 22.9, 21.0, 18.6 and 18.5 nats. From eight on more "
            "room hardly pays; what a dimension tells is worth what it costs, or it is left idle."
        ),
    ),
    Card(
        "iwae",
        N_("More codes in the bound"),
        N_(
            "K = 1, 5 or 20 codes for each piece of data. The bound gets tighter, so a model with complicated "
            "posteriors is punished less for the encoder's simple outlines."
        ),
        (("K = 1", {}), ("K = 5", {"samples": 5}), ("K = 20", {"samples": 20})),
        N_(
            "The encoder may then be wrong about most codes as long as one of them is right. Measured after 2,500 "
            "steps: the exact −log p(x) is 0.09, 0.015 and 0.007 nats above the entropy; the plain ELBO of the same "
            "models gets worse."
        ),
    ),
)
