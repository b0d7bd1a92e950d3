"""Builds the maps of a chain from its plan."""

import math
from collections.abc import Callable

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.training.networks import MADE, MLP, Zero

from .config import NormalizingFlowConfig
from .maps.actnorm import ActNorm
from .maps.autoregressive import IAF, MAF
from .maps.batchnorm import BatchNorm
from .maps.bijection import Bijection
from .maps.continuous import Continuous, Velocity
from .maps.convolutional import ConvNet, ImageCoupling, OnPart, channels, checkerboard
from .maps.coupling import Coupling
from .maps.linear import Convolution1x1, Exchange
from .maps.logit import Logit
from .maps.monotone import Additive, Affine, MonotoneTransform
from .maps.planar import Planar
from .maps.radial import Radial
from .maps.scaling import Scaling
from .maps.spline import Spline
from .maps.squeeze import Squeeze
from .plan import plan

Shape = tuple[int, ...]
"""(dim,), or (channels, height, width) of images"""
Build = Callable[[NormalizingFlowConfig, Shape, int], Bijection]
"""(settings, shape of the points there, number of the layer) -> map"""


def flips(config: NormalizingFlowConfig, k: int) -> bool:
    """Whether layer k transforms the other half. In Glow the mixing between couplings does this instead."""
    return config.alternate and k % 2 == 1 and config.flow != "glow"


def _coupling(transform_of: Callable[[NormalizingFlowConfig], MonotoneTransform]) -> Build:
    def build(config: NormalizingFlowConfig, shape: Shape, k: int) -> Bijection:
        transform, half = transform_of(config), math.prod(shape) // 2
        net = MLP(half, half * transform.count, config.width, config.depth, config.activation, Zero)
        return Coupling(net, transform, flips(config, k))

    return build


def _image_coupling(mask: Callable, fixed: bool = False) -> Build:
    def build(config: NormalizingFlowConfig, shape: Shape, k: int) -> Bijection:
        transform, (channel_count, height, width) = Affine(), shape
        net = ConvNet(channel_count, channel_count * transform.count, config.width, config.depth, config.activation)
        image = (channel_count, height, width)
        return ImageCoupling(image, net, transform, mask(image, flips(config, k) and not fixed))

    return build


def _autoregressive(kind: Callable[[MADE, MonotoneTransform], Bijection]) -> Build:
    def build(config: NormalizingFlowConfig, shape: Shape, k: int) -> Bijection:
        dim, transform = math.prod(shape), Affine()
        rank = range(dim)[::-1] if flips(config, k) else range(dim)
        even = config.degrees == "even"
        made = MADE(dim, transform.count, config.width, config.depth, config.activation, rank, Zero, even)
        return kind(made, transform)

    return build


BIJECTIONS: dict[str, Build] = {
    "planar": lambda config, shape, k: Planar(math.prod(shape)),
    "radial": lambda config, shape, k: Radial(math.prod(shape)),
    "additive": _coupling(lambda config: Additive()),
    "affine": _coupling(lambda config: Affine()),
    "spline": _coupling(lambda config: Spline(config.bins, config.tail)),
    "maf": _autoregressive(MAF),
    "iaf": _autoregressive(IAF),
    "ode": lambda config, shape, k: Continuous(
        Velocity(math.prod(shape), config.width, config.depth, Zero), config.solver, config.ode_steps
    ),
    "scaling": lambda config, shape, k: Scaling(math.prod(shape)),
    "actnorm": lambda config, shape, k: ActNorm(shape[0], math.prod(shape[1:])),
    "batchnorm": lambda config, shape, k: BatchNorm(math.prod(shape)),
    "conv1x1": lambda config, shape, k: Convolution1x1(shape[0], k, math.prod(shape[1:])),
    "fixed": lambda config, shape, k: Exchange(),
    "checkerboard": _image_coupling(checkerboard),
    "channels": _image_coupling(channels),
    "split": _image_coupling(channels, fixed=True),
    "squeeze": lambda config, shape, k: Squeeze((shape[0], shape[1], shape[2])),
    "logit": lambda config, shape, k: Logit(),
}
"""How each map of a plan is built, by its name there."""

SLOW_FLOWS = ("iaf", "ffjord")
"""Flows that would need a pass for each of the 64 pixels in every step."""
RESHAPES: dict[str, Callable[[Shape], Shape]] = {
    "squeeze": lambda shape: (shape[0] * 4, shape[1] // 2, shape[2] // 2),
    "split": lambda shape: (shape[0] // 2, *shape[1:]),
}
"""Maps that change the shape on their noise side; a split leaves the first half of the channels."""


def build_bijections(config: NormalizingFlowConfig) -> list[Bijection]:
    """The maps that the settings plan, from noise to data, one for each entry of `plan`; `UserError` where a flow is
    too slow for images."""
    if config.domain == "images" and config.flow in SLOW_FLOWS:
        raise UserError(
            N_(
                "On images of 64 numbers a step of this flow would take too long; choose NICE, RealNVP, Glow, "
                "MAF, a neural spline, or planar layers."
            )
        )
    chain, dim = plan(config), dimensions(config)
    images = any(name in RESHAPES for name, _ in chain)
    shape, found = (1, *dataset_of(config).shape) if images else (dim,), []
    for name, k in reversed(chain):
        bijection, size = BIJECTIONS[name](config, shape, k), math.prod(shape)
        found.append(bijection if size == dim else OnPart(bijection, size))
        shape = RESHAPES.get(name, lambda same: same)(shape)
    return found[::-1]


def dimensions(config: NormalizingFlowConfig) -> int:
    """Dimensions of a point."""
    return dataset_of(config).dim
