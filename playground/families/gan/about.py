"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Generative adversarial network"),
    short="GAN",
    config="GanConfig",
    experiment="GanExperiment",
    idea=N_(
        "Two networks play against each other: one forges samples, the other judges them. Watch the forger learn, "
        "half a step at a time if you like."
    ),
    leaf=Leaf(
        "samples",
        0,
        how=N_("A critic tells real from generated; the generator learns from its judgement."),
        sampling=N_("one call"),
        density=N_("none"),
        code=N_("noise in, no way back"),
    ),
    arena=(
        Entry(
            "gan",
            0,
            N_("GAN"),
            how=N_("Noise passes through the generator once. The critic that taught it is thrown away at the end."),
            density=N_("none"),
            latent=N_("noise in, but no way back from a sample to its noise"),
        ),
    ),
)
