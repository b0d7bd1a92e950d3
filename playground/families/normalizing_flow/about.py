"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Normalizing flow"),
    short=N_("Flows"),
    config="NormalizingFlowConfig",
    experiment="NormalizingFlowExperiment",
    idea=N_(
        "A chain of invertible layers folds noise into data, and back. Travel through the layers, and see the exact "
        "density of everything."
    ),
    leaf=Leaf(
        "likelihood",
        0,
        how=N_("Invertible steps fold noise into data; the log-determinants of their Jacobians give the density."),
        sampling=N_("one call"),
        density=N_("exact"),
        code=N_("the very noise"),
    ),
    arena=(
        Entry(
            "realnvp",
            2,
            "RealNVP",
            how=N_("Noise passes once through a chain of affine couplings; every step can be undone."),
            density=N_("exact"),
            latent=N_("the very noise a point comes from"),
            settings={"flow": "realnvp"},
        ),
        Entry(
            "spline",
            3,
            N_("Neural spline flow"),
            how=N_("The same with few layers, each of which bends by splines."),
            density=N_("exact"),
            latent=N_("the very noise a point comes from"),
            settings={"flow": "nsf", "layers": 4},
        ),
    ),
    recording="moons-nsf",
)
