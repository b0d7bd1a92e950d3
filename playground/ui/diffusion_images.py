"""Hints and cards of the diffusion page for images."""

from playground.core.i18n import N_
from playground.families.diffusion.config import RECTIFIED_FLOW
from playground.families.diffusion.presets import DIGITS

from .cards import Card
from .lesson import Hint

WITH_CLASSES = {name: value for name, value in DIGITS.items() if name != "data"}
FLOW = {**WITH_CLASSES, **RECTIFIED_FLOW}
"""Settings of the shipped weights: sampling may be changed without new training."""

HINTS = (
    Hint(
        N_("When is it a digit?"),
        N_(
            "Play the trajectory, then switch on the network's predictions: early predictions already show which "
            "digit it will be; details come last."
        ),
        WITH_CLASSES,
    ),
    Hint(
        N_("Choose a digit."),
        N_("Choose a class to sample in the sidebar: the same network, no new training."),
        {**WITH_CLASSES, "wanted": "8"},
    ),
    Hint(
        N_("Raise the guidance."),
        N_("With guidance the digits become clearer and more alike. Too much of it distorts them."),
        {**WITH_CLASSES, "wanted": "8", "guidance": 6.0},
    ),
    Hint(
        N_("Straight lines."),
        N_("The same U-Net, trained as a rectified flow: pin one run and open the other to compare them."),
        {**FLOW, "steps": 20},
    ),
    Hint(
        N_("Has it memorised?"),
        N_(
            "Open “Memorised?” in the diagram: each sample beside the nearest training image. Under “Samplers "
            "compared” below, a network that really memorised can be sampled instead."
        ),
    ),
)

CARDS = (
    Card(
        "few",
        N_("Fewer steps, one network"),
        N_("DDIM with 2, 5, 10 and 50 calls of the same network."),
        tuple((f"{n}", {**WITH_CLASSES, "steps": n}) for n in (2, 5, 10, 50)),
        N_(
            "With few calls each step is large, and the best single prediction is a mean of many images: grey strokes. "
            "“Calls against quality” above measures this."
        ),
    ),
    Card(
        "noise",
        N_("Fresh noise"),
        N_("Ten steps each: DDIM without fresh noise, DDPM, and DDPM with the larger variance."),
        (
            ("DDIM", {**WITH_CLASSES, "steps": 10}),
            ("DDPM", {**WITH_CLASSES, "steps": 10, "sampler": "ddpm"}),
            (N_("larger"), {**WITH_CLASSES, "steps": 10, "sampler": "ddpm_large"}),
        ),
        N_(
            "After such large steps the larger variance leaves noise in the images, and the smaller one makes them too "
            "much alike. DDIM comes closest to the data here."
        ),
    ),
    Card(
        "kinds",
        N_("Guidance: 0, 1, 3, 8"),
        N_("The same noise, sampled as a three: unconditional, conditional, exaggerated."),
        tuple((f"{w}", {**WITH_CLASSES, "steps": 20, "wanted": "3", "guidance": float(w)}) for w in (0, 1, 3, 8)),
        N_(
            "Guidance exaggerates the effect of the class. The common features of all threes become stronger, their "
            "differences are lost."
        ),
    ),
    Card(
        "paths",
        N_("The same noise, other paths"),
        N_("Digits by DDPM's network and by a rectified flow, from the same noise, in ten calls."),
        (("DDIM", {**WITH_CLASSES, "steps": 10}), (N_("rectified flow"), {**FLOW, "steps": 10})),
        N_(
            "Both have learned the same data, but call the network at different times. Few steps follow straight paths "
            "well. Under “Samplers compared” above one network runs on both paths."
        ),
    ),
)
