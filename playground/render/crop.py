"""A picture to take along shows where things are, not the whole frame that the stage keeps for what may come."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from playground.core.scene import Arrows, Extent, Mesh, Paths, Points, Scene

from .at_moment import at_moment
from .layers import SHARING, visible_layers
from .palette import Theme
from .picture import picture

MARGIN, MIN_SHARE = 0.08, 0.55
"""Room around what is drawn, and what is kept at least of each axis, as shares of the axis."""


def crop_to_content(
    scene: Scene, width: int, theme: Theme = "light", translate: Callable[[str], str] = str, moment: float | None = None
) -> Image.Image:
    """`picture` of that many pixels' width, without the wide margins at which nothing is."""
    scene = at_moment(scene, moment)
    x0, x1, y0, y1 = scene.extent
    left, right, low, high = content_extent(scene)
    size = round(width * (x1 - x0) / (right - left))
    whole = picture(scene, size, theme, translate=translate)
    if scene.axes is not None or (left, right, low, high) == scene.extent:
        return whole
    unit = whole.width / (x1 - x0)
    start, top = round((left - x0) * unit), round((y1 - high) * whole.height / (y1 - y0))
    height = round((high - low) * whole.height / (y1 - y0))
    return whole.crop((start, top, start + width, top + height))


def content_extent(scene: Scene) -> Extent:
    """The part of the axes in which the points, arrows, paths and meshes on show are, with some room around;
    the whole where nothing says."""
    x0, x1, y0, y1 = scene.extent
    visible = visible_layers(scene, None)
    found = [
        np.asarray(layer.xy, float).reshape(-1, 2)
        for layer in visible
        if isinstance(layer, Points | Arrows | Paths | Mesh)
    ]
    places = np.concatenate([*found, np.empty((0, 2))])
    inside = (places >= (x0, y0)) & (places <= (x1, y1))  # what is no number is not
    places = places[inside.all(1)]
    if scene.axes is not None or not len(places) or any(isinstance(layer, SHARING) for layer in visible):
        return scene.extent
    sides = []
    for near, far, low, high in ((x0, x1, *_ends(places[:, 0])), (y0, y1, *_ends(places[:, 1]))):
        room = MARGIN * (far - near)
        more = max(0.0, MIN_SHARE * (far - near) - (high - low + 2 * room)) / 2
        sides += [max(near, low - room - more), min(far, high + room + more)]
    return tuple(sides)


def _ends(values: np.ndarray) -> tuple[float, float]:
    return float(values.min()), float(values.max())
