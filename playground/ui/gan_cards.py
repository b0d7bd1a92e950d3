"""Hints and failures of the lesson on GANs."""

from playground.core.i18n import N_

from .lesson import Hint

HINTS = (
    Hint(
        N_("The background becomes uniform."),
        N_(
            "At first the discriminator separates blue from orange by large regions. When it can no longer tell them "
            "apart, the background fades, and its loss stays at 2 log 2 (the thin line in the chart)."
        ),
        {"data": "ring"},
    ),
    Hint(
        N_("Modes come and go."),
        N_(
            "Without R1 penalty and averaging, the samples follow the arrows from mode to mode. Watch “Modes covered” "
            "rise and fall."
        ),
        {"data": "8gaussians", "r1": 0.0, "ema": 0.0},
    ),
    Hint(
        N_("A discriminator that is too good teaches nothing."),
        N_(
            "In the original game, with five discriminator updates per generator update, the outputs go to 0 and 1, "
            "the arrows shrink and the samples stop."
        ),
        {"data": "8gaussians", "objective": "minimax", "r1": 0.0, "ema": 0.0, "d_steps": 5, "d_lr": 2e-3, "g_lr": 2e-4},
    ),
    Hint(
        N_("One-dimensional noise gives a curve."),
        N_(
            "Switch on the layer “Generator's manifold”: a curve can follow the moons, but it must cross the gap "
            "between them somewhere."
        ),
        {"data": "moons", "noise_dim": 1, "noise": "uniform"},
    ),
    Hint(
        N_("Has it only memorised?"),
        N_(
            "Small images: choose “Memorised?” in the diagram to see the nearest training image beside each generated "
            "one. Move through the noise to see the images between two others."
        ),
        {"data": "digits", "noise_dim": 32, "batch": 64},
    ),
    Hint(
        N_("Update one network at a time."),
        N_(
            "Pause, then update only one network: the discriminator changes the background, the generator moves its "
            "samples along the arrows."
        ),
    ),
)

FAILURES = {
    "collapse": "mode_collapse",
    "vanishing": "strong_discriminator",
    "oscillation": "oscillation",
    "divergence": "divergence",
    "thin_noise": "thin_noise",
}
"""Finding of the diagnosis -> the preset that shows it."""
