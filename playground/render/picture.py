"""Scenes as Pillow pictures: thumbnails, PNG, frames of a GIF."""

from collections.abc import Callable, Iterable
from typing import cast

import numpy as np
from contourpy import contour_generator
from PIL import Image

from playground.core.i18n import fill
from playground.core.scene import (
    Arrows,
    Bars,
    Contour,
    Heatmap,
    Images,
    Layer,
    Matrix,
    Mesh,
    Paths,
    Points,
    Scene,
    Text,
)

from . import graph
from .at_moment import at_moment
from .canvas import Canvas
from .fonts import drawable_translation, font
from .layers import by_role, cap_lengths, parts_of, visible_layers
from .palette import PALETTES, Theme, ramp, rgb
from .picture_ribbons import draw_ribbons
from .picture_tokens import draw_links, draw_tokens

SUPERSAMPLE = 3
HALO = 0.6
"""How much of the ground a dot's rim covers."""


def picture(
    scene: Scene,
    size: int = 800,
    theme: Theme = "light",
    layers: Iterable[str] | None = None,
    translate: Callable[[str], str] = str,
    supersample: int = SUPERSAMPLE,
    moment: float | None = None,
) -> Image.Image:
    """A square RGB picture of `size` pixels: the layers switched on at first, or those named in `layers`,
    at a moment of the scene's trajectory (None: its end). A scene with axes is as wide, and as high as they say.

    It is drawn `supersample` times as large and made smaller, so that edges are smooth.
    """
    palette, scene, translate = PALETTES[theme], at_moment(scene, moment), drawable_translation(translate)
    left, top, right, foot = graph.plot_box(scene.axes, size) if scene.axes else (0, 0, size, size)
    ground = Image.new("RGB", ((right - left) * supersample, (foot - top) * supersample), palette.paper)
    canvas = Canvas(ground, scene.extent, palette, translate, supersample)
    visible = visible_layers(scene, layers)
    parts = parts_of(visible, ground.height, canvas.scale, scene.stacked)
    for layer in visible:
        if layer.name not in parts:
            DRAWERS[layer.kind](canvas, layer)
            continue
        part = canvas.part(*parts[layer.name])
        DRAWERS[layer.kind](part, layer)
        ground.paste(part.image, (0, round(parts[layer.name][0])))
    drawn = canvas.image.reduce(supersample)
    return graph.with_axes(drawn, scene.axes, scene.extent, size, palette, translate) if scene.axes else drawn


def _points(canvas: Canvas, layer: Points) -> None:
    """Dots, each with a rim of paper, stamped all at once: of two on one place the later one is seen."""
    radius = layer.size * canvas.unit / 2
    rim = radius + 0.5 * canvas.unit
    if layer.values is None:
        colours = np.broadcast_to(rgb(canvas.palette[layer.role]), (len(layer.xy), 3))
    elif layer.kinds:
        which = np.rint(layer.values * (len(layer.kinds) - 1)).astype(int)
        colours = np.array([rgb(colour) for colour in canvas.palette.kinds])[which]
    else:
        colours = ramp(canvas.palette.marks(), layer.values)
    reach = np.arange(-int(rim) - 1, int(rim) + 2)
    stamp = np.stack(np.meshgrid(reach, reach), -1).reshape(-1, 2)  # (pixels, 2), x and y
    far = np.hypot(*stamp.T)
    stamp, inner = stamp[far <= rim], far[far <= rim] <= radius
    pixels = np.array(canvas.image)  # (height, width, 3)
    x, y = np.moveaxis(np.rint(canvas.at(layer.xy)).astype(int)[:, None] + stamp, -1, 0)  # (points, pixels)
    seen = (x >= 0) & (x < pixels.shape[1]) & (y >= 0) & (y < pixels.shape[0])
    halo = pixels[y.clip(0, pixels.shape[0] - 1), x.clip(0, pixels.shape[1] - 1)] * (1 - HALO)
    halo += HALO * np.array(rgb(canvas.palette.paper))
    inks = np.where(inner[:, None], colours[:, None], halo).astype(np.uint8)  # (points, pixels, 3)
    pixels[y[seen], x[seen]] = inks[seen]
    canvas.image.paste(Image.fromarray(pixels))


def _heatmap(canvas: Canvas, layer: Heatmap) -> None:
    scale = canvas.palette.diverging() if layer.scale == "diverging" else canvas.palette.ground(layer.role)
    colours = ramp(scale, (layer.values - layer.low) / (layer.high - layer.low))[::-1]  # row 0 is the lowest y
    rows, columns = layer.values.shape
    x0, x1, y0, y1 = layer.extent
    # values stand at the nodes of the grid, the edges included: their cells reach half a step beyond
    dx, dy = (x1 - x0) / (columns - 1) / 2, (y1 - y0) / (rows - 1) / 2
    (left, top), (right, bottom) = canvas.at(np.array([[x0 - dx, y1 + dy], [x1 + dx, y0 - dy]]))
    canvas.paint(np.ascontiguousarray(colours), (left, top, right, bottom), smooth=True)


def _contour(canvas: Canvas, layer: Contour) -> None:
    x0, x1, y0, y1 = layer.extent
    rows, columns = layer.values.shape
    lines = contour_generator(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows), layer.values)
    for level in layer.levels:
        _strokes(canvas, map(canvas.at, cast(list, lines.lines(level))), layer, 1.7)


