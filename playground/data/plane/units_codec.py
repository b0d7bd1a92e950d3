"""A person's units as a short text behind the points of own data: centre, scale and the names of both axes."""

import base64
import binascii
import math

from pydantic import TypeAdapter, ValidationError

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps
from playground.core.units import Units

MAX_LENGTH, MAX_NAME = 600, 40
"""Characters of the text, and of a name."""
FIELDS = TypeAdapter(tuple[float, float, float, float, str, str])


def encode(units: Units) -> str:
    """The text of units (base64url of a JSON list)."""
    names = [name[:MAX_NAME] for name in units.names]
    raw = dumps([*units.center, *units.scale, *names], ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> Units:
    """The units of a text. `UserError` if it is not whole."""
    broken = UserError(N_("Your own data in this link are damaged. Copy the whole link, or draw the data again."))
    if len(text) > MAX_LENGTH:
        raise broken
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        x, y, x_scale, y_scale, *names = FIELDS.validate_json(raw, strict=False)
    except (binascii.Error, ValueError, ValidationError):
        raise broken from None
    finite = all(math.isfinite(value) and abs(value) < 1e100 for value in (x, y, x_scale, y_scale))
    if not finite or min(x_scale, y_scale) <= 0 or max(map(len, names)) > MAX_NAME:
        raise broken
    return Units((x, y), (x_scale, y_scale), (names[0], names[1]))
