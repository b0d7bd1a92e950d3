"""What a flow of the plane computes for its panels."""

from collections.abc import Callable, Mapping

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import density, generation, inpainting, stretching
from .context import Answer, Context

PANEL_DATA: dict[str, Callable[[np.ndarray, Context], Answer]] = {
    "z": generation.samples_of,
    "density": density.compute,
    "generation": generation.compute,
    "inpainting": inpainting.compute,
    "stretching": stretching.compute,
}
"""The questions, by name."""


def answer(question: Mapping[str, np.ndarray], context: Context) -> Answer:
    """The arrays for one question; `UserError` where a flow has no answer."""
    if len(question) != 1 or not PANEL_DATA.keys() & question.keys():
        raise UserError(N_("A flow can be asked about: {names}."), names=", ".join(PANEL_DATA))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != (2 if name == "z" else 1):
        raise UserError(N_("A question about '{name}' consists of finite numbers."), name=name)
    return PANEL_DATA[name](values, context)
