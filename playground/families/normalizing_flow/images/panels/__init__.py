"""The panels of flows of images: dials, and scenes of the model's answers. No torch here."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.panels import Panel
from playground.core.scene import Scene

from . import attribute, generation, inpainting, interpolation

PanelScenes = tuple[tuple[str, Scene], ...]
"""(title, scene) side by side."""
PANELS = {
    "generation": generation,
    "interpolation": interpolation,
    "attribute": attribute,
    "inpainting": inpainting,
}


def panels(config: Config) -> tuple[Panel, ...]:
    """The panels of a flow with these settings."""
    return tuple(module.panel(config) for module in PANELS.values())


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> PanelScenes:
    """The scenes of panel `name`, from the model's answer to its dials."""
    return PANELS[name].draw(answer, values, config)
