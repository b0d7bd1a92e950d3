"""Classes of the data: which there are, which one is wanted, how they travel with the data. No torch here.

Classifier-free guidance (Ho and Salimans 2022): one network learns with the class and, where that is kept from it
by chance, without. What the class adds to its answer is then taken more than once.
"""

import numpy as np

from .. import pool
from ..data import of
from ..data.digits import Digits
from ..data.distribution import Distribution
from .config import DiffusionConfig

EVERY = "all"
"""Wanted is any class, as it comes."""


def count(config: DiffusionConfig) -> int:
    """How many classes the network is told of; 0: it is told of none."""
    return of(config).classes if config.classes else 0


def one(config: DiffusionConfig) -> int | None:
    """The one class that is wanted; None: any."""
    return None if config.wanted == EVERY or not config.classes else int(config.wanted)


def shown(config: DiffusionConfig) -> Distribution | Digits:
    """What samples should look like: the data, or the one class of them that is wanted."""
    which = one(config)
    return of(config) if which is None else of(config).member(which)


def asks(config: DiffusionConfig) -> int:
    """Passes through the network for one answer: guidance compares one with the class and one without it."""
    return 2 if config.classes and config.guidance not in (0, 1) else 1


def unit(labels: np.ndarray, classes: int) -> np.ndarray:
    """Labels (n,) as unit vectors (n, classes) float32."""
    return np.eye(classes, dtype=np.float32)[labels]


def mixed(config: DiffusionConfig, n: int) -> np.ndarray:
    """Classes (n,) of points whose class may be any: by chance, decided by the seed, the same for the same place."""
    return pool.generator(config.seed, "wanted").integers(count(config), size=n)


def drawing(config: DiffusionConfig) -> pool.Draw:
    """Data as the network sees them, and behind them the unit vector of their class where there are classes:
    (n, dim + classes). The points are the same with classes and without."""
    data, classes = of(config), count(config)

    def draw(n: int, generator: np.random.Generator) -> np.ndarray:
        if not classes:
            return scaled(data, data.sample(n, generator))
        x, labels = data.labelled(n, generator)
        return np.concatenate([scaled(data, x), unit(labels, classes)], 1)

    return draw


def scaled(data: Distribution | Digits, x: np.ndarray) -> np.ndarray:
    """Points as they are; pixels from -1, the paper, to 1, so that noise of variance 1 is like them in size."""
    return 2 * x - 1 if isinstance(data, Digits) else x


