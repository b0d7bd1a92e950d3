"""Pictures of 256 pixels whose words can be read at that size."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from playground.core.scene import PLANE_EXTENT, Extent, Layer, Points, Role, Scene
from playground.render.fonts import font
from playground.render.palette import PALETTES
from playground.render.picture import picture

SIDE = 256
LETTERS = 13
"""Height of the letters, in pixels."""
SMOOTH = 3
"""Lines and markers are drawn so many times as large, and made smaller."""
PALETTE = PALETTES["light"]
PLOT = (40, 10, 246, 220)
"""(left, top, right, foot) of a graph inside its axes, in pixels."""
Group = tuple[np.ndarray, Role]
"""Points (n, 2) and their colour."""


def drawn(layers: tuple[Layer, ...], side: int = SIDE, extent: Extent = PLANE_EXTENT) -> Image.Image:
    """Layers as the playground draws them anywhere, in a thin frame."""
    image = picture(Scene(layers, legend="", words="", extent=extent), side)
    ImageDraw.Draw(image).rectangle((0, 0, side - 1, side - 1), outline=PALETTE.faint)
    return image


def scatter(*groups: Group, side: int = SIDE, size: float = 4.5) -> Image.Image:
    """Dots on the square [-3, 3]^2."""
    return drawn(tuple(Points(name=role, title="", role=role, xy=xy, size=size) for xy, role in groups), side)


def with_cross(image: Image.Image) -> Image.Image:
    """The two axes through the middle, which part the quadrants."""
    draw, middle = ImageDraw.Draw(image), image.width // 2
    draw.line((middle, 0, middle, image.height), PALETTE.ink)
    draw.line((0, middle, image.width, middle), PALETTE.ink)
    return image


def panels(cells: Sequence[tuple[Image.Image, str]], columns: int) -> Image.Image:
    """Square pictures in rows, each with its title above."""
    whole = Image.new("RGB", (SIDE, SIDE), PALETTE.paper)
    draw, rows = ImageDraw.Draw(whole), -(-len(cells) // columns)
    wide, high = SIDE / columns, SIDE / rows
    for k, (image, title) in enumerate(cells):
        middle = (k % columns + 0.5) * wide
        top = (k // columns) * high + (high - image.height - LETTERS - 3) / 2
        draw.text((middle, top + LETTERS / 2), title, PALETTE.ink, font(title, LETTERS), "mm")
        whole.paste(image, (round(middle - image.width / 2), round(top + LETTERS + 2)))
    return whole


def panel_side(columns: int, rows: int) -> int:
    """The side of each picture in a sheet of `panels`, in pixels."""
    return int(min(SIDE / columns - 4, SIDE / rows - LETTERS - 6))


def written(image: Image.Image, places: np.ndarray, words: Sequence[str]) -> Image.Image:
    """Words at places (n, 2) of the square [-3, 3]^2."""
    draw, (x0, x1, _, y1) = ImageDraw.Draw(image), PLANE_EXTENT
    for (x, y), word in zip(places, words, strict=True):
        at = ((x - x0) / (x1 - x0) * image.width, (y1 - y) / (x1 - x0) * image.height)
        draw.text(at, word, PALETTE.ink, font(word, LETTERS), "mm")
    return image


def _shape(marker: str, x: float, y: float, r: float) -> list[tuple[float, float]]:
    """Corners of a marker about a place."""
    corners = {"circles": 24, "squares": 4, "triangles": 3}[marker]
    start = {"circles": 0.0, "squares": np.pi / 4, "triangles": np.pi / 2}[marker]
    angles = start + 2 * np.pi * np.arange(corners) / corners
    return [(x + r * np.cos(a), y - r * np.sin(a)) for a in angles]


def marked(groups: Sequence[tuple[np.ndarray, Role, str]], radius: float = 4.5) -> Image.Image:
    """Points (n, 2) of [-3, 3]^2 in a colour as circles, squares, or triangles."""
    large = Image.new("RGB", (SIDE * SMOOTH, SIDE * SMOOTH), PALETTE.paper)
    draw, (x0, x1, _, y1) = ImageDraw.Draw(large), PLANE_EXTENT
    for xy, role, marker in groups:
        for x, y in (xy - (x0, y1)) * (large.width / (x1 - x0), -large.width / (x1 - x0)):
            draw.polygon(_shape(marker, x, y, radius * SMOOTH), PALETTE[role], PALETTE.paper)
    image = large.reduce(SMOOTH)
    ImageDraw.Draw(image).rectangle((0, 0, SIDE - 1, SIDE - 1), outline=PALETTE.faint)
    return image


def inside_axes(
    graph: Image.Image, x_ticks: Sequence[str], y_ticks: Sequence[str], x_title: str, y_title: str = ""
) -> Image.Image:
    """A graph as large as `PLOT` with numbers along its axes, equally spaced from end to end."""
    whole, (left, top, right, foot) = Image.new("RGB", (SIDE, SIDE), PALETTE.paper), PLOT
    whole.paste(graph, (left, top))
    draw = ImageDraw.Draw(whole)
    draw.rectangle((left, top, right, foot), outline=PALETTE.faint)
    for x, text in zip(np.linspace(left, right, len(x_ticks)), x_ticks, strict=True):
        draw.line((x, foot, x, foot + 3), PALETTE.faint)
        half = font(text, LETTERS).getlength(text) / 2
        draw.text((min(x, SIDE - 1 - half), foot + 5), text, PALETTE.ink, font(text, LETTERS), "mt")
    for y, text in zip(np.linspace(foot, top, len(y_ticks)), y_ticks, strict=True):
        draw.line((left - 3, y, left, y), PALETTE.faint)
        draw.text((left - 5, y), text, PALETTE.ink, font(text, LETTERS), "rm")
    draw.text(((left + right) / 2, SIDE - 2), x_title, PALETTE.ink, font(x_title, LETTERS), "mb")
    if y_title:
        words = Image.new("L", (foot - top, LETTERS + 4))
        ImageDraw.Draw(words).text((words.width / 2, words.height / 2), y_title, 255, font(y_title, LETTERS), "mm")
        whole.paste(PALETTE.ink, (1, top), words.rotate(90, expand=True))
    return whole


def curves(lines: Sequence[tuple[np.ndarray, Role, str]], low: float, high: float) -> Image.Image:
    """Curves over equally spaced places as large as `PLOT`, their names in their colours in the upper left corner."""
    wide, tall = PLOT[2] - PLOT[0], PLOT[3] - PLOT[1]
    large = Image.new("RGB", (wide * SMOOTH, tall * SMOOTH), PALETTE.paper)
    draw = ImageDraw.Draw(large)
    for values, role, _ in lines:
        x = np.linspace(0, large.width, len(values))
        y = large.height * (high - np.clip(values, low, 2 * high)) / (high - low)
        draw.line(np.stack([x, y], 1).ravel().tolist(), PALETTE[role], 2 * SMOOTH, "curve")
    image = large.reduce(SMOOTH)
    draw = ImageDraw.Draw(image)
    for k, (_, role, name) in enumerate(lines):
        draw.text((wide / 2, 4 + k * (LETTERS + 3)), name, PALETTE[role], font(name, LETTERS), "lt")
    return image
