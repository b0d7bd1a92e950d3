"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Variational autoencoder"),
    short="VAE",
    config="VaeConfig",
    experiment="VaeExperiment",
    idea=N_(
        "An encoder gives every picture a place on a map, a decoder makes a picture of every place. Drag a point, "
        "walk between two digits, draw one yourself, and see what it costs in nats."
    ),
    leaf=Leaf(
        "bound",
        0,
        how=N_("An encoder guesses the code of each point; one step there, one step back."),
        sampling=N_("one call"),
        density=N_("a lower bound"),
        code=N_("yes, with its uncertainty"),
    ),
    arena=(
        Entry(
            "vae",
            1,
            "VAE",
            how=N_("A code from the prior passes through the decoder once, and noise is added."),
            density=N_("a lower bound; with a code of two numbers exact, by quadrature"),
            latent=N_("a code for every point, with its uncertainty"),
            settings={"latent": 2},
        ),
    ),
    recording="moons",
)
