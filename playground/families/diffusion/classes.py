"""Classes of the data: which there are, and which one is wanted. No torch here.

Classifier-free guidance (Ho and Salimans 2022): one network learns with the class and, where that is kept from it
by chance, without. What the class adds to its answer is then taken more than once.
"""

import numpy as np

from playground.data.dataset import dataset_of
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution

from .config import DiffusionConfig

EVERY = "all"
"""Wanted is any class, as it comes."""


def count(config: DiffusionConfig) -> int:
    """How many classes the network is told of; 0: it is told of none."""
    return dataset_of(config).classes if config.classes else 0


def one(config: DiffusionConfig) -> int | None:
    """The one class that is wanted; None: any."""
    return None if config.wanted == EVERY or not config.classes else int(config.wanted)


def shown(config: DiffusionConfig) -> Distribution | Digits:
    """What samples should look like: the data, or the one class of them that is wanted."""
    which = one(config)
    return dataset_of(config) if which is None else dataset_of(config).member(which)


def asks(config: DiffusionConfig) -> int:
    """Passes through the network for one answer: guidance compares one with the class and one without it."""
    return 2 if config.classes and config.guidance not in (0, 1) else 1


def unit(labels: np.ndarray, classes: int) -> np.ndarray:
    """Labels (n,) as unit vectors (n, classes) float32."""
    return np.eye(classes, dtype=np.float32)[labels]


def scaled(data: Distribution | Digits, x: np.ndarray) -> np.ndarray:
    """Points as they are; pixels from -1, the paper, to 1, so that noise of variance 1 is like them in size."""
    return 2 * x - 1 if isinstance(data, Digits) else x
