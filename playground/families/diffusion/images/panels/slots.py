"""The samplers that panels of images compare, and what these panels share."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.core.scene import Images, Role, Scene
from playground.data.images.digits import DIGITS

from ...catalogue import CATALOGUE, VARIANCE_PRESERVING
from ...config import DiffusionConfig
from ...sampler_slots import fitting_samplers, slot_dials

STRAIGHT_PATHS = {
    "straight_euler": ("euler", N_("Straight path, Euler")),
    "straight_heun": ("heun", N_("Straight path, Heun")),
}
"""The path of rectified flow with a network that was trained on another one: sampler and title."""
PREFERRED = ("ddim", "ddpm", "straight_euler", "dpm_solver", "heun")
DIGIT_CHOICES = tuple((str(k), str(k)) for k in range(DIGITS.classes))
COLUMNS = 10


def offered_samplers(config: DiffusionConfig) -> tuple[tuple[str, str], ...]:
    """(value, title) of what can be compared on the network of these settings."""
    known = fitting_samplers(config)
    straight = tuple((name, title) for name, (_, title) in STRAIGHT_PATHS.items())
    return (*known, *straight) if config.process in VARIANCE_PRESERVING else known


def sampler_title(name: str) -> str:
    return STRAIGHT_PATHS[name][1] if name in STRAIGHT_PATHS else CATALOGUE[name].title


def sampler_dials(config: DiffusionConfig, count: int) -> tuple[Dial, ...]:
    """A dial for each slot: the sampler of the settings first, then the preferred ones that are offered."""
    offered = offered_samplers(config)
    names = {name for name, _ in offered}
    defaults = [name for name in dict.fromkeys((config.sampler, *PREFERRED)) if name in names]
    return slot_dials(offered, defaults, count)


def image_scene(
    pixels: np.ndarray, title: str, words: str, columns: int, role: Role = "generated", values: Mapping | None = None
) -> Scene:
    """A sheet of images with a sentence."""
    layer = Images(name="pictures", title=title, role=role, pixels=pixels, columns=columns)
    return Scene((layer,), legend=words, words=words, values=values or {})
