"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Autoregressive models"),
    short=N_("Autoregressive"),
    config="AutoregressiveConfig",
    experiment="AutoregressiveExperiment",
    curves=("train_nll", "valid_nll", "test_nll"),
    idea=N_(
        "It samples one pixel after another, each given those before it. Draw the upper half of a picture and let the "
        "model complete it; break a mask and see the leak."
    ),
    leaf=Leaf(
        "likelihood",
        1,
        how=N_("One number after another, each given those before it."),
        sampling=N_("a call for each number"),
        density=N_("exact"),
        code=N_("none"),
    ),
    arena=(
        Entry(
            "autoregressive",
            6,
            N_("Autoregressive, in cells"),
            how=N_("It draws the column first, then the row given the column: one call each."),
            density=N_("exact"),
            latent=N_("none, only the random numbers that choose the cells"),
            settings={"batch": 256},
        ),
    ),
    recording="digits-made",
)
