"""Values of settings as a person reads them. Own data are so many points and a small picture, or so many
characters or frames, never their code."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from playground.core.config import Setting
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate, fill

from .plane import user_data
from .plane.point_codec import evenly_spaced
from .streams import catalogue as streams
from .streams import own as own_streams
from .tokens import catalogue, text

MINUS = "\u2212"
THUMBNAIL_POINTS = 160


def value_text(spec: Setting, value: Any, translate: Translate) -> str:
    """A value of a setting: the title of a choice, a number with a true minus sign, the size of own data."""
    if spec.name in SIZES:
        return own_size(spec.name, value, translate)
    if spec.kind == "bool":
        return translate(N_("on") if value else N_("off"))
    if spec.kind in ("choice", "text"):
        return translate(spec.options.get(value, str(value)))
    if spec.name == "seed":  # a name rather than a quantity
        return str(value)
    return (f"{value:g}" if spec.kind == "float" else f"{value:,}").replace("-", MINUS)


def point_count(code: str) -> int:
    """The number of points of own data (of the example, where there are none); 0: the code is damaged."""
    try:
        return len(user_data.get(code).points)
    except UserError:
        return 0


def character_count(code: str) -> int:
    """The number of characters of own text (of the example, where there is none); 0: the code is damaged."""
    try:
        return len(text.own_text(code))
    except UserError:
        return 0


def frame_count(source: str) -> int:
    """The number of frames of own features (of the example, where there are none); 0: they cannot be read."""
    try:
        data = own_streams.own(source)
        return sum(len(labels) for part in data.split for _, labels in data.recorded(part))
    except UserError:
        return 0


SIZES: dict[str, tuple[Callable[[str], int], str]] = {
    "own": (point_count, N_("{count:point|points}")),
    "own_text": (character_count, N_("{count:character|characters}")),
    "own_streams": (frame_count, N_("{count:frame|frames}")),
}
"""By the setting that holds data of a visitor's own: how many there are, and how that is said."""


def own_size(setting: str, code: str, translate: Translate) -> str:
    """How many points, characters or frames the code stands for that this setting has."""
    size, words = SIZES[setting]
    return fill(translate(words), count=f"{size(code):,}")


def own_picture(config: Mapping[str, Any]) -> list[int]:
    """A small picture of the visitor's own data: dots, as whole numbers from -100 to 100 across the frame. Of other
    data none."""
    name = config.get("data")
    return np.rint(100 * PICTURES[name](config)).astype(int).ravel().tolist() if name in PICTURES else []


def _points(config: Mapping[str, Any]) -> np.ndarray:
    """A few of the points: (n, 2) in [-1, 1]."""
    points = user_data.get(config["own"]).points
    return points[evenly_spaced(len(points), THUMBNAIL_POINTS)] / 3


PICTURES: dict[str, Callable[[Mapping[str, Any]], np.ndarray]] = {
    "own": _points,
    "own_text": lambda config: 2 * catalogue.dots("own_text") - 1,
    "own_streams": lambda config: 2 * streams.dots("own_streams") - 1,
}
"""By the name of the data: (n, 2) in [-1, 1]. Texts and features look like any other, so each has a sign."""
