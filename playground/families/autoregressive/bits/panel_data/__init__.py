"""What a model of bits computes for its panels: one file for each, of the same name as its drawing."""

from collections.abc import Callable, Mapping

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..panels import NO_SUCH_PANEL
from . import bits, completion, conditionals, density, leak, matters, orders
from .context import Context, PanelData

PANEL_DATA: dict[str, Callable[..., PanelData]] = {
    "conditionals": conditionals.compute,
    "completion": completion.compute,
    "matters": matters.compute,
    "leak": leak.compute,
    "orders": orders.compute,
    "density": density.compute,
    "bits": bits.compute,
}
"""By the panel's name."""


def respond(question: Mapping[str, np.ndarray], context: Context) -> PanelData:
    """The arrays to one question; `UserError` where a model of bits has no answer."""
    names = [name for name in question if "." not in name]
    if len(names) != 1 or names[0] not in PANEL_DATA or set(question) - {names[0], f"{names[0]}.pixels"}:
        raise UserError(NO_SUCH_PANEL, names=", ".join(PANEL_DATA))
    arrays = [np.asarray(question[name], np.float32) for name in (names[0], f"{names[0]}.pixels") if name in question]
    if not all(array.ndim == 1 and np.isfinite(array).all() for array in arrays):
        raise UserError(N_("The dials of panel '{name}' must be finite numbers."), name=names[0])
    return PANEL_DATA[names[0]](context, *arrays)
