"""A scene that is a graph: the numbers and titles of its axes, for both renderers; the browser's are in graph.js."""

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from playground.core.scene import Axes, Extent

from .fonts import font
from .palette import Palette

SUPERSCRIPT = str.maketrans("-0123456789", "\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079")
NUMBER_SIZE, TITLE_SIZE = 0.026, 0.03
"""Sizes of the letters, as shares of the picture's width."""
MAX_PLAIN_POWER = 3
"""Powers of ten up to this one are written out."""


def ticks(low: float, high: float, log: bool, most: int = 6) -> list[tuple[float, str]]:
    """Where an axis has its numbers, and these. On a logarithmic one `low` and `high` are decimal logarithms: whole
    powers of ten, or where there are too few of those also their doubles and fivefolds."""
    if not log:
        rough = (high - low) / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(k * power for k in (1, 2, 5, 10) if k * power >= 0.999 * rough)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [(k * step, _label(k * step)) for k in range(first, last + 1)]
    powers = range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)
    if len(powers) > 2 or high - low > 2:
        every = math.ceil(len(powers) / most)
        return [(float(k), _power(k)) for k in powers if k % every == 0]
    found = [
        (k + math.log10(digit), _label(digit * 10.0**k))
        for k in range(math.floor(low), math.floor(high) + 1)
        for digit in (1, 2, 5)
    ]
    return [(at, text) for at, text in found if low - 1e-9 <= at <= high + 1e-9]


def _label(value: float) -> str:
    return f"{value:.10g}".replace("-", "\u2212")


def _power(k: int) -> str:
    return _label(10.0**k) if abs(k) <= MAX_PLAIN_POWER else "10" + str(k).translate(SUPERSCRIPT)


def plot_box(axes: Axes, size: int) -> tuple[int, int, int, int]:
    """(left, top, right, foot) of the graph itself in a picture `size` pixels wide."""
    number, title = NUMBER_SIZE * size, TITLE_SIZE * size
    height = size / axes.aspect
    return (
        round(4 * number + (1.6 * title if axes.y else 0)),
        round(number),
        round(size - 1.5 * number),
        round(height - 1.8 * number - (1.6 * title if axes.x else 0)),
    )


def with_axes(
    graph: Image.Image, axes: Axes, extent: Extent, size: int, palette: Palette, translate: Callable[[str], str]
) -> Image.Image:
    """The drawn graph with its axes around it: a picture `size` pixels wide, as high as its aspect says."""
    left, top, right, foot = plot_box(axes, size)
    x0, x1, y0, y1 = extent
    whole = Image.new("RGB", (size, round(size / axes.aspect)), palette.paper)
    whole.paste(graph, (left, top))
    draw, small = ImageDraw.Draw(whole), NUMBER_SIZE * size
    draw.rectangle((left, top, right, foot), outline=palette.faint)
    gap = 0.6 * NUMBER_SIZE * size
    for at, text in ticks(x0, x1, axes.log_x):
        x = left + (at - x0) / (x1 - x0) * (right - left)
        draw.line((x, foot, x, foot + gap / 2), palette.faint)
        draw.text((x, foot + gap), text, palette.ink, font(text, small), "mt")
    for at, text in ticks(y0, y1, axes.log_y):
        y = foot - (at - y0) / (y1 - y0) * (foot - top)
        draw.line((left - gap / 2, y, left, y), palette.faint)
        draw.text((left - gap, y), text, palette.ink, font(text, small), "rm")
    large = TITLE_SIZE * size
    if axes.x:
        title = translate(axes.x)
        draw.text(((left + right) / 2, whole.height - gap), title, palette.ink, font(title, large), "mb")
    if axes.y:
        title = translate(axes.y)
        words = Image.new("L", (foot - top, round(1.6 * TITLE_SIZE * size)))
        ImageDraw.Draw(words).text((words.width / 2, words.height / 2), title, 255, font(title, large), "mm")
        upright = words.rotate(90, expand=True)
        whole.paste(palette.ink, (round(gap / 2), top), upright)
    return whole
