"""A distribution made from a visitor's own points: drawn, uploaded, or taken from a picture.

The truth is a kernel density estimate: an isotropic Gaussian of one width at every point. Its width is the one of
`WIDTHS` that predicts each point best from all others (leave-one-out likelihood: Habbema et al. 1974,
Duin 1976), at least 0.04. Samples, density, entropy and cell masses are those of the estimate, so a score
says how well the estimate is met, not whatever the points came from.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.spatial.distance import cdist

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.units import Units

from . import point_codec, units_codec
from .densities import Isotropic

WIDTHS = 0.04 * 2.0 ** (np.arange(10) / 2)
"""Widths to choose from, 0.04 to 0.9: far above the code's rounding, far below the frame."""
MAX_LEFT_OUT = 600
"""How many points, spread evenly over all, judge the widths."""
MIN_POINTS, MIN_PLACES = 10, 3
"""Points, and different ones among them."""
MAX_ASPECT = 4.0
"""Where the range of one axis is more than so many times that of the other, each has its own scale."""
FIT_HALF_WIDTH = 2.5
"""Half width of the square that points from elsewhere are fitted into."""


@dataclass(frozen=True, kw_only=True)
class UserData(Isotropic):
    """A kernel estimate of the points in `code` (see `point_codec`). `UserError` where the code is broken."""

    code: str
    name: str = "own"
    title: str = N_("Own data")
    estimated = True

    def __post_init__(self):
        checked_code(self.code)

    @cached_property
    def points(self) -> np.ndarray:
        """The points (m, 2) as the code has them."""
        points = point_codec.decode(self.code.partition(".")[0])
        points.setflags(write=False)
        return points

    @cached_property
    def units(self) -> Units | None:
        """The units that the points came in; None: those of the frame."""
        text = self.code.partition(".")[2]
        return units_codec.decode(text) if text else None

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


def fitting_units(points: np.ndarray, names: tuple[str, str] = ("", "")) -> Units:
    """The units in which points from elsewhere (m, 2) fit into the frame. Both axes have one scale, unless their ranges
    are very different.

    Points that lie in the frame and fill a good part of it stay as they are. `UserError` where there are
    too few, or too few different ones.
    """
    points = np.asarray(points, np.float64).reshape(-1, 2)
    if len(points) < MIN_POINTS:
        raise UserError(
            N_("Your own data need at least {fewest} points; there are {count}."), fewest=MIN_POINTS, count=len(points)
        )
    if names == ("x", "y") or all(name.isdecimal() for name in names):
        names = ("", "")  # they say nothing
    low, high = points.min(0), points.max(0)
    span = high - low
    if not np.isfinite(span).all() or span.max() <= 1e-12 * np.abs(points).max():
        raise UserError(N_("All points are the same. Your own data need different points."))
    if (count := len(np.unique(points, axis=0))) < MIN_PLACES:
        raise UserError(
            N_("There are only {count} different points. Your own data need at least {fewest}."),
            count=count,
            fewest=MIN_PLACES,
        )
    if np.abs(points).max() <= point_codec.HALF_WIDTH and span.max() >= 2 and span.min() * MAX_ASPECT >= span.max():
        return Units(names=names)
    alike = span.min() * MAX_ASPECT >= span.max() or span.min() == 0
    scale = (np.full(2, span.max()) if alike else span) / (2 * FIT_HALF_WIDTH)
    center = (low + high) / 2
    return Units((float(center[0]), float(center[1])), (float(scale[0]), float(scale[1])), names)


def fitted_code(points: np.ndarray, names: tuple[str, str] = ("", "")) -> str:
    """The code of points (m, 2) in a person's own units, which it keeps. `UserError` as in `fitting_units`."""
    units = fitting_units(points, names)
    return encode(units.to_frame(points), units)


def encode(points: np.ndarray, units: Units | None = None) -> str:
    """The code of points (m, 2) in the frame, at most `point_codec.MAX_POINTS` of them, and of the units that they come
    from. `UserError` if too few."""
    points = np.asarray(points, np.float64).reshape(-1, 2)
    if len(points) < MIN_POINTS:
        raise UserError(
            N_("Your own data need at least {fewest} points; there are {count}."), fewest=MIN_POINTS, count=len(points)
        )
    code = point_codec.encode(points)
    return code if units in (None, Units()) else f"{code}.{units_codec.encode(units)}"


def checked_code(code: str) -> str:
    """The code itself, if it is one of own data (an empty one stands for the example); `UserError` if broken."""
    if code:
        places, _, units = code.partition(".")
        if units:
            units_codec.decode(units)
        if (count := len(point_codec.decode(places))) < MIN_POINTS:
            raise UserError(
                N_("Your own data need at least {fewest} points; there are {count}."), fewest=MIN_POINTS, count=count
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
