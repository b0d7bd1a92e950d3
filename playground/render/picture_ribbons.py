"""Ribbons in pictures: which class at which frame; the browser's are in ribbons.js."""

import numpy as np
from PIL import ImageDraw

from playground.core.scene import Ribbons

from .canvas import Canvas
from .fonts import font
from .palette import mix, rgb
from .ribbon_layout import BESIDE, NEAR, SWATCH, RibbonLayout, ribbon_layout
from .ribbon_segments import BACKGROUND, FAINT, axis_ticks, colour_of, marked, named, opacities, seen, segments

THIN = 2.0
"""Pixels of the background's line."""
MARK = (4.0, 6.0)
"""Half the width, and the height of a mark."""
INSIDE = 8
"""Pixels that a segment must have beside its name."""


def draw_ribbons(canvas: Canvas, layer: Ribbons) -> None:
    scale, palette, translate = canvas.scale, canvas.palette, canvas.translate
    rows, frames = layer.classes.shape
    titles, shown = [translate(title) for title in layer.rows], named(layer)
    names = {number: translate(name) for number, name in enumerate(layer.names) if name}
    widths = [_width(names[number]) for number in shown]
    room = (canvas.image.width / scale, canvas.image.height / scale)
    layout = ribbon_layout(rows, max(map(_width, titles), default=0.0), widths, *room)
    step = layout.width / max(frames, 1)
    for row in range(rows):
        _band(canvas, layer, layout, row)
        _segments(canvas, layer, layout, row, names)
    draw = canvas.draw()
    for row, frame in marked(layer) if layout.font else []:
        x, y = layout.left + (frame + 0.5) * step, layout.row(row)[0] - 1
        corners = ((x - MARK[0], y - MARK[1]), (x + MARK[0], y - MARK[1]), (x, y))
        draw.polygon([(scale * a, scale * b) for a, b in corners], palette.ink)
    now = layout.left + seen(layer) * step
    foot = layout.top + rows * layout.pitch
    veil = (*rgb(palette.paper), round(255 * FAINT))
    draw.rectangle([scale * v for v in (now, layout.top - 1, layout.left + layout.width + MARK[0], foot + 1)], veil)
    draw.line([scale * v for v in (now, layout.top, now, foot + 2)], palette.ink, max(1, round(1.5 * scale)))
    if not layout.font:
        return
    for row, title in enumerate(titles):
        top, band = layout.row(row)
        at = (scale * (layout.left - BESIDE), scale * (top + band / 2))
        canvas.words(title, at, layout.font * scale, palette.ink, "rm")
    for number, (x, y) in zip(shown, layout.names, strict=False):
        _swatch(draw, number, (x, y), canvas)
        canvas.words(names[number], (scale * (x + SWATCH + NEAR), scale * y), layout.font * scale, palette.ink, "lm")
    if layout.axis:
        _axis(canvas, draw, layer, layout)


def _band(canvas: Canvas, layer: Ribbons, layout: RibbonLayout, row: int) -> None:
    """A row's colours; where there is none, and of the background, the ground."""
    classes, paper = np.asarray(layer.classes[row], int), np.array(rgb(canvas.palette.paper))
    colours = np.array([rgb(colour_of(number, canvas.palette)) for number in range(max(classes.max(initial=0), 0) + 1)])
    weights = np.where(classes > BACKGROUND, opacities(layer)[row], 0)[:, None]
    mixed = paper + (colours[np.maximum(classes, 0)] - paper) * weights  # (frames, 3)
    (top, band), scale = layout.row(row), canvas.scale
    box = (layout.left * scale, top * scale, (layout.left + layout.width) * scale, (top + band) * scale)
    canvas.paint(np.rint(mixed)[None].astype(np.uint8), box, smooth=False)


def _segments(canvas: Canvas, layer: Ribbons, layout: RibbonLayout, row: int, names: dict[int, str]) -> None:
    """The background's lines, and names where they have room."""
    (top, band), scale, palette = layout.row(row), canvas.scale, canvas.palette
    step, weights, draw = layout.width / max(layer.classes.shape[1], 1), opacities(layer)[row], canvas.draw()
    for start, stop, number in segments(layer.classes[row]):
        x, wide, y = layout.left + start * step, (stop - start) * step, top + band / 2
        if number == BACKGROUND:
            line = tuple(scale * v for v in (x, y - THIN / 2, x + wide, y + THIN / 2))
            draw.rectangle(line, mix(palette.paper, colour_of(number, palette), 0.5))
            continue
        name = names.get(number, "")
        if layout.font and name and band >= layout.font + 2 and _width(name) * layout.font + INSIDE <= wide:
            fill = mix(palette.paper, colour_of(number, palette), float(weights[start:stop].mean()))
            at = (scale * (x + wide / 2), scale * y)
            canvas.words(name, at, layout.font * scale, palette.readable_on(fill))


def _swatch(draw: ImageDraw.ImageDraw, number: int, place: tuple[float, float], canvas: Canvas) -> None:
    (x, y), scale, palette = place, canvas.scale, canvas.palette
    half, colour = SWATCH / 2, colour_of(number, palette)
    if number == BACKGROUND:
        half, colour = THIN / 2, mix(palette.paper, colour, 0.5)
    draw.rectangle([scale * v for v in (x, y - half, x + SWATCH, y + half)], colour)


def _axis(canvas: Canvas, draw: ImageDraw.ImageDraw, layer: Ribbons, layout: RibbonLayout) -> None:
    """Numbers below: seconds, or frames that have passed."""
    scale, ink = canvas.scale, canvas.palette.faint
    for at, text in axis_ticks(layer, layout.width):
        x = layout.left + at * layout.width
        draw.line([scale * v for v in (x, layout.axis, x, layout.axis + 4)], ink, max(1, round(scale)))
        words = canvas.translate(layer.time_title).format(seconds=text) if layer.seconds else text
        x = min(x, canvas.image.width / scale - _width(words) * layout.font / 2 - 2)
        canvas.words(words, (scale * x, scale * (layout.axis + 5 + layout.font / 2)), layout.font * scale, ink)


def _width(text: str) -> float:
    """In sizes of its letters."""
    return font(text, 100).getlength(text) / 100
