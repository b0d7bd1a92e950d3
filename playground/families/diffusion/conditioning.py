"""Classes of the data, as the settings choose them. No torch here: scenes read it.

Classifier-free guidance (Ho and Salimans 2022): one network learns with the class and, for a random fraction of the
examples, without it. Guidance exaggerates the difference of the two predictions.
"""

from typing import TypeVar

import numpy as np

from playground.data.dataset import Dataset, dataset_of
from playground.data.images.digits import Digits
from playground.data.plane.distribution import Distribution

from .config import DiffusionConfig

Data = TypeVar("Data", Distribution, Digits)
"""What may have classes."""

ALL_CLASSES = "all"


def class_count(config: DiffusionConfig) -> int:
    """The number of classes that the network is given; 0: none."""
    return dataset_of(config).classes if config.classes else 0


def chosen_class(config: DiffusionConfig) -> int | None:
    """The single class to sample; None: all classes."""
    return None if config.wanted == ALL_CLASSES or not config.classes else int(config.wanted)


def target_data(config: DiffusionConfig, data: Data) -> Data:
    """The part of these data that samples should follow: all of them, or those of the chosen class."""
    label = chosen_class(config)
    return data if label is None else data.one_class(label)


def passes_per_call(config: DiffusionConfig) -> int:
    """Network passes in each call of the field: guidance needs one with the class and one without."""
    return 2 if config.classes and config.guidance not in (0, 1) else 1


def one_hot(labels: np.ndarray, classes: int) -> np.ndarray:
    """Labels (n,) as unit vectors (n, classes) float32."""
    return np.eye(classes, dtype=np.float32)[labels]


def network_range(data: Dataset, x: np.ndarray) -> np.ndarray:
    """Points as they are; pixels from [0, 1] to [-1, 1], about the size of noise of variance 1."""
    return 2 * x - 1 if data.domain == "images" else x
