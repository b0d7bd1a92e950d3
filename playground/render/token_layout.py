"""Where the cells of sequences of tokens are in a picture; web/draw/token_layout.js has the same rules."""

from dataclasses import dataclass
from math import ceil, floor

LARGEST, LEAST = 20, 12
"""Pixels of letters."""
MOST_LINES = 16
"""Of one sequence."""
LINE_COST = (1, 3)
"""Pixels of letters that another line must bring, of one sequence and of several."""
ROOMY, TIGHT = (1.3, 0.5), (1.1, 0.3)
"""Least width of a cell, and what it has beside its text, in sizes of letters."""
BLOCK = 22
"""Pixels of a cell without a text, at most."""
SMALL = 0.8
"""Size of the expected token's letters, relative to the others."""

Room = tuple[int, int, float, float]
"""Sequences, tokens in each, width, height."""


@dataclass(frozen=True)
class TokenLayout:
    """In pixels of a stage."""

    font: int
    """Size of the letters; 0: they have no room, cells are blocks."""
    small: int
    """Size of the letters of what is expected."""
    per_line: int
    lines: int
    """Of each sequence."""
    width: float
    """Of a cell, and its height with and without the small text."""
    height: float
    box: float
    gap: float
    """Between two sequences."""
    left: float
    top: float
    worth: float

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """The upper left corner of a cell."""
        line = row * self.lines + column // self.per_line
        return self.left + column % self.per_line * self.width, self.top + line * self.height + row * self.gap


def token_layout(rows: int, columns: int, unit: float, second: bool, width: float, height: float) -> TokenLayout:
    """Cells for that many sequences and tokens in that many pixels. `unit`: width of the widest token in sizes of its
    letters; `second`: whether a small text may stand under a token."""
    room = (rows, columns, width, height)
    return (
        _with_text(room, unit, second, *ROOMY)
        or _with_text(room, unit, second, *TIGHT)
        or _with_text(room, unit, False, *TIGHT)
        or _blocks(room)
    )


def _with_text(room: Room, unit: float, second: bool, narrowest: float, around: float) -> TokenLayout | None:
    """The layout with the largest letters; None: there is none with a text."""
    rows, columns, *_ = room
    best = None
    for lines in range(1, min(MOST_LINES, columns) + 1):
        cost = (lines - 1) * LINE_COST[rows > 1]
        for font in range(LARGEST, LEAST - 1, -1):
            if best and font - cost <= best.worth:
                break
            box, small = _round(1.6 * font), _round(SMALL * font) if second else 0
            cell = (ceil(font * max(narrowest, unit + around) - 1e-9), box + (small and small + 3), box)
            found = _placed(room, lines, font, small, cell, (0.8 if lines > 1 else 0.3) * font, font - cost)
            best = found or best
    return best


def _placed(
    room: Room,
    lines: int,
    font: int,
    small: int,
    cell: tuple[float, float, float],
    gap: float,
    worth: float,
) -> TokenLayout | None:
    """The layout with these cells, in the middle; None: there is no room for it."""
    rows, columns, wide, tall = room
    edge = _edge(wide, tall)
    per_line = ceil(columns / lines)
    across, down = per_line * cell[0], rows * lines * cell[1] + (rows - 1) * gap
    if across > wide - 2 * edge + 1e-6 or down > tall - 2 * edge + 1e-6:
        return None
    return TokenLayout(font, small, per_line, lines, *cell, gap, (wide - across) / 2, (tall - down) / 2, worth)


def _blocks(room: Room) -> TokenLayout:
    """Cells without a text, as nearly square as they can be."""
    rows, columns, wide, tall = room
    edge = _edge(wide, tall)
    best = None
    for lines in range(1, columns + 1):
        gap = min(6, 0.2 * (tall - 2 * edge) / rows) if lines > 1 else 0.0
        width = min(BLOCK, (wide - 2 * edge) / ceil(columns / lines))
        height = min(BLOCK, (tall - 2 * edge - (rows - 1) * gap) / (rows * lines))
        if best is None or min(width, height) > best.worth:
            best = _placed(room, lines, 0, 0, (width, height, height), gap, min(width, height)) or best
    assert best is not None, "one line of the room's height always has room"
    return best


def _edge(width: float, height: float) -> float:
    return 3 if min(width, height) < 200 else 10


def _round(value: float) -> int:
    """As JavaScript rounds: halves up."""
    return floor(value + 0.5)
