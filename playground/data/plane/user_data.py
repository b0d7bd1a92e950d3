"""A distribution made from a visitor's own points: drawn, uploaded, or taken from a picture.

The truth is a kernel density estimate: an isotropic Gaussian of one width at every point. Its width is the one of
`WIDTHS` that predicts each point best from all others (leave-one-out likelihood: Habbema et al. 1974,
Duin 1976), at least 0.04. Samples, density, entropy and cell masses are those of the estimate, so a score
says how well the estimate is met, not whatever the points came from.
"""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.spatial.distance import cdist

from playground.core.errors import UserError
from playground.core.i18n import N_

from . import point_codec
from .densities import Isotropic

WIDTHS = 0.04 * 2.0 ** (np.arange(10) / 2)
"""Widths to choose from, 0.04 to 0.9: far above the code's rounding, far below the frame."""
MAX_LEFT_OUT = 600
"""How many points, spread evenly over all, judge the widths."""
MIN_POINTS = 10
FIT_HALF_WIDTH = 2.5
"""Half width of the square that points from elsewhere are fitted into."""


@dataclass(frozen=True, kw_only=True)
class UserData(Isotropic):
    """A kernel estimate of the points in `code` (see `codes`). `UserError` where the code is broken."""

    code: str
    name: str = "own"
    title: str = N_("Own data")
    estimated = True

    def __post_init__(self):
        checked_code(self.code)

    @cached_property
    def points(self) -> np.ndarray:
        """The points (m, 2) as the code has them."""
        points = point_codec.decode(self.code)
        points.setflags(write=False)
        return points

    @cached_property
    def std(self) -> float:
        """The kernel's width."""
        return kernel_width(self.points)

    @cached_property
    def components(self) -> tuple[np.ndarray, np.ndarray]:
        return self.points, np.full(len(self.points), 1 / len(self.points))

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        which = generator.integers(len(self.points), size=n)
        noise = generator.standard_normal((n, 2), np.float32)
        return self.points.astype(np.float32)[which] + np.float32(self.std) * noise

    @cached_property
    def entropy(self) -> float:
        """As everywhere the trapezoidal rule, here with four nodes to a width: its error is below 1e-4 nats.

        On a lattice the estimate is one product of two matrices, so two thousand points take milliseconds.
        """
        steps = int(np.ceil(8 * self.reach / self.std))
        axis, step = np.linspace(-self.reach, self.reach, steps + 1, retstep=True)
        kernel = np.exp(-0.5 * ((axis[:, None, None] - self.points) / self.std) ** 2)  # (node, point, axis)
        p = kernel[..., 0] @ kernel[..., 1].T / (2 * np.pi * self.std**2 * len(self.points))
        return float(-np.sum(p * np.log(p, where=p > 0, out=np.zeros_like(p))) * step**2)


def kernel_width(points: np.ndarray) -> float:
    """The width of `WIDTHS` with the highest leave-one-out likelihood of `points` (m, 2)."""
    judges = point_codec.evenly_spaced(len(points), MAX_LEFT_OUT)
    squares = cdist(points[judges], points, "sqeuclidean")  # (judge, point)
    squares[np.arange(len(judges)), judges] = np.inf  # no point speaks for itself
    floor = 1e-300  # of a sum that has run out of digits
    likelihood = [
        np.log(np.exp(squares / (-2 * h * h)).sum(1) + floor).sum() - 2 * len(judges) * np.log(h) for h in WIDTHS
    ]
    return float(WIDTHS[int(np.argmax(likelihood))])


