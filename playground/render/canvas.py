"""What the drawers of pictures draw on."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from playground.core.scene import Extent

from .fonts import font
from .palette import Palette


@dataclass
class Canvas:
    """A picture in the making, larger than it will be, and how units of the axes fall on it."""

    image: Image.Image
    extent: Extent
    palette: Palette
    translate: Callable[[str], str]
    supersample: int

    @property
    def unit(self) -> float:
        """One pixel of a 500-pixel stage, but never so small that a thumbnail's dots vanish."""
        return max(self.image.width / 500, 0.62 * self.supersample)

    def at(self, xy: np.ndarray) -> np.ndarray:
        """Points (..., 2) in units of the axes -> pixels, y down; what is not a number falls outside."""
        x0, x1, y0, y1 = self.extent
        scale = np.array([self.image.width / (x1 - x0), self.image.height / (y0 - y1)])
        places = (np.asarray(xy, float) - (x0, y1)) * scale
        return np.clip(np.nan_to_num(places, nan=-1e4), -1e4, 2e4)

    @property
    def scale(self) -> float:
        """Pixels here for each of a stage: pictures larger than that of 500 have larger letters, smaller ones have not
        smaller ones."""
        return max(self.image.width / 500, self.supersample)

    def part(self, top: float, height: float) -> "Canvas":
        """A copy of the rows from `top` on."""
        box = (0, round(top), self.image.width, round(top + height))
        return replace(self, image=self.image.crop(box))

    def draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image, "RGBA")

    def paint(self, colours: np.ndarray, box: tuple[float, float, float, float], smooth: bool) -> None:
        """Stretch a small picture (rows, columns, 3), row 0 on top, over a box of pixels."""
        left, top, right, bottom = (round(v) for v in box)
        width, height = max(right - left, 1), max(bottom - top, 1)
        grown = Image.fromarray(colours)
        if smooth:  # as finely as it will be seen
            final = (-(-width // self.supersample), -(-height // self.supersample))
            grown = grown.resize(final, Image.Resampling.BILINEAR)
        self.image.paste(grown.resize((width, height), Image.Resampling.NEAREST), (left, top))

    def words(self, text: str, xy: tuple[float, float], size: float, colour: str, anchor: str = "mm") -> None:
        self.draw().text(xy, text, colour, font(text, size), anchor)
