"""What the parts of the first model make of one window, small, for the diagram."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Bars, Layer, Matrix, Role
from playground.data.streams.stream_data import StreamData

Arrays = Mapping[str, np.ndarray]


def part_layers(a: Arrays, data: StreamData) -> tuple[Layer, ...]:
    """Of the last frame of the stream: the attention of each layer of the encoder, that of the decoder's queries, the
    state of a recurrent network, and the classes."""
    found: list[Layer] = []
    for name, title in (("encoder", N_("Attention in the encoder")), ("cross", N_("Queries look at the window"))):
        for layer, weights in enumerate(a.get(name, ())):
            found.append(_matrix(f"{name}_{layer}", title, weights / max(float(weights.max()), 1e-12), "field"))
    if "state" in a:
        state = 0.5 + 0.5 * np.clip(a["state"], -1, 1)
        found.append(_matrix("state", N_("State along the window"), state.T, "field"))
    p = a["p"][0, -1]
    ours: Role = "generated"
    roles: tuple[Role, ...] = ("neutral", *(ours for _ in p[1:]))
    found.append(
        Bars(name="now", title=N_("Now"), stage=False, values=p, labels=data.class_names, roles=roles)
    )  # fmt: skip
    if "future" in a:
        found.append(_matrix("future", N_("Frames to come"), a["future"][-1].T, "generated"))
    return tuple(found)


def _matrix(name: str, title: str, values: np.ndarray, role: Role) -> Matrix:
    return Matrix(name=name, title=title, role=role, stage=False, values=np.clip(values, 0, 1))
