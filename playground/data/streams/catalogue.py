"""All data sets of streams, by the name that the setting `data` has for them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dots import dots_of
from .own import OWN, own
from .pictograms import PICTOGRAMS
from .stick_figure import StickFigure
from .stream_data import StreamData
from .watch import Watch

MAKERS: dict[str, Callable[[Any], StreamData]] = {
    "stick": lambda config: StickFigure(shuffled=config.shuffled),
    "watch": lambda config: Watch(shuffled=config.shuffled),
    OWN[0]: lambda config: own(config.own_streams, config.shuffled),
}
"""The data that the settings of a family choose."""
TITLES = {StickFigure.name: StickFigure.title, Watch.name: Watch.title, OWN[0]: OWN[1]}
"""In the order in which they are offered. Message ids."""


def dots(name: str) -> np.ndarray:
    """The sign of a data set as dots: (n, 2) in [0, 1], y up."""
    return dots_of(PICTOGRAMS[name])
