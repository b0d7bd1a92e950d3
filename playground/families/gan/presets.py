"""Settings of a GAN worth a click: good ones, and each failure that `diagnosis` finds."""

from playground.core.i18n import N_
from playground.core.preset import Preset

from .config import GanConfig

PRESETS = {
    "default": Preset(
        N_("Stable training"),
        N_("The default settings of this playground: they find every mode and keep it."),
        {},
        "works",
    ),
    "gan_lab": Preset(
        N_("GAN Lab"),
        N_(
            "The settings of the well-known demo: tiny networks, plain gradient descent, two discriminator updates "
            "per generator update. The R1 penalty and the averaged generator are added, as the demo is unstable "
            "without them: set both to 0 to see it."
        ),
        {
            "noise_dim": 2,
            "noise": "gaussian",
            "g_depth": 2,
            "g_width": 8,
            "d_depth": 2,
            "d_width": 8,
            "activation": "relu",
            "batch": 150,
            "objective": "non_saturating",
            "r1": 0.3,
            "optimiser": "sgd",
            "g_lr": 0.1,
            "d_lr": 0.1,
            "g_steps": 1,
            "d_steps": 2,
            "ema": 0.99,
        },
        "works",
    ),
    "no_regulariser": Preset(
        N_("No regularisation"),
        N_(
            "Narrow modes without R1 penalty and without averaging: some modes are missed, others are blurred. With "
            "both, all modes are found."
        ),
        {"data": "8narrow", "r1": 0.0, "ema": 0.0},
        "fails",
    ),
    "mode_collapse": Preset(
        N_("Mode collapse"),
        N_(
            "The generator's learning rate and momentum are too high: all samples move together from one mode to the "
            "next, and the discriminator follows."
        ),
        {"data": "8gaussians", "r1": 0.0, "ema": 0.0, "beta1": 0.9, "g_lr": 5e-3},
        "fails",
    ),
    "strong_discriminator": Preset(
        N_("Discriminator too strong"),
        N_(
            "The original minimax game: the discriminator soon detects every generated sample, and the generator's "
            "gradient vanishes."
        ),
        {"data": "8narrow", "objective": "minimax", "r1": 0.0, "ema": 0.0, "d_steps": 10, "d_lr": 5e-3, "g_lr": 1e-4},
        "fails",
    ),
    "oscillation": Preset(
        N_("Oscillation"),
        N_(
            "The original minimax game with high momentum and no regularisation: the samples leave the region where "
            "the discriminator has just learned to detect them, and later return."
        ),
        {"data": "2gaussians", "objective": "minimax", "r1": 0.0, "ema": 0.0, "beta1": 0.9},
        "fails",
    ),
    "divergence": Preset(
        N_("Divergence"),
        N_(
            "A critic without a bound on its slope, and gradient descent with a high learning rate: each step makes "
            "the next one larger, until the numbers overflow."
        ),
        {
            "data": "ring",
            "objective": "wgan_gp",
            "gp": 0.0,
            "r1": 0.0,
            "ema": 0.0,
            "optimiser": "sgd",
            "g_lr": 0.05,
            "d_lr": 0.05,
        },
        "fails",
    ),
    "thin_noise": Preset(
        N_("Too few noise dimensions"),
        N_(
            "One-dimensional noise for two-dimensional data: the generator folds a curve through two clusters and "
            "never fills them."
        ),
        {"data": "2gaussians", "noise_dim": 1, "noise": "uniform"},
        "fails",
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_(
            "Small images, and small convolutional networks like those of DCGAN. Soon most generated "
            "digits are legible; the diagram compares them with the nearest training images."
        ),
        {"data": "digits", **GanConfig.data_defaults["digits"]},
        "works",
    ),
    "least_squares": Preset(
        N_("Least squares"),
        N_(
            "The discriminator is fitted to the labels 1 and 0 by least squares: its gradient does not vanish far "
            "from the boundary."
        ),
        {"objective": "least_squares"},
    ),
    "wgan_gp": Preset(
        N_("Wasserstein with gradient penalty"),
        N_(
            "The critic's loss is minus its estimate of a distance: it rises to 0 as the samples approach the data. "
            "(The figures of the paper show the estimate itself, which falls.)"
        ),
        {"objective": "wgan_gp", "r1": 0.0, "d_steps": 5, "beta1": 0.0},
    ),
    "one_dimension": Preset(
        N_("One-dimensional noise"),
        N_("The generator has to bend a line of noise into a ring: it tangles first, then closes around the ring."),
        {"data": "ring", "noise_dim": 1, "noise": "uniform"},
    ),
}
DIVERGING = {"optimiser": "sgd", "g_lr": 10.0, "d_lr": 10.0, "r1": 100.0, "activation": "elu"}
"""Settings with which training soon diverges."""