def _arrows(canvas: Canvas, layer: Arrows) -> None:
    x0, x1, *_ = canvas.extent
    shafts = cap_lengths(np.asarray(layer.uv, float) * layer.length, (x1 - x0) / 10)
    tails, heads = canvas.at(layer.xy), canvas.at(layer.xy + shafts)
    lengths = np.linalg.norm(heads - tails, axis=1, keepdims=True)
    seen = lengths[:, 0] >= canvas.supersample
    tails, heads, lengths = tails[seen], heads[seen], lengths[seen]
    back = (tails - heads) / lengths * np.minimum(5.5 * canvas.unit, 0.45 * lengths)
    side = np.stack([-back[:, 1], back[:, 0]], 1) * 0.55
    lines = np.stack([tails, heads, heads + back + side, heads, heads + back - side], 1)  # (n, 5, 2)
    _strokes(canvas, lines, layer, 1.3)


def _paths(canvas: Canvas, layer: Paths) -> None:
    opacity = 115 if len(layer.xy) > 60 else 205
    _strokes(canvas, canvas.at(layer.xy), layer, 1.0, opacity)


def _mesh(canvas: Canvas, layer: Mesh) -> None:
    draw, colour, xy = canvas.draw(), rgb(canvas.palette[layer.role]), canvas.at(layer.xy)
    for row, column in np.argwhere(layer.weights > 0):
        corners = (xy[row, column], xy[row, column + 1], xy[row + 1, column + 1], xy[row + 1, column])
        fill = round(153 * float(min(layer.weights[row, column], 1)))
        draw.polygon([tuple(c) for c in corners], (*colour, fill))
    _strokes(canvas, xy, layer, 0.7, 90)
    _strokes(canvas, xy.swapaxes(0, 1), layer, 0.7, 90)


def _strokes(canvas: Canvas, lines: Iterable[np.ndarray], layer: Layer, width: float, opacity: int = 255) -> None:
    """Lines through places (n, 2) in pixels, with round joints where they bend."""
    draw, colour = canvas.draw(), (*rgb(canvas.palette[layer.role]), opacity)
    pen = max(round(width * canvas.unit), 1)
    for line in lines:
        draw.line(line.ravel().tolist(), colour, pen, "curve" if len(line) > 5 else None)


def _images(canvas: Canvas, layer: Images) -> None:
    (first, sheet), *others = by_role(layer)
    colours = ramp(canvas.palette.sequential(first), sheet)
    for role, sheet in others:
        colours = np.where(np.isnan(sheet)[..., None], colours, ramp(canvas.palette.sequential(role), sheet))
    _table(canvas, colours)


def _matrix(canvas: Canvas, layer: Matrix) -> None:
    shares = (layer.values - layer.low) / (layer.high - layer.low)
    _table(canvas, ramp(canvas.palette.sequential(layer.role), shares))


def _table(canvas: Canvas, colours: np.ndarray) -> None:
    """Square cells, as large as they fit, in the middle."""
    rows, columns = colours.shape[:2]
    cell = 0.96 * min(canvas.image.width / columns, canvas.image.height / rows)
    left, top = (canvas.image.width - cell * columns) / 2, (canvas.image.height - cell * rows) / 2
    canvas.paint(colours, (left, top, left + cell * columns, top + cell * rows), smooth=False)


def _bars(canvas: Canvas, layer: Bars) -> None:
    size, draw = canvas.image.width, canvas.draw()
    left, right, top, foot = 0.08 * size, 0.92 * size, 0.08 * size, 0.88 * size

    def height(value: float) -> float:
        share = (min(max(value, layer.low), layer.high) - layer.low) / (layer.high - layer.low)
        return foot - share * (foot - top)

    zero, pitch = height(0.0), (right - left) / len(layer.values)
    for k, (value, label, role) in enumerate(zip(layer.values, layer.labels, layer.roles, strict=True)):
        middle = left + (k + 0.5) * pitch
        end = height(float(value))
        draw.rectangle(
            (middle - 0.34 * pitch, min(end, zero), middle + 0.34 * pitch, max(end, zero)), canvas.palette[role]
        )
        if len(layer.values) <= 6:
            canvas.words(canvas.translate(label), (middle, 0.94 * size), 0.035 * size, canvas.palette.ink)
    for value, title in layer.guides:
        y = height(value)
        draw.line((left, y, right, y), canvas.palette.faint, canvas.supersample)
        canvas.words(canvas.translate(title), (right, y - 0.02 * size), 0.03 * size, canvas.palette.faint, "rs")


def _text(canvas: Canvas, layer: Text) -> None:
    text = fill(canvas.translate(layer.text), **layer.values)
    size, width = 0.08 * canvas.image.width, canvas.image.width
    while font(text, size).getlength(max(text.split("\n"), key=len)) > 0.92 * width and size > 8:
        size *= 0.9
    canvas.words(text, (width / 2, width / 2), size, canvas.palette[layer.role])


DRAWERS = {
    "points": _points,
    "heatmap": _heatmap,
    "contour": _contour,
    "arrows": _arrows,
    "paths": _paths,
    "mesh": _mesh,
    "images": _images,
    "bars": _bars,
    "matrix": _matrix,
    "text": _text,
    "tokens": draw_tokens,
    "links": draw_links,
    "ribbons": draw_ribbons,
}
