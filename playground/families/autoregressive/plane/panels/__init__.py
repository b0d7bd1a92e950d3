"""The panels of a model of the plane: one file for each, with its dials and its drawing."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Panel
from playground.core.scene import Scene

from ...config import data_of
from . import cells, slice

NO_SUCH_PANEL = N_("A model of the plane has these panels: {names}.")

PANELS = {"cells": cells, "slice": slice}


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    data = data_of(config)
    return tuple(module.panel(data) for module in PANELS.values())


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> tuple[tuple[str, Scene], ...]:
    """The scenes of panel `name`: of what the model computed for its dials."""
    return PANELS[name].draw(answer, values, config)
