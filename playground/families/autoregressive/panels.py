"""The panels of an autoregressive model: by the domain of its data."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.panels import Panel
from playground.core.scene import Scene
from playground.data.settings import PLANE

from .bits import panels as bits
from .plane import panels as plane


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    return (plane if config.data in PLANE else bits).panels(config)


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> tuple[tuple[str, Scene], ...]:
    """The scenes of panel `name`: of what the model computed for its dials."""
    return (plane if config.data in PLANE else bits).draw(name, answer, values, config)
