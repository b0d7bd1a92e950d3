"""The panels of flows, by domain."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.panels import Panel

from .images import panels as image_panels
from .plane import panels as plane_panels


def panels(config: Config) -> tuple[Panel, ...]:
    """The panels of a flow with these settings."""
    return (image_panels if config.data == "digits" else plane_panels).panels(config)


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> plane_panels.PanelScenes:
    """The scenes of panel `name`, from the model's answer to its dials."""
    return (image_panels if config.data == "digits" else plane_panels).draw(name, answer, values, config)
