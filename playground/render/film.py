"""Films: the frames of a run, one after the other, as a GIF.

A GIF has 256 colours in all. One palette, found from frames of the whole run, holds for every frame, so that
nothing flickers, and a table from all short colours (five bits a channel) to it is quicker than asking
Pillow for the nearest colour of every pixel of every frame.
"""

import io
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from PIL import Image

from playground.core.scene import Scene

from .canvas import Canvas
from .fonts import drawable_translation
from .palette import PALETTES, Theme
from .picture import picture

FRAME_MS, REST_MS = 80, 2000
SIZE = 360
COLOURS = 128
PALETTE_FRAMES = 4
"""Frames that the palette is found from."""


def film(
    scenes: Sequence[tuple[int, Scene]],
    size: int = SIZE,
    theme: Theme = "light",
    translate: Callable[[str], str] = str,
    words: str = "{step}",
) -> bytes:
    """A GIF of (step, scene) pairs that rests at its end before it begins again.

    `words`: what is written into the corner, with `{step}`; it is translated like all else.
    """
    words = drawable_translation(translate)(words)
    pictures = [_drawn(scene, words.format(step=f"{step:,}"), size, theme, translate) for step, scene in scenes]
    colours, table = _colours([pictures[place] for place in evenly(range(len(pictures)), PALETTE_FRAMES)])
    frames = [_indexed(picture, table, colours) for picture in pictures]
    out = io.BytesIO()
    durations = [FRAME_MS] * (len(frames) - 1) + [REST_MS]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=durations, loop=0, optimize=False)
    return out.getvalue()


def evenly(steps: Iterable[int], count: int) -> list[int]:
    """At most `count` of the steps, evenly over their order, the first and the last among them."""
    steps = list(steps)
    places = np.linspace(0, len(steps) - 1, min(count, len(steps)))
    return [steps[round(place)] for place in places]


def _drawn(scene: Scene, words: str, size: int, theme: Theme, translate: Callable[[str], str]) -> Image.Image:
    image = picture(scene, size, theme, translate=translate, supersample=2)
    canvas = Canvas(image, scene.extent, PALETTES[theme], translate, 1)
    canvas.words(words, (0.97 * size, 0.97 * size), 0.042 * size, PALETTES[theme].ink, "rs")
    return image


def _colours(pictures: list[Image.Image]) -> tuple[list[int], np.ndarray]:
    """A palette (flat red, green, blue, ...) for these pictures, and the place in it of each short colour (32768,)."""
    sheet = Image.new("RGB", (pictures[0].width, pictures[0].height * len(pictures)))
    for row, one in enumerate(pictures):
        sheet.paste(one, (0, row * one.height))
    small = sheet.quantize(COLOURS, Image.Quantize.FASTOCTREE)
    flat = (small.getpalette() or [])[: 3 * COLOURS]
    palette = np.array(flat, np.float32).reshape(-1, 3)
    channel = np.arange(32, dtype=np.float32) * 8 + 4
    shorts = np.stack(np.meshgrid(channel, channel, channel, indexing="ij"), -1).reshape(-1, 3)
    far = (shorts**2).sum(1)[:, None] - 2 * shorts @ palette.T + (palette**2).sum(1)  # (32768, colours)
    return flat, far.argmin(1).astype(np.uint8)


def _indexed(picture: Image.Image, table: np.ndarray, colours: list[int]) -> Image.Image:
    pixels = np.asarray(picture, np.uint16) >> 3  # (height, width, 3)
    frame = Image.fromarray(table[pixels[..., 0] << 10 | pixels[..., 1] << 5 | pixels[..., 2]])
    frame.putpalette(colours)
    return frame
