"""What one training step takes: for every point and component a few sums, and the same backwards."""

from .config import MixtureConfig


def step_work(config: MixtureConfig) -> float:
    return 0.0  # no matrix products


def step_numbers(config: MixtureConfig) -> float:
    return 12.0 * config.batch * config.components


def step_operations(config: MixtureConfig) -> float:
    return 60.0
