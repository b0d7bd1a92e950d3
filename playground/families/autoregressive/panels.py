"""The small laboratories of an autoregressive model: for bits those of `bit_panels`, for points those of
`plane_panels`."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.panels import Panel
from playground.core.scene import Scene
from playground.data.settings import PLANE

from . import bit_panels, plane_panels


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    return (plane_panels if config.data in PLANE else bit_panels).panels(config)


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> tuple[tuple[str, Scene], ...]:
    """The scenes of panel `name`: of what the model answered to its dials."""
    return (plane_panels if config.data in PLANE else bit_panels).DRAW[name](answer, values, config)
