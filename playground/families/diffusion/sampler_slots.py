"""The samplers that a panel compares: a dial for each slot."""

from collections.abc import Mapping, Sequence

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.core.scene import Layer, Paths, Points

from .catalogue import CATALOGUE, fits
from .config import DiffusionConfig

EMPTY_SLOT = "none"
SLOT_ROLES = ("generated", "data", "field", "gradient", "neutral", "truth")
"""Colours of the samplers."""
SLOT_TITLES = (
    N_("First sampler"),
    N_("Second sampler"),
    N_("Third sampler"),
    N_("Fourth sampler"),
    N_("Fifth sampler"),
    N_("Sixth sampler"),
)


def fitting_samplers(config: DiffusionConfig) -> tuple[tuple[str, str], ...]:
    """(value, title) of the samplers that run with these settings."""
    return tuple(
        (name, entry.title) for name, entry in CATALOGUE.items() if fits(name, config.process, config.independent)
    )


def slot_dials(
    offered: Sequence[tuple[str, str]], defaults: Sequence[str], count: int, required: int = 0
) -> tuple[Dial, ...]:
    """`count` dials with these defaults; the others are empty. The first `required` are never empty."""
    values = [*defaults, *[EMPTY_SLOT] * count][:count]
    empty = ((EMPTY_SLOT, N_("none")),)
    return tuple(
        Dial(f"sampler{i + 1}", title, "choice", value, options=(*(() if i < required else empty), *offered))
        for i, (title, value) in enumerate(zip(SLOT_TITLES, values, strict=False))
    )


def chosen_samplers(values: Mapping, count: int = len(SLOT_TITLES)) -> dict[int, str]:
    """Slot -> sampler, without the empty slots."""
    return {i: name for i in range(count) if (name := values[f"sampler{i + 1}"]) != EMPTY_SLOT}


def curve_layers(slot: int, title: str, xy: np.ndarray) -> tuple[Layer, ...]:
    """The measurements (n, 2) of the sampler in a slot, joined by a line."""
    role = SLOT_ROLES[slot]
    return (
        Paths(name=f"curve{slot}", title=title, role=role, xy=xy[None]),
        Points(name=f"dots{slot}", title=title, role=role, size=5.0, xy=xy),
    )
