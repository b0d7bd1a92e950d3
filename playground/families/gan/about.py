"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Generative adversarial network"),
    short="GAN",
    config="GanConfig",
    experiment="GanExperiment",
    curves=("d_loss", "g_loss", "d_real", "d_fake", "g_grad", "penalty"),
    idea=N_(
        "A generator makes samples, a discriminator tells them from real ones, and each learns from the other. Train "
        "them together, or one at a time."
    ),
    leaf=Leaf(
        "samples",
        0,
        how=N_("A discriminator tells real from generated samples; the generator follows its gradient."),
        sampling=N_("one call"),
        density=N_("none"),
        code=N_("the noise; no map back to it"),
    ),
    arena=(
        Entry(
            "gan",
            0,
            N_("GAN"),
            how=N_("Noise passes through the generator once; the discriminator is used only in training."),
            density=N_("none"),
            latent=N_("the noise, but there is no map from a sample back to it"),
        ),
    ),
)
