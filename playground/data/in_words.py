"""Values of settings as a person reads them. Own data are so many points and a small picture, or so many
characters, never their code."""

from collections.abc import Mapping
from typing import Any

from playground.core.config import Setting
from playground.core.errors import UserError
from playground.core.i18n import N_, Translate

from .plane import user_data
from .plane.point_codec import evenly_spaced
from .settings import USER_MADE
from .tokens import text

MINUS = "\u2212"
THUMBNAIL_POINTS = 160


def value_text(spec: Setting, value: Any, translate: Translate) -> str:
    """A value of a setting: the title of a choice, a number with a true minus sign, the size of own data."""
    if spec.name == "own":
        return translate(N_("{count} points")).format(count=f"{point_count(value):,}")
    if spec.name == "own_text":
        return translate(N_("{count} characters")).format(count=f"{character_count(value):,}")
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


def own_points(config: Mapping[str, Any]) -> list[int]:
    """A few of the visitor's own points, as whole numbers from -100 to 100 across the frame; else none."""
    if config.get("data") != USER_MADE:
        return []
    points = user_data.get(config["own"]).points
    return (points[evenly_spaced(len(points), THUMBNAIL_POINTS)].ravel() * (100 / 3)).round().astype(int).tolist()
