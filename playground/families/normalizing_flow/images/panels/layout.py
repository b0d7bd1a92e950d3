"""Dials and scenes that several panels of images share."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.core.scene import Images, Role, Scene

MAX_IMAGE_NUMBER = 20
"""Images of a digit to choose from."""


def image_dial(name: str) -> Dial:
    return Dial(name, N_("Which image of it"), default=1, low=1, high=MAX_IMAGE_NUMBER, step=1)


def image_scene(
    pixels: np.ndarray,
    columns: int,
    title: str,
    words: str,
    role: Role = "generated",
    roles: tuple[Role, ...] = (),
    values: Mapping[str, str] = MappingProxyType({}),
) -> Scene:
    """Images in rows of `columns`, and a sentence."""
    layer = Images(name="images", title=title, role=role, pixels=pixels, columns=columns, roles=roles)
    return Scene((layer,), legend=words, words=words, values=dict(values))
