"""How classes are drawn: with the data, for learning; and by chance, where samples may be of any."""

import numpy as np
import torch
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.training import batches

from . import classes
from .config import DiffusionConfig
from .model import Labels


def mixed(config: DiffusionConfig, n: int) -> np.ndarray:
    """Classes (n,) of points whose class may be any: by chance, decided by the seed, the same for the same place."""
    return batches.generator(config.seed, "wanted").integers(classes.count(config), size=n)


def drawing(config: DiffusionConfig) -> batches.Draw:
    """Data as the network sees them, and behind them the unit vector of their class where there are classes:
    (n, dim + classes). The points are the same with classes and without."""
    data, many = dataset_of(config), classes.count(config)

    def draw(n: int, generator: np.random.Generator) -> np.ndarray:
        if not many:
            return classes.scaled(data, data.sample(n, generator))
        x, labels = data.labelled(n, generator)
        return np.concatenate([classes.scaled(data, x), classes.unit(labels, many)], 1)

    return draw


def wanted(config: DiffusionConfig, device: torch.device) -> Labels | None:
    """The class of every point that is sampled, as unit vectors, where the network is told classes."""
    count, which = classes.count(config), classes.one(config)

    def tensor(labels: np.ndarray) -> Tensor:
        return torch.from_numpy(classes.unit(labels, count)).to(device)

    if not count:
        return None
    return (lambda n: tensor(mixed(config, n))) if which is None else tensor(np.array([which]))
