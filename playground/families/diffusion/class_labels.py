"""Random class labels: with the data, in training; and of samples, where these are of all classes."""

import numpy as np
import torch
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.training import batches

from .conditioning import chosen_class, class_count, network_range, one_hot
from .config import DiffusionConfig
from .model import Labels


def random_labels(config: DiffusionConfig, n: int) -> np.ndarray:
    """Random classes (n,), decided by the seed; the same for the same point."""
    return batches.generator(config.seed, "wanted").integers(class_count(config), size=n)


def labelled_draw(config: DiffusionConfig) -> batches.Draw:
    """Data in the range of the network, followed by the unit vector of the class where there are classes:
    (n, dim + classes). The points are the same with classes and without."""
    data, classes = dataset_of(config), class_count(config)

    def draw(n: int, generator: np.random.Generator) -> np.ndarray:
        if not classes:
            return network_range(data, data.sample(n, generator))
        x, labels = data.labelled(n, generator)
        return np.concatenate([network_range(data, x), one_hot(labels, classes)], 1)

    return draw


def sample_labels(config: DiffusionConfig, device: torch.device) -> Labels | None:
    """The class of each sample as unit vectors, where the network is given classes."""
    classes, label = class_count(config), chosen_class(config)

    def tensor(labels: np.ndarray) -> Tensor:
        return torch.from_numpy(one_hot(labels, classes)).to(device)

    if not classes:
        return None
    return (lambda n: tensor(random_labels(config, n))) if label is None else tensor(np.array([label]))
