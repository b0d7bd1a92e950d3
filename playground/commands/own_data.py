"""Data of one's own, named by a path on the command line."""

from collections.abc import Mapping
from pathlib import Path

from playground.core.errors import UserError
from playground.data.bits import tables
from playground.data.plane import user_data
from playground.data.settings import USER_MADE
from playground.engine.text_store import TextStore
from playground.render import image_points

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp")


def own_data(values: Mapping[str, object]) -> dict[str, object]:
    """`data=own:FILE`, `own=@HASH` and `data=npz:FILE` as the settings that they stand for."""
    data, code = str(values.get("data", "")), str(values.get("own", ""))
    kind, colon, file = data.partition(":")
    if colon and kind in tables.READERS:  # the command line may read any folder
        return {"data": "table", "table": f"{kind}:{Path(file).expanduser().resolve()}"}
    if code.startswith("@"):
        return {"own": TextStore().expand(code)}
    if not data.startswith("own:"):
        return {}
    path = Path(data.removeprefix("own:"))
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError("{path} cannot be read: {why}.", path=path, why=error.strerror) from None
    points = image_points.points_from_image(raw) if path.suffix.lower() in IMAGE_SUFFIXES else user_data.read_csv(raw)
    return {"data": USER_MADE, "own": user_data.encode(user_data.fit_to_frame(points))}