def fit_to_frame(points: np.ndarray) -> np.ndarray:
    """Points from elsewhere (m, 2), moved and scaled alike in both directions until they fit the frame.

    Points that lie in the frame and fill a good part of it stay as they are. `UserError` where there are
    too few, or all at one place.
    """
    points = np.asarray(points, np.float64).reshape(-1, 2)
    if len(points) < MIN_POINTS:
        raise UserError(
            N_("Your own data need at least {fewest} points; there are {count}."), fewest=MIN_POINTS, count=len(points)
        )
    low, high = points.min(0), points.max(0)
    span = (high - low).max()
    if not np.isfinite(span) or span <= 1e-12 * max(np.abs(high).max(), np.abs(low).max()):
        raise UserError(N_("All points are the same. Your own data need different points."))
    if max(-low.min(), high.max()) <= 3 and span >= 2:
        return points
    return (points - (low + high) / 2) * (2 * FIT_HALF_WIDTH / span)


def encode(points: np.ndarray) -> str:
    """The code of points (m, 2) in the frame: at most `codes.MOST` of them. `UserError` if too few."""
    points = np.asarray(points, np.float64).reshape(-1, 2)
    if len(points) < MIN_POINTS:
        raise UserError(
            N_("Your own data need at least {fewest} points; there are {count}."), fewest=MIN_POINTS, count=len(points)
        )
    return point_codec.encode(points)


def checked_code(code: str) -> str:
    """The code itself, if it is one of own data (an empty one stands for the example); `UserError` if broken."""
    if code and len(point_codec.decode(code)) < MIN_POINTS:
        raise UserError(
            N_("Your own data need at least {fewest} points; there are {count}."),
            fewest=MIN_POINTS,
            count=len(point_codec.decode(code)),
        )
    return code


@lru_cache(maxsize=32)
def get(code: str = "") -> UserData:
    """The distribution of a code; of the example, a heart, where it is empty."""
    return UserData(code=code or encode(heart()))


def heart(count: int = 240) -> np.ndarray:
    """A heart, as evenly drawn as a hand would: (count, 2)."""
    t = np.linspace(0, 2 * np.pi, 4 * count)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    outline = np.stack([x, y + 2.5], 1) * (2.2 / 16)
    along = np.append(0, np.cumsum(np.hypot(*np.diff(outline, axis=0).T)))
    even = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(even, along, outline[:, axis]) for axis in (0, 1)], 1)


def read_csv(raw: bytes) -> np.ndarray:
    """The points of a CSV file: its first two columns of numbers, (m, 2). `UserError` says what is wrong with it.

    Commas, semicolons, tabs or spaces part the columns; one line of headings may come first.
    """
    if len(raw) > MAX_CSV_BYTES:
        raise UserError(
            N_("The file is too large: {size} kB, the maximum is {most} kB."),
            size=len(raw) // 1000,
            most=MAX_CSV_BYTES // 1000,
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(N_("The file is not a table of text (CSV in UTF-8).")) from None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        raise UserError(N_("The file is empty."))
    if len(lines) > MAX_CSV_LINES:
        raise UserError(
            N_("The file has too many lines: {count}, the maximum is {most}."), count=len(lines), most=MAX_CSV_LINES
        )
    if len(_cells(lines[0])) < 2:
        raise UserError(N_("The file has only one column; points need two."))
    first = _row(lines[0]) is None and len(lines) > 1  # headings
    rows = []
    for number, line in enumerate(lines[first:], 1 + first):
        row = _row(line)
        if row is None:
            raise UserError(
                N_("Line {number} does not begin with two numbers: “{line}”."), number=number, line=line[:40]
            )
        rows.append(row)
    return np.array(rows)


MAX_CSV_BYTES, MAX_CSV_LINES = 2_000_000, 100_000
"""How large a CSV file may be."""


def _cells(line: str) -> list[str]:
    return [cell for cell in re.split(r"[,;\t ]+", line) if cell]


def _row(line: str) -> tuple[float, float] | None:
    try:
        x, y = (float(cell.strip("\"'")) for cell in _cells(line)[:2])
    except ValueError:
        return None
    return (x, y) if np.isfinite([x, y]).all() and max(abs(x), abs(y)) < 1e100 else None
