"""The panels of a model of bits: one file for each, with its dials and its drawing."""

from collections.abc import Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Panel

from ...config import data_of
from ..image_grid import PanelScenes
from . import bits, completion, conditionals, density, leak, matters, orders

NO_SUCH_PANEL = N_("A model of bits has these panels: {names}.")

PANELS = {
    "completion": completion,
    "conditionals": conditionals,
    "matters": matters,
    "leak": leak,
    "orders": orders,
    "density": density,
    "bits": bits,
}
MAX_DIM = {"completion": 1024, "matters": 256}
"""Bits beyond which a panel is not offered: a small canvas holds no more, and not every pair can be looked at."""


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    data = data_of(config)
    return tuple(module.panel(data) for name, module in PANELS.items() if data.dim <= MAX_DIM.get(name, data.dim))


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> PanelScenes:
    """The scenes of panel `name`: of what the model computed for its dials."""
    return PANELS[name].draw(answer, values, config)
