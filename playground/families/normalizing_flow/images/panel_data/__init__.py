"""What a flow of images computes for its panels."""

from collections.abc import Callable, Mapping

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import attribute, generation, inpainting, interpolation
from .context import Answer, Context

PANEL_DATA: dict[str, Callable[[np.ndarray, Context], Answer]] = {
    "generation": generation.compute,
    "interpolation": interpolation.compute,
    "attribute": attribute.compute,
    "inpainting": inpainting.compute,
}
"""The questions, by name."""


def answer(question: Mapping[str, np.ndarray], context: Context) -> Answer:
    """The arrays for one question; `UserError` where a flow of images has no answer."""
    if len(question) != 1 or not PANEL_DATA.keys() & question.keys():
        raise UserError(N_("A flow of images can be asked about: {names}."), names=", ".join(PANEL_DATA))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != 1:
        raise UserError(N_("A question about '{name}' consists of finite numbers."), name=name)
    return PANEL_DATA[name](values, context)
