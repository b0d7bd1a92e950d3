"""What this family says about itself: see `playground.core.about`."""

from playground.core.about import About, Entry, Leaf
from playground.core.i18n import N_

ABOUT = About(
    title=N_("Normalizing flow"),
    short=N_("Flows"),
    config="NormalizingFlowConfig",
    experiment="NormalizingFlowExperiment",
    curves=("bits", "train_bits", "valid_bits", "test_bits", "invertibility", "outside_hdr"),
    idea=N_(
        "A chain of invertible layers maps noise to data and back. Follow points through the layers, and "
        "see the model's exact density."
    ),
    leaf=Leaf(
        "likelihood",
        0,
        how=N_("Invertible layers map noise to data; the log-determinants of their Jacobians give the density."),
        sampling=N_("one call"),
        density=N_("exact"),
        code=N_("the noise itself"),
    ),
    arena=(
        Entry(
            "realnvp",
            2,
            "RealNVP",
            how=N_("Noise passes once through a chain of invertible affine couplings."),
            density=N_("exact"),
            latent=N_("the noise of each point, exactly"),
            settings={"flow": "realnvp"},
        ),
        Entry(
            "spline",
            3,
            N_("Neural spline flow"),
            how=N_("The same with fewer layers, whose couplings are splines."),
            density=N_("exact"),
            latent=N_("the noise of each point, exactly"),
            settings={"flow": "nsf", "layers": 4},
        ),
    ),
    recording="moons-nsf",
)
