"""What one training step, and one picture, of these settings takes. No torch: the server reads it before anything
runs."""

import math

from playground.core.step_size import StepSize
from playground.data.dataset import dataset_of
from playground.training.products import forward, learning

from .config import NormalizingFlowConfig
from .plan import plan

STAGES = {"euler": 1, "midpoint": 2, "rk4": 4}
MOST_EVALUATIONS = 600
"""Of the adaptive solver, which then gives up: `training.ode`."""
DRAWN_POINTS, DRAWN_PASSES, TYPICAL_EVALUATIONS = 3_200, 12, 100
"""Of a picture of a differential equation: points that are moved from one end to the other (densities at keyframes are
parts of that), in how many such passes, and about how often the adaptive solver evaluates the velocity in one."""
OPERATIONS = {"planar": 22, "radial": 40, "additive": 8, "affine": 20, "spline": 110, "maf": 24, "iaf": 60}
"""About how many a map consists of, with its gradients, besides the layers of its network."""


def step_work(config: NormalizingFlowConfig) -> float:
    """Multiply-adds of one step from data to noise. Where the number of evaluations depends on the data, at most."""
    if config.flow == "ffjord":
        dim, hidden = dataset_of(config).dim, [config.width] * config.depth
        values = learning(config.batch, [dim, *hidden, dim])
        columns = learning(config.batch * dim, hidden)
        return _evaluations(config) * (values + columns)
    return sum(_product(config, name, shape) for name, shape in _maps(config))


def step_numbers(config: NormalizingFlowConfig) -> float:
    """About how many numbers a step holds at a time."""
    n = config.batch
    if config.flow == "ffjord":
        return _evaluations(config) * n * config.width * config.depth * (2 + 3 * dataset_of(config).dim)
    total = 0.0
    for name, (channels, side) in _maps(config):
        dim = channels * side * side
        sizes, rows, passes = _network(config, name, channels, side)
        own = {"spline": 30 * config.bins, "logit": 8, "planar": 4, "radial": 8}.get(name, 6)
        total += passes * (3 * rows * n * sum(sizes[1:]) + 2 * rows * n * sum(sizes[:1])) + own * n * dim
    return total


def step_operations(config: NormalizingFlowConfig) -> float:
    """About how many operations on tensors a step consists of."""
    if config.flow == "ffjord":
        return 100 + _evaluations(config) * (20 + 25 * config.depth)
    passes = dataset_of(config).dim if config.flow == "iaf" else 1
    return 100 + sum(
        passes * (OPERATIONS.get(name, 20) + 10 * config.depth * (len(_network(config, name, *shape)[0]) > 0))
        for name, shape in _maps(config)
    )


def picture_size(config: NormalizingFlowConfig) -> StepSize:
    """What a frame consists of, where a differential equation has to be solved for all that is drawn."""
    if config.flow != "ffjord":
        return StepSize(0, 0, 0)
    dim, hidden = dataset_of(config).dim, [config.width] * config.depth
    calls = _evaluations(config) if config.solver in STAGES else TYPICAL_EVALUATIONS
    work = forward(DRAWN_POINTS, [dim, *hidden, dim]) + dim * forward(DRAWN_POINTS, hidden)
    numbers = DRAWN_POINTS * config.width * config.depth * (1 + dim)
    return StepSize(calls * work, calls * numbers, DRAWN_PASSES * calls * (20 + 10 * config.depth))


def _evaluations(config: NormalizingFlowConfig) -> int:
    return STAGES[config.solver] * config.ode_steps if config.solver in STAGES else MOST_EVALUATIONS


def _maps(config: NormalizingFlowConfig) -> list[tuple[str, tuple[int, int]]]:
    """The maps of the chain from data to noise, each with the channels and the side of what enters it."""
    chain, dim, found = plan(config), dataset_of(config).dim, []
    multiscale = any(name == "squeeze" for name, _ in chain)
    channels, side = (1, math.isqrt(dim)) if multiscale else (dim, 1)
    for name, _ in reversed(chain):
        found.append((name, (channels, side)))
        if name == "squeeze":
            channels, side = channels * 4, side // 2
        elif name == "split":
            channels //= 2
    return found


def _network(config: NormalizingFlowConfig, name: str, channels: int, side: int) -> tuple[list[int], int, int]:
    """The layers' sizes of a map's network, how many rows a point gives it, and how often it is called."""
    hidden, dim = [config.width] * config.depth, channels * side * side
    if name in ("additive", "affine", "spline"):
        if side > 1 or name == "affine" and config.flow == "glow" and config.domain == "images":
            return [], 0, 0
        count = {"additive": 1, "affine": 2, "spline": 3 * config.bins - 1}[name]
        return [dim // 2, *hidden, dim // 2 * count], 1, 1
    if name in ("checkerboard", "channels", "split"):
        return [9 * channels, *hidden, 18 * channels], side * side, 1
    if name in ("maf", "iaf"):
        return [dim, *hidden, 2 * dim], 1, dim if name == "iaf" else 1
    return [], 0, 0


def _product(config: NormalizingFlowConfig, name: str, shape: tuple[int, int]) -> float:
    channels, side = shape
    if name == "conv1x1":
        return learning(config.batch * side * side, [channels, channels])
    sizes, rows, passes = _network(config, name, channels, side)
    return passes * learning(config.batch * rows, sizes)
