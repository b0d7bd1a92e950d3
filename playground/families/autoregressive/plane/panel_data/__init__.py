"""What a model of the plane computes for the panels of its page: all of them show the density of its cells."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from playground.core.errors import UserError

from ...networks.bins import Bins
from ..panels import NO_SUCH_PANEL


@dataclass(frozen=True)
class Context:
    """The network as it is now, and half the side of its square."""

    net: Bins
    reach: float


def cells(context: Context) -> dict[str, np.ndarray]:
    """`first` (bins,) log density of x1, `log_p` (bins, bins) of all cells, row 0 the lowest x2."""
    with torch.no_grad():
        first, both = context.net.log_densities(context.reach)
    return {"first": first.cpu().numpy(), "log_p": both.cpu().numpy()}


PANEL_DATA: dict[str, Callable[[Context], dict[str, np.ndarray]]] = {"cells": cells, "slice": cells}
"""By the panel's name."""


def respond(question: Mapping[str, np.ndarray], context: Context) -> dict[str, np.ndarray]:
    """The arrays to one question; `UserError` where a model of the plane has no answer."""
    if len(question) != 1 or not set(question) <= PANEL_DATA.keys():
        raise UserError(NO_SUCH_PANEL, names=", ".join(PANEL_DATA))
    (name,) = question
    return PANEL_DATA[name](context)
