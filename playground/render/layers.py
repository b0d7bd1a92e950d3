"""What both renderers need to know of a layer before they draw it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from playground.core.scene import Images, Layer, Links, Matrix, Ribbons, Role, Scene, Tokens

GAP = 12
"""Pixels of a stage between layers that share a picture."""
SHARING = Tokens | Links | Matrix | Ribbons
"""Layers that share a picture, one under the other."""
WEAKEST, MOST_LINKS = 0.01, 2000
"""The least weight of a link that is drawn, and how many there may be."""


def visible_layers(scene: Scene, names: Iterable[str] | None) -> list[Layer]:
    """The layers to draw, from back to front: those named, or those the stage shows at first."""
    if names is None:
        return [layer for layer in scene.layers if layer.stage and layer.shown]
    wanted = set(names)
    return [layer for layer in scene.layers if layer.name in wanted]


def parts_of(
    layers: Iterable[Layer], height: float, scale: float = 1.0, stacked: float = 1.0
) -> dict[str, tuple[float, float]]:
    """Tokens, links, matrices and ribbons share a picture, one under the other: by their names, (top, height) of each.
    Beside other layers they have the share `stacked` of it, from below (`Scene.stacked`)."""
    layers = list(layers)
    sharing = [layer for layer in layers if isinstance(layer, SHARING)]
    gap = GAP * scale
    top = (1 - stacked) * height if len(sharing) < len(layers) else 0.0
    room, whole = height - top - gap * (len(sharing) - 1), sum(layer.share for layer in sharing)
    parts = {}
    for layer in sharing:
        parts[layer.name] = (top, room * layer.share / whole)
        top += parts[layer.name][1] + gap
    return parts


def drawn_links(layer: Links) -> np.ndarray:
    """(target, source) of the links that are drawn, (n, 2), the weakest first."""
    weights = np.nan_to_num(np.asarray(layer.weights, float))
    pairs = np.argwhere(weights >= WEAKEST)
    order = np.argsort(weights[tuple(pairs.T)], kind="stable")
    return pairs[order][-MOST_LINKS:]


def cap_lengths(arrows: np.ndarray, longest: float) -> np.ndarray:
    """Arrows (n, 2) of the same directions, none longer than `longest`."""
    lengths = np.linalg.norm(arrows, axis=1, keepdims=True)
    return arrows * np.minimum(1, longest / np.maximum(lengths, 1e-12))


def by_role(layer: Images) -> list[tuple[Role, np.ndarray]]:
    """The mosaic in the parts that have one role each: NaN where pictures of another role are."""
    roles = np.array(layer.roles or (layer.role,) * len(layer.pixels))
    whole, parts = mosaic(layer), []
    for role in dict.fromkeys(roles.tolist()):
        other = np.broadcast_to((roles != role)[:, None, None], layer.pixels.shape)
        parts.append((role, np.where(mosaic(replace(layer, pixels=other)) > 0, np.nan, whole)))
    return parts


def mosaic(layer: Images) -> np.ndarray:
    """All pictures in rows of `columns`, one pixel of background between: (height, width) in [0, 1]."""
    n, height, width = layer.pixels.shape
    columns = min(layer.columns, n)
    rows = -(-n // columns)
    sheet = np.zeros((rows * (height + 1) - 1, columns * (width + 1) - 1))
    for k, picture in enumerate(layer.pixels):
        top, left = (k // columns) * (height + 1), (k % columns) * (width + 1)
        sheet[top : top + height, left : left + width] = picture
    return sheet
