"""The family's entry in the list of families: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Variational autoencoder"),
    short="VAE",
    config="VaeConfig",
    experiment="VaeExperiment",
    curves=(
        "bound",
        "reconstruction",
        "kl",
        "active",
        "weight",
        "elbo",
        "train_elbo",
        "valid_elbo",
        "iwae50",
        "iwae1000",
    ),
    idea=N_(
        "An encoder maps each picture to a point of a latent space; a decoder maps each point to a picture. Drag a "
        "point, interpolate between two digits, or draw a digit and see its bound in nats."
    ),
    leaf=Leaf(
        "bound",
        0,
        how=N_("An encoder maps each point to a latent code, a decoder maps it back."),
        sampling=N_("one call"),
        density=N_("a lower bound"),
        code=N_("yes, with its uncertainty"),
    ),
    arena=(
        Entry(
            "vae",
            1,
            "VAE",
            how=N_("Draw a code from the prior, decode it once, add noise."),
            density=N_("a lower bound; exact by quadrature with a two-dimensional code"),
            latent=N_("a code for each point, with its uncertainty"),
            settings={"latent": 2},
        ),
    ),
    recording="moons",
)
