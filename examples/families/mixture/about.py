"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Mixture of Gaussians"),
    short=N_("Mixture"),
    config="MixtureConfig",
    experiment="MixtureExperiment",
    idea=N_("Round clouds share the data among themselves. Watch them find the modes, or get stuck between two."),
    leaf=Leaf(
        "likelihood",
        9,
        how=N_("It adds up the densities of a few clouds."),
        sampling=N_("no call"),
        density=N_("exact"),
        code=N_("the cloud that a point comes from"),
    ),
)
