"""What one training step of these settings takes. No torch: the server reads it before anything runs."""

from playground.data.dataset import dataset_of
from playground.training.products import learning

from .config import AutoregressiveConfig

FIRST_KERNEL, KERNEL = 25, 9
"""Pixels of PixelCNN's first masked convolution, and of the others."""


def step_work(config: AutoregressiveConfig) -> float:
    """Multiply-adds of one step. NADE's sums are no products of matrices, but count as if they were."""
    n = config.batch
    if config.domain == "plane":
        return learning(n, [config.bins, *[config.units] * config.layers, config.bins], inputs=False)
    dim, c = dataset_of(config).dim, config.channels
    if config.model == "fvsbn":
        return learning(n, [dim, dim], inputs=False)
    if config.model == "nade":
        return 3 * n * dim * config.width
    if config.model == "made":
        direct = learning(n, [dim, dim], inputs=False) if config.direct else 0
        return learning(n, [dim, *[config.width] * config.depth, dim], inputs=False) + direct
    if config.model == "pixelcnn":
        blocks = config.blocks * learning(n * dim, [KERNEL * c, c])
        return learning(n * dim, [FIRST_KERNEL, c], inputs=False) + blocks + learning(n * dim, [c, c, 1])
    block = learning(n * dim, [c, 3 * c]) + learning(n * dim, [c, c]) + learning(n * dim, [c, 4 * c, c])
    scores = 6 * n * dim * dim * c  # the weights are kept, not computed anew
    return learning(n * dim, [1, c], inputs=False) + config.blocks * (block + scores)


def step_numbers(config: AutoregressiveConfig) -> float:
    """About how many numbers a step holds at a time."""
    n = config.batch
    if config.domain == "plane":
        return n * (8 * config.bins + 3 * config.units * config.layers)
    dim, c = dataset_of(config).dim, config.channels
    if config.model in ("fvsbn", "made"):
        hidden = config.width * config.depth if config.model == "made" else 0
        masked = 2 * (dim + config.width) ** 2 if config.model == "made" else dim * dim
        return n * (6 * dim + 3 * hidden) + masked
    if config.model == "nade":
        return 25 * n * dim * config.width  # cumulated sums are slow, and go there and back
    if config.model == "pixelcnn":
        return n * dim * (FIRST_KERNEL + config.blocks * (4 * KERNEL + 4) * c + 6 * c)
    return n * dim * config.blocks * (24 * c + 4 * config.heads * dim) + 6 * n * dim * c


def step_operations(config: AutoregressiveConfig) -> float:
    """About how many operations on tensors a step consists of."""
    if config.domain == "plane":
        return 100 + 12 * config.layers
    each = {"fvsbn": 0, "nade": 30, "made": 14 * config.depth, "pixelcnn": 22 * config.blocks}
    return 90 + each.get(config.model, 90 * config.blocks)
