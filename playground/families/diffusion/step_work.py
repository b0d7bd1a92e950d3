"""What one training step, and one picture, of these settings takes. No torch: the server reads it before anything
runs."""

import math

from playground.core.step_size import StepSize
from playground.data.dataset import dataset_of
from playground.training.products import forward, learning

from .catalogue import CATALOGUE
from .conditioning import class_count, passes_per_call
from .config import DiffusionConfig

TIME_FEATURES = 32
WIDTH_PER_CHANNEL, GROUPS = 4, 8
PAIR_ROWS, PAIR_PASSES = 1024, 50
"""With reflow, some steps first compute so many pairs, in so many passes through the network."""
PLANE_CALLS, IMAGE_CALLS, ADAPTIVE_CALLS = 50, 10, 120
"""Network calls of a sampler for a picture at most, where it takes a given number of steps; and about how many it takes
where it chooses them itself."""
CALL_OPERATIONS = 5_000
"""What a pass of a few images through the U-Net takes at least, in operations on small tensors."""
SHOWN_POINTS, SHOWN_IMAGES = 300, 50
JUDGED_POINTS, JUDGED_IMAGES = 5_000, 178
"""Rows that go through the network besides the samples: arrows at each keyframe, the loss at a few noise levels."""
PAIRING = 400.0
"""Multiply-adds that pairing a batch of n by the shortest paths is worth, times n^2 log2(n)."""


def step_work(config: DiffusionConfig) -> float:
    """Multiply-adds of the dearest step: the network with its gradients; with reflow also the pairs of a block, with
    the optimal coupling also the pairing, in multiply-adds that take as long."""
    n = config.batch
    pairs = PAIR_ROWS * PAIR_PASSES if config.reflows else 0
    pairing = PAIRING * n * n * math.log2(n) if config.coupling == "optimal" else 0.0
    if config.domain == "images":
        each, first = _unet(config)
        return n * (3 * each - first) + pairs * each + pairing
    sizes = _sizes(config)
    sampling = forward(pairs, [sizes[-1], *sizes[1:]])  # all pairs share the time: its part is computed once
    return learning(n, sizes, inputs=False) + sampling + pairing


def step_numbers(config: DiffusionConfig) -> float:
    """About how many numbers a step holds at a time."""
    n = config.batch
    paired = 3 * n * n if config.coupling == "optimal" else 0
    if config.domain == "images":
        return n * 64 * 60 * _channels(config) + paired
    held = 3 * config.width * config.depth + 2 * sum(_sizes(config)[:1]) + 40
    return n * held + (PAIR_ROWS * 3 * config.width if config.reflows else 0) + paired


def step_operations(config: DiffusionConfig) -> float:
    """About how many operations on tensors a step consists of."""
    pairs = PAIR_PASSES * (10 + 3 * config.depth) if config.reflows else 0
    return (900 if config.domain == "images" else 120 + 12 * config.depth) + pairs


def picture_size(config: DiffusionConfig) -> StepSize:
    """What a frame consists of: mostly the network's calls while its samples are drawn."""
    entry, passes = CATALOGUE[config.sampler], passes_per_call(config)
    images = config.domain == "images"
    most = (IMAGE_CALLS if images else PLANE_CALLS) // passes
    calls = passes * (min(config.steps, entry.steps(most)) * entry.calls if entry.calls else ADAPTIVE_CALLS)
    if images:
        rows = calls * SHOWN_IMAGES + JUDGED_IMAGES
        return StepSize(rows * _unet(config)[0], rows * 64 * 60 * _channels(config), CALL_OPERATIONS * calls)
    rows = calls * SHOWN_POINTS + JUDGED_POINTS
    work = forward(rows, _sizes(config))
    return StepSize(work, rows * 2 * config.width * config.depth, (20 + 6 * config.depth) * calls)


def _sizes(config: DiffusionConfig) -> list[int]:
    dim = dataset_of(config).dim
    return [dim + TIME_FEATURES + class_count(config), *[config.width] * config.depth, dim]


def _channels(config: DiffusionConfig) -> int:
    return GROUPS * max(1, config.width // (WIDTH_PER_CHANNEL * GROUPS))


def _unet(config: DiffusionConfig) -> tuple[float, float]:
    """Of one image: multiply-adds of a pass through the U-Net of `images.unet`, and those of its first layer."""
    c, full, half = _channels(config), 64, 16  # pixels of 8 x 8 and of 4 x 4

    def conv(before: int, after: int, pixels: int, kernel: int = 9) -> float:
        return before * after * pixels * kernel

    def residual(before: int, after: int, pixels: int) -> float:
        shortcut = conv(before, after, pixels, 1) if before != after else 0.0
        return conv(before, after, pixels) + conv(after, after, pixels) + 4 * c * after + shortcut

    down = residual(c, c, full) + conv(c, c, half) + residual(c, 2 * c, half)
    middle = 2 * residual(2 * c, 2 * c, half)
    up = residual(4 * c, 2 * c, half) + residual(3 * c, 2 * c, half) + conv(2 * c, 2 * c, full)
    up += residual(3 * c, c, full) + residual(2 * c, c, full)
    first = conv(1, c, full)
    return first + c * 4 * c + 4 * c * 4 * c + down + middle + up + conv(c, 1, full), first
