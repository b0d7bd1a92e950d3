"""Noise schedules: the variances of the steps of a discrete chain."""

import numpy as np


def linear(steps: int, first: float = 1e-4, last: float = 0.02) -> np.ndarray:
    """Ho et al. 2020. Defined for 1000 steps; fewer steps are larger in proportion (Nichol and Dhariwal's code)."""
    return np.minimum(np.linspace(first, last, steps) * 1000 / steps, 0.999)


def cosine(steps: int, offset: float = 0.008) -> np.ndarray:
    """Nichol and Dhariwal 2021, equation 17: a^2 falls like a squared cosine."""
    a2 = np.cos((np.arange(steps + 1) / steps + offset) / (1 + offset) * np.pi / 2) ** 2
    return np.minimum(1 - a2[1:] / a2[:-1], 0.999)


def sigmoid(steps: int, first: float = 1e-4, last: float = 0.02) -> np.ndarray:
    """Xu et al. 2022 (GeoDiff): betas along a sigmoid, from -6 to 6."""
    rise = 1 / (1 + np.exp(-np.linspace(-6, 6, steps)))
    return np.minimum((first + (last - first) * rise) * 1000 / steps, 0.999)


SCHEDULES = {"linear": linear, "cosine": cosine, "sigmoid": sigmoid}
