"""A picture to take along: the scene with its axes, and around it what one must know to read it by itself: title, step,
legend, and the link to where it came from."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from playground.core.i18n import fill
from playground.core.scene import Extent, Scene
from playground.core.units import Units

from .at_moment import at_moment
from .crop import content_extent, crop_to_content
from .fonts import drawable_translation, font
from .graph import ticks
from .palette import PALETTES, Palette, Theme

EDGE, NUMBERS = 16, 44
"""Around everything, and for the numbers along an axis, in pixels."""
TITLE, TEXT, SMALL = 21, 15, 13
"""Sizes of letters in pixels."""
LEADING = 1.45
"""Distance of lines over the size of their letters."""
PLACES = ("points", "heatmap", "contour", "arrows", "paths", "mesh")
"""Kinds of layers whose coordinates mean something: other scenes have no axes."""
MARKED = re.compile(r"\[(\w+):([^\]]+)\]")
PIECE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+")


@dataclass(frozen=True)
class Words:
    """What stands around the picture, translated."""

    title: str
    moment: str
    """The step, and where on the trajectory."""
    link: str = ""


def sheet(
    scene: Scene,
    words: Words,
    width: int,
    theme: Theme = "light",
    translate: Callable[[str], str] = str,
    moment: float | None = None,
) -> Image.Image:
    """All of it in a picture of `width` pixels; the scene without the margins at which nothing is."""
    palette, scene = PALETTES[theme], at_moment(scene, moment)
    on_plane = any(layer.kind in PLACES for layer in scene.layers if layer.stage)
    has_axes = scene.axes is None and scene.stacked == 1 and on_plane
    left = EDGE + (NUMBERS if has_axes else 0)
    drawn = crop_to_content(scene, width - left - EDGE, theme, translate)
    legend = fill(drawable_translation(translate)(scene.legend), **scene.values)
    room = width - 2 * EDGE
    sentence = _lines(_coloured(legend, palette), TEXT, room)
    link = _lines([(words.link, palette.faint)], SMALL, room) if words.link else []
    top = round(EDGE + LEADING * (TITLE + TEXT) + 4)
    foot = top + drawn.height + (round(NUMBERS * 0.6) if has_axes else 0) + 10
    height = round(foot + LEADING * (TEXT * len(sentence) + SMALL * len(link)) + EDGE)
    whole = Image.new("RGB", (width, height), palette.paper)
    draw = ImageDraw.Draw(whole)
    draw.text((EDGE, EDGE), words.title, palette.ink, font(words.title, TITLE), "la")
    draw.text((EDGE, EDGE + LEADING * TITLE), words.moment, palette.faint, font(words.moment, TEXT), "la")
    whole.paste(drawn, (left, top))
    if has_axes:
        _axes(draw, (left, top, left + drawn.width, top + drawn.height), content_extent(scene), scene.units, palette)
    _write(draw, sentence, foot, TEXT)
    _write(draw, link, foot + LEADING * TEXT * len(sentence), SMALL)
    return whole


def _axes(
    draw: ImageDraw.ImageDraw,
    box: tuple[int, int, int, int],
    extent: Extent,
    units: Units | None,
    palette: Palette,
) -> None:
    """A frame, and round numbers along the foot and the left side; in a person's own units where there are some."""
    left, top, right, foot = box
    x0, x1, y0, y1 = extent
    center, scale = (units.center, units.scale) if units is not None else ((0.0, 0.0), (1.0, 1.0))
    draw.rectangle((left, top, right - 1, foot - 1), outline=palette.line)
    for at, text in ticks(center[0] + scale[0] * x0, center[0] + scale[0] * x1, False):
        x = left + ((at - center[0]) / scale[0] - x0) / (x1 - x0) * (right - left)
        draw.line((x, foot, x, foot + 5), palette.faint)
        draw.text((x, foot + 8), text, palette.ink, font(text, SMALL), "mt")
    for at, text in ticks(center[1] + scale[1] * y0, center[1] + scale[1] * y1, False):
        y = foot - ((at - center[1]) / scale[1] - y0) / (y1 - y0) * (foot - top)
        draw.line((left - 5, y, left, y), palette.faint)
        draw.text((left - 8, y), text, palette.ink, font(text, SMALL), "rm")


Piece = tuple[str, str]
"""A text and its colour."""


def _coloured(legend: str, palette: Palette) -> list[Piece]:
    """The sentence in pieces: [role:words] in the colour of their role."""
    pieces, end = [], 0
    for found in MARKED.finditer(legend):
        pieces += [(legend[end : found.start()], palette.ink), (found[2], palette.roles.get(found[1], palette.ink))]
        end = found.end()
    return [*pieces, (legend[end:], palette.ink)]


def _lines(pieces: Iterable[Piece], size: float, room: float) -> list[list[Piece]]:
    """The pieces in lines no longer than `room`; Chinese is broken between any two characters, and what is longer than
    a line anywhere."""
    lines: list[list[Piece]] = [[]]
    length = 0.0
    for text, colour in pieces:
        for word in PIECE.findall(text):
            for part in [word] if _length(word, size) <= room else word:
                if length + _length(part.rstrip(), size) > room and lines[-1]:
                    lines.append([])
                    length = 0.0
                lines[-1].append((part, colour))
                length += _length(part, size)
    return lines


def _length(text: str, size: float) -> float:
    return font(text, size).getlength(text)


def _write(draw: ImageDraw.ImageDraw, lines: Sequence[Sequence[Piece]], top: float, size: float) -> None:
    for number, line in enumerate(lines):
        x = float(EDGE)
        for text, colour in line:
            draw.text((x, top + LEADING * size * number), text, colour, font(text, size), "la")
            x += _length(text, size)
