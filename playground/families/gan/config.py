"""The settings of a GAN, on the plane or on pictures. No torch here: the server reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from playground.core.config import Config, Preset, setting
from playground.core.i18n import N_
from playground.data.settings import PLANE, Classic, OwnData, data_setting, own_setting

PARTS = MappingProxyType({"discriminator": N_("Discriminator only"), "generator": N_("Generator only")})
"""The half steps, with their titles."""

CRITICS = ("wgan", "wgan_gp")
"""Objectives whose discriminator gives a score without scale, no verdict between fake and real."""

PICTURES = ("digits",)
"""Data that are pictures: other networks play, and other things can be seen."""


def whole(value: object) -> object:
    """The number that a text may stand for: choices that are numbers come as text from a command line."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


class GanConfig(Config):
    """Two networks that play against each other."""

    parts: ClassVar[Mapping[str, str]] = PARTS
    suited: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"noise_dim": 32, "batch": 64}}

    data: Literal[Classic, "digits", "own"] = data_setting(
        "ring", N_("The distribution that the generator is to imitate.")
    )
    own: OwnData = own_setting()
    batch: int = setting(
        256,
        N_("Batch size"),
        N_("How many real and how many generated samples an update looks at."),
        group="data",
        low=8,
        high=2048,
        log=True,
    )

    noise_dim: Annotated[Literal[1, 2, 8, 32], BeforeValidator(whole)] = setting(
        2,
        N_("Noise dimensions"),
        N_(
            "The generator turns noise into samples. One dimension can only become a curve; "
            "eight and more cannot be drawn as a grid."
        ),
        options={1: "1D", 2: "2D", 8: "8D", 32: "32D"},
    )
    noise: Literal["gaussian", "uniform"] = setting(
        "gaussian",
        N_("Noise"),
        N_("What the noise is drawn from: a bell, or evenly from -1 to 1."),
        options={"gaussian": N_("Gaussian"), "uniform": N_("uniform")},
    )
    g_depth: int = setting(
        2, N_("Generator: hidden layers"), N_("How many hidden layers it has."), low=1, high=5, when={"data": PLANE}
    )
    g_width: int = setting(
        64,
        N_("Generator: width"),
        N_("How many units each hidden layer has."),
        low=2,
        high=256,
        log=True,
        when={"data": PLANE},
    )
    d_depth: int = setting(
        2, N_("Discriminator: hidden layers"), N_("How many hidden layers it has."), low=1, high=5, when={"data": PLANE}
    )
    d_width: int = setting(
        64,
        N_("Discriminator: width"),
        N_("How many units each hidden layer has."),
        low=2,
        high=256,
        log=True,
        when={"data": PLANE},
    )
    channels: int = setting(
        16,
        N_("Channels"),
        N_("How many features the networks look for at 4 × 4 pixels; twice as many at 2 × 2."),
        low=2,
        high=64,
        log=True,
        when={"data": PICTURES},
    )
    activation: Literal["relu", "leaky_relu", "elu", "silu", "tanh"] = setting(
        "leaky_relu",
        N_("Activation"),
        N_(
            "What bends the hidden layers. ReLU is quickest and makes flat pieces with creases; "
            "the others are smoother."
        ),
        options={"relu": "ReLU", "leaky_relu": "Leaky ReLU", "elu": "ELU", "silu": "SiLU", "tanh": "tanh"},
    )

    objective: Literal["non_saturating", "minimax", "least_squares", "hinge", "wgan", "wgan_gp"] = setting(
        "non_saturating",
        N_("Objective"),
        N_(
            "What the players play for. Minimax is the original game; its generator learns little while it "
            "loses clearly, which the non-saturating form repairs."
        ),
        group="objective",
        options={
            "non_saturating": N_("non-saturating"),
            "minimax": N_("minimax (original)"),
            "least_squares": N_("least squares"),
            "hinge": N_("hinge"),
            "wgan": N_("Wasserstein, clipped"),
            "wgan_gp": N_("Wasserstein, gradient penalty"),
        },
    )
    r1: float = setting(
        0.1,
        N_("R1 penalty"),
        N_(
            "Weight of the discriminator's squared slope at real samples. It calms the game near its end; "
            "0 switches it off."
        ),
        group="objective",
        live=True,
        low=0,
        high=100,
        log=True,
    )
    gp: float = setting(
        1.0,
        N_("Gradient penalty"),
        N_("Weight of the penalty that pulls the critic's slope between real and generated samples to 1."),
        group="objective",
        live=True,
        low=0,
        high=100,
        log=True,
        when={"objective": ("wgan_gp",)},
    )
    clip: float = setting(
        0.1,
        N_("Clipping"),
        N_("Every weight of the critic is cut to this size after each of its updates."),
        group="objective",
        live=True,
        low=0.001,
        high=1,
        log=True,
        when={"objective": ("wgan",)},
    )
    spectral_norm: bool = setting(
        False,
        N_("Spectral normalisation"),
        N_("Divides each of the discriminator's matrices by its largest stretch, which bounds its slope."),
        group="objective",
    )

    optimiser: Literal["adam", "sgd", "rmsprop"] = setting(
        "adam",
        N_("Optimiser"),
        N_("How a gradient becomes a change of the weights."),
        group="optimiser",
        options={"adam": "Adam", "sgd": "SGD", "rmsprop": "RMSprop"},
    )
    g_lr: float = setting(
        1e-3,
        N_("Generator: learning rate"),
        N_("How far one update of the generator goes."),
        group="optimiser",
        live=True,
        low=0,
        high=10,
        log=True,
    )
    d_lr: float = setting(
        1e-3,
        N_("Discriminator: learning rate"),
        N_("How far one update of the discriminator goes."),
        group="optimiser",
        live=True,
        low=0,
        high=10,
        log=True,
    )
    beta1: float = setting(
        0.5,
        N_("Momentum (β₁)"),
        N_(
            "How much of the last direction Adam keeps. Games often turn in circles, so less is better here "
            "than the usual 0.9."
        ),
        group="optimiser",
        low=0,
        high=0.99,
        when={"optimiser": ("adam",)},
    )
    g_steps: int = setting(
        1,
        N_("Generator: updates a step"),
        N_("How often the generator is updated in each step."),
        group="optimiser",
        live=True,
        low=1,
        high=10,
    )
    d_steps: int = setting(
        1,
        N_("Discriminator: updates a step"),
        N_("How often the discriminator is updated in each step."),
        group="optimiser",
        live=True,
        low=1,
        high=10,
    )
    ema: float = setting(
        0.999,
        N_("Averaged generator"),
        N_(
            "What is shown and judged is a running average of the generator's weights that keeps this much of "
            "its past in each step; 0 shows the generator itself."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )


PRESETS = {
    "default": Preset(
        N_("A calm game"), N_("The settings this playground starts with: they find every mode and stay there."), {}
    ),
    "gan_lab": Preset(
        N_("GAN Lab"),
        N_(
            "The settings of the well-known demo: tiny networks, plain gradient descent, two discriminator "
            "updates for one of the generator. R1 and averaging, which it lacks, keep the game from falling "
            "apart: set both to 0 to see it."
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
    ),
    "no_regulariser": Preset(
        N_("Without the penalty"),
        N_(
            "Narrow modes without R1 and without averaging: some modes are missed, the others blurred. "
            "With both they are all found."
        ),
        {"data": "8narrow", "r1": 0.0, "ema": 0.0},
    ),
    "mode_collapse": Preset(
        N_("Mode collapse"),
        N_(
            "A generator that moves too fast, with too much momentum: all its samples run together from "
            "one mode to the next, and the discriminator runs after them."
        ),
        {"data": "8gaussians", "r1": 0.0, "ema": 0.0, "beta1": 0.9, "g_lr": 5e-3},
    ),
    "strong_discriminator": Preset(
        N_("A discriminator too strong"),
        N_(
            "The original minimax game: the discriminator soon sees through everything, and what the "
            "generator is told fades to nothing."
        ),
        {"data": "8narrow", "objective": "minimax", "r1": 0.0, "ema": 0.0, "d_steps": 10, "d_lr": 5e-3, "g_lr": 1e-4},
    ),
    "oscillation": Preset(
        N_("Oscillation"),
        N_(
            "The original minimax game, with much momentum and nothing to calm it: the samples flee from where the "
            "discriminator has just learned to see them, and come back."
        ),
        {"data": "2gaussians", "objective": "minimax", "r1": 0.0, "ema": 0.0, "beta1": 0.9},
    ),
    "divergence": Preset(
        N_("Divergence"),
        N_(
            "A critic whose slope nothing holds, and plain gradient descent with long steps: each step makes the next "
            "one longer, until the numbers end."
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
    ),
    "thin_noise": Preset(
        N_("Too little noise"),
        N_(
            "One number of noise for data that fill an area: the generator folds a thread through two clouds and "
            "never fills them."
        ),
        {"data": "2gaussians", "noise_dim": 1, "noise": "uniform"},
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_(
            "Small pictures, and small convolutional networks like those of DCGAN. After a minute most of what is "
            "generated can be read; next to it stand the nearest training pictures."
        ),
        {"data": "digits", **GanConfig.suited["digits"]},
    ),
    "least_squares": Preset(
        N_("Least squares"),
        N_("The discriminator aims at 1 and 0 instead of giving chances: its slope does not fade far away."),
        {"objective": "least_squares"},
    ),
    "wgan_gp": Preset(
        N_("Wasserstein with gradient penalty"),
        N_("The critic measures a distance; its loss falls as the samples come closer."),
        {"objective": "wgan_gp", "r1": 0.0, "d_steps": 5, "beta1": 0.0},
    ),
    "one_dimension": Preset(
        N_("One-dimensional noise"),
        N_("A line of noise has to be bent into a ring: watch how it tangles and then finds its way round."),
        {"data": "ring", "noise_dim": 1, "noise": "uniform"},
    ),
}
