"""Where the rows, names and the axis of ribbons are in a picture; web/draw/ribbon_layout.js has the same rules."""

from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = 12
"""Pixels of letters."""
SMALL = (200, 60)
"""Pixels: a picture that is narrower or lower has no words."""
EDGE, SMALL_EDGE = 10, 3
TITLES, BESIDE = 0.28, 8
"""Share of the width that titles of rows may take, and pixels between them and the rows."""
SWATCH, NEAR, APART = 10, 5, 14
"""Pixels of the mark before the name of a class, between both, and from one name to the next mark."""
LINE = 1.6
"""Height of a line of names, in sizes of letters."""
LOWEST, HIGHEST = 11, 54
"""Pixels from one row to the next."""
GAP = (0.28, 2, 9)
"""Above a row, in heights of a row; least, most."""


@dataclass(frozen=True)
class RibbonLayout:
    """In pixels of a stage."""

    font: int
    """Size of the letters; 0: they have no room."""
    left: float
    top: float
    width: float
    pitch: float
    """From one row to the next."""
    gap: float
    """Above each row, inside the pitch."""
    names: tuple[tuple[float, float], ...]
    """Where the mark of each named class begins, and the middle of its line; (): no room."""
    axis: float
    """Where the axis is; 0: no room."""

    def row(self, number: int) -> tuple[float, float]:
        """Top and height of a row's band."""
        return self.top + number * self.pitch + self.gap, self.pitch - self.gap


def ribbon_layout(
    rows: int, title: float, names: Sequence[float], width: float, height: float, letters: int = LETTERS
) -> RibbonLayout:
    """`title`: width of the widest title of a row, `names`: of the names of classes, in sizes of their letters."""
    small = width < SMALL[0] or height < SMALL[1]
    font, edge = (0, SMALL_EDGE) if small else (letters, EDGE)
    left = edge + (min(TITLES * width, title * font) + BESIDE if title and font else 0)
    room, above, below, flow = height - 2 * edge, 0.0, 0.0, []
    if font and room - (font + 10) >= rows * LOWEST:
        below = font + 10.0
    if font and names:
        flow, lines = _flowing(names, width - edge, edge, font)
        above = lines * LINE * font + 2
        if room - below - above < rows * LOWEST:
            flow, above = [], 0.0
    pitch = min(HIGHEST, (room - above - below) / max(rows, 1))
    start = edge + (room - above - below - rows * pitch) / 2  # in the middle
    top = start + above
    gap = min(max(GAP[0] * pitch, GAP[1]), GAP[2])
    places = tuple((x, start + (line + 0.5) * LINE * font) for x, line in flow)
    axis = top + rows * pitch + 3 if below else 0.0
    return RibbonLayout(font, left, top, width - edge - left, pitch, gap, places, axis)


def _flowing(names: Sequence[float], end: float, begin: float, font: int) -> tuple[list[tuple[float, int]], int]:
    """(x, line) of each name, one after the other, and how many lines they take."""
    places, x, line = [], begin, 0
    for name in names:
        wide = SWATCH + NEAR + name * font
        if x > begin and x + wide > end:
            x, line = begin, line + 1
        places.append((x, line))
        x += wide + APART
    return places, line + 1
