"""The settings of a GAN, on the plane or on images. No torch here: the server reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, PlaneOrImages, data_setting
from playground.training.settings import (
    Activation,
    OptimiserName,
    activation_setting,
    batch_setting,
    ema_setting,
    int_from_text,
    lr_setting,
    optimiser_setting,
)

PARTS = MappingProxyType({"discriminator": N_("Discriminator only"), "generator": N_("Generator only")})
"""The half steps, with their titles."""

PROBABILISTIC = ("minimax", "non_saturating")
"""Objectives whose discriminator outputs a probability, from 0 to 1."""
CRITICS = ("wgan", "wgan_gp")
"""Objectives whose discriminator is a critic: its score has no scale and no threshold between fake and real."""


class GanConfig(DataConfig):
    """Two networks that play against each other."""

    parts: ClassVar[Mapping[str, str]] = PARTS
    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"noise_dim": 32, "batch": 64}}

    data: PlaneOrImages = data_setting("ring", N_("The distribution that the generator learns to imitate."))
    batch: int = batch_setting(256, N_("Number of real samples, and of generated samples, in each update."))

    noise_dim: Annotated[Literal[1, 2, 8, 32], BeforeValidator(int_from_text)] = setting(
        2,
        N_("Noise dimensions"),
        N_(
            "How many random numbers the generator gets for each sample. With one, its samples lie on a curve; "
            "from eight on, they cannot be drawn as a grid."
        ),
        options={1: "1D", 2: "2D", 8: "8D", 32: "32D"},
        key=True,
    )
    noise: Literal["gaussian", "uniform"] = setting(
        "gaussian",
        N_("Noise"),
        N_("Distribution of the noise: standard normal, or uniform from -1 to 1."),
        options={"gaussian": N_("Gaussian"), "uniform": N_("uniform")},
    )
    g_depth: int = setting(
        2,
        N_("Generator: hidden layers"),
        N_("Number of hidden layers of the generator."),
        low=1,
        high=5,
        when={"domain": ("plane",)},
    )
    g_width: int = setting(
        64,
        N_("Generator: width"),
        N_("Units in each hidden layer of the generator."),
        low=2,
        high=256,
        log=True,
        when={"domain": ("plane",)},
    )
    d_depth: int = setting(
        2,
        N_("Discriminator: hidden layers"),
        N_("Number of hidden layers of the discriminator."),
        low=1,
        high=5,
        when={"domain": ("plane",)},
    )
    d_width: int = setting(
        64,
        N_("Discriminator: width"),
        N_("Units in each hidden layer of the discriminator."),
        low=2,
        high=256,
        log=True,
        when={"domain": ("plane",)},
    )
    channels: int = setting(
        16,
        N_("Channels"),
        N_("Number of feature maps at 4 × 4 pixels; at 2 × 2 there are twice as many."),
        low=2,
        high=64,
        log=True,
        when={"domain": ("images",)},
    )
    activation: Activation = activation_setting("leaky_relu")

    objective: Literal["non_saturating", "minimax", "least_squares", "hinge", "wgan", "wgan_gp"] = setting(
        "non_saturating",
        N_("Objective"),
        N_(
            "The losses of the two networks. In the original minimax game the generator learns slowly while the "
            "discriminator wins; the non-saturating loss avoids this."
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
        key=True,
    )
    r1: float = setting(
        0.1,
        N_("R1 penalty"),
        N_(
            "The penalty is half this number (γ/2) times the discriminator's mean squared gradient norm at real "
            "samples. It stabilises training near the equilibrium; 0 switches it off."
        ),
        group="objective",
        live=True,
        low=0,
        high=100,
        log=True,
        key=True,
    )
    gp: float = setting(
        1.0,
        N_("Gradient penalty"),
        N_("Weight of the penalty that pulls the critic's gradient norm to 1 between real and generated samples."),
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
        N_("After each update, the critic's weights are clipped to the range from minus to plus this value."),
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
        N_("Divides each weight matrix of the discriminator by its largest singular value, which bounds its slope."),
        group="objective",
    )

    optimiser: OptimiserName = optimiser_setting()
    g_lr: float = lr_setting(
        1e-3, N_("Generator: learning rate"), N_("Step size of the generator's updates."), key=True
    )
    d_lr: float = lr_setting(1e-3, N_("Discriminator: learning rate"), N_("Step size of the discriminator's updates."))
    beta1: float = setting(
        0.5,
        N_("Momentum (β₁)"),
        N_(
            "How much of the previous direction Adam keeps. Adversarial training tends to rotate, so less than the "
            "usual 0.9 works better."
        ),
        group="optimiser",
        low=0,
        high=0.99,
        when={"optimiser": ("adam",)},
    )
    g_steps: int = setting(
        1,
        N_("Generator: updates per step"),
        N_("Number of generator updates in each training step."),
        group="optimiser",
        live=True,
        low=1,
        high=10,
    )
    d_steps: int = setting(
        1,
        N_("Discriminator: updates per step"),
        N_("Number of discriminator updates in each training step."),
        group="optimiser",
        live=True,
        low=1,
        high=10,
        key=True,
    )
    ema: float = ema_setting(0.999, N_("Averaged generator"))
