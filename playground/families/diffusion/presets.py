"""Settings worth a click."""

from playground.core.i18n import N_
from playground.core.preset import Preset

from .config import RECTIFIED_FLOW, DiffusionConfig

DIGITS = {"data": "digits", "classes": True, **DiffusionConfig.data_defaults["digits"]}

PRESETS = {
    "default": Preset(
        N_("Noise, step by step"), N_("DDPM's chain of a thousand steps, sampled in fifty steps by DDIM."), {}, "works"
    ),
    "rectified_flow": Preset(
        N_("Rectified flow"),
        N_("Straight lines from noise to data, and the velocity along them, followed in ten steps of Euler's method."),
        RECTIFIED_FLOW,
        "works",
    ),
    "ot_flow": Preset(
        N_("Rectified flow, optimal transport"),
        N_(
            "Optimal transport pairs noise and data in each batch, so that lines hardly cross: paths are straighter "
            "from the start."
        ),
        {**RECTIFIED_FLOW, "coupling": "optimal", "steps": 5},
    ),
    "reflow": Preset(
        N_("Reflow twice"),
        N_(
            "A rectified flow that is trained twice more, on pairs that it generated itself. Its paths become straight."
        ),
        {**RECTIFIED_FLOW, "rounds": 2, "lr": 5e-3},
    ),
    "distilled": Preset(
        N_("Distilled to one step"),
        N_("Two rounds of reflow, then a last round that learns only the single step from noise to data."),
        {**RECTIFIED_FLOW, "steps": 1, "rounds": 2, "distil": True, "lr": 5e-3},
        "works",
    ),
    "score_sde": Preset(
        N_("Score SDE"),
        N_("The variance-preserving SDE, solved backwards: each path is rough, yet the samples follow the data."),
        {"process": "vp", "sampler": "euler_maruyama", "steps": 200},
    ),
    "exploding": Preset(
        N_("Exploding variance"),
        N_("Only noise is added, as heat spreads. Sampling goes back, with a correction before each step."),
        {"process": "ve", "sampler": "predictor_corrector", "steps": 200},
    ),
    "few_steps": Preset(
        N_("Ten steps"),
        N_("A second-order solver with ten network calls, and a schedule that keeps the data visible for longer."),
        {"schedule": "cosine", "objective": "v", "sampler": "dpm_solver", "steps": 10},
        "works",
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_("A small U-Net on images of 8 × 8 pixels. It knows the digit of each image, so each digit can be sampled."),
        DIGITS,
        "works",
    ),
    "digits_flow": Preset(
        N_("Handwritten digits, rectified flow"),
        N_("The same network and images, along straight lines from noise to image."),
        {**DIGITS, **RECTIFIED_FLOW, "steps": 20},
        "works",
    ),
    "guided": Preset(
        N_("Guided to one class"),
        N_(
            "Eight Gaussians as classes, and strong guidance to one of them: samples gather where no other class is "
            "likely."
        ),
        {"classes": True, "wanted": "1", "guidance": 3.0},
    ),
    "too_few_steps": Preset(
        N_("Too few steps"),
        N_("Four steps of DDIM, too few to follow the curved paths, however well the network has learned."),
        {"steps": 4},
        "fails",
    ),
}
DIVERGING = {"lr": 1.0, "depth": 6, "width": 256, "batch": 8}
"""Settings with which training soon diverges."""
