"""From the plan of a chain to its maps."""

import math
from collections.abc import Callable

from playground.data.dataset import dataset_of
from playground.training.networks import MADE, MLP, Zero

from .config import NormalizingFlowConfig, plan
from .maps.actnorm import ActNorm
from .maps.autoregressive import IAF, MAF
from .maps.batchnorm import BatchNorm
from .maps.continuous import Continuous, Velocity
from .maps.convolutional import ConvNet, ImageCoupling, Partly, channels, checkerboard
from .maps.coupling import Coupling
from .maps.linear import Convolution1x1, Exchange
from .maps.logit import Logit
from .maps.map import Map
from .maps.planar import Planar
from .maps.radial import Radial
from .maps.scaling import Scaling
from .maps.spline import Spline
from .maps.squeeze import Squeeze
from .maps.transforms import Additive, Affine, Transform

Shape = tuple[int, ...]
"""(dim,), or (channels, height, width) of images"""
Make = Callable[[NormalizingFlowConfig, Shape, int], Map]
"""(settings, shape of what passes through, number of the layer) -> map"""


def flips(config: NormalizingFlowConfig, k: int) -> bool:
    """Whether layer k moves the other half. In Glow the mixing between couplings takes care of that."""
    return config.alternate and k % 2 == 1 and config.flow != "glow"


def _coupling(transform: Callable[[NormalizingFlowConfig], Transform]) -> Make:
    def make(config: NormalizingFlowConfig, shape: Shape, k: int) -> Map:
        rule, half = transform(config), math.prod(shape) // 2
        net = MLP(half, half * rule.count, config.width, config.depth, config.activation, Zero)
        return Coupling(net, rule, flips(config, k))

    return make


def _image_coupling(mask: Callable, fixed: bool = False) -> Make:
    def make(config: NormalizingFlowConfig, shape: Shape, k: int) -> Map:
        rule = Affine()
        net = ConvNet(shape[0], shape[0] * rule.count, config.width, config.depth, config.activation)
        return ImageCoupling(shape, net, rule, mask(shape, flips(config, k) and not fixed))

    return make


def _autoregressive(kind: Callable[[MADE, Transform], Map]) -> Make:
    def make(config: NormalizingFlowConfig, shape: Shape, k: int) -> Map:
        dim, rule = math.prod(shape), Affine()
        rank = range(dim)[::-1] if flips(config, k) else range(dim)
        return kind(MADE(dim, rule.count, config.width, config.depth, config.activation, rank, Zero), rule)

    return make


FLOWS: dict[str, Make] = {
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
    "squeeze": lambda config, shape, k: Squeeze(shape),
    "logit": lambda config, shape, k: Logit(),
}
"""How each map of a plan is made."""

RESHAPES: dict[str, Callable[[Shape], Shape]] = {
    "squeeze": lambda shape: (shape[0] * 4, shape[1] // 2, shape[2] // 2),
    "split": lambda shape: (shape[0] // 2, *shape[1:]),
}
"""Maps on whose side of the noise the shape is another; a split leaves the first half of the channels."""


def maps(config: NormalizingFlowConfig) -> list[Map]:
    """The maps that the settings plan, from noise to data, one for each entry of `plan`."""
    chain, dim = plan(config), dimensions(config)
    images = any(name in RESHAPES for name, _ in chain)
    shape, found = (1, *dataset_of(config).shape) if images else (dim,), []
    for name, k in reversed(chain):
        link, size = FLOWS[name](config, shape, k), math.prod(shape)
        found.append(link if size == dim else Partly(link, size))
        shape = RESHAPES.get(name, lambda same: same)(shape)
    return found[::-1]


def dimensions(config: NormalizingFlowConfig) -> int:
    """How many numbers a point has."""
    return dataset_of(config).dim
