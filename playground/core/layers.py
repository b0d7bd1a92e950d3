"""The layers of a scene: everything that can be drawn, one class for each kind.

Arrays are float, y points up. Texts are message ids (`N_`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, Literal

import numpy as np

from .i18n import N_

Role = Literal["data", "generated", "field", "gradient", "truth", "neutral"]
Extent = tuple[float, float, float, float]
"""(x0, x1, y0, y1)"""

PLANE_EXTENT: Extent = (-3.0, 3.0, -3.0, 3.0)


@dataclass(frozen=True, kw_only=True)
class Pick:
    """What a click does in a panel, or Enter on the cell that the arrow keys lead to: it turns dials."""

    dials: Mapping[str, tuple[float | str | bool | None, ...]]
    """By its name, the value that a dial gets from each bar, or from each column of tokens; None: it stays as it is."""
    title: str
    """Says so under the pointer."""
    chosen: int | None = None
    """The bar or column that the dials stand for now: it is outlined."""


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What all layers have. `tween`: the same things in the next frame, so the way between may be drawn."""

    kind: ClassVar[str]
    whole_numbers: ClassVar[tuple[str, ...]] = ()
    """Arrays of numbers that name something: there is nothing between two of them, and they travel as integers."""
    exact_numbers: ClassVar[tuple[str, ...]] = ()
    """Arrays that travel as they are, NaN too."""
    texts: ClassVar[tuple[str, ...]] = ()
    """Fields that hold message ids of this kind of layer alone."""
    name: str
    title: str
    role: Role = "neutral"
    shown: bool = True
    """Whether it is switched on at first."""
    stage: bool = True
    """Whether it belongs to the big stage; else only nodes of the diagram draw it."""
    tween: bool = False
    trajectory: bool = False
    """Whether it changes along the scene's `Trajectory`: then every array has one more axis in front, as long as
    the trajectory has moments, or of length 1 where it stays the same: points `xy` (moments, n, 2)."""
    follow: bool = False
    """Of points and paths: number i is the same in all pictures of a panel, so that one that is clicked is marked, with
    its path, in every picture."""


@dataclass(frozen=True, kw_only=True)
class Points(Layer):
    kind = "points"
    xy: np.ndarray  # (n, 2)
    values: np.ndarray | None = None  # (n,) in [0, 1]: coloured along the diverging scale
    size: float = 3.0
    """Diameter in pixels of a 500-pixel stage."""
    kinds: tuple[str, ...] = ()
    """Names, up to ten: then value k / (names - 1) is kind k, and every kind has a colour of its own."""


@dataclass(frozen=True, kw_only=True)
class Heatmap(Layer):
    kind = "heatmap"
    values: np.ndarray  # (rows, columns); row 0 is the lowest y
    extent: Extent = PLANE_EXTENT
    low: float = 0.0
    high: float = 1.0
    scale: Literal["diverging", "sequential"] = "diverging"
    low_title: str = ""
    high_title: str = ""


@dataclass(frozen=True, kw_only=True)
class Contour(Layer):
    kind = "contour"
    values: np.ndarray  # (rows, columns); row 0 is the lowest y
    levels: tuple[float, ...]
    extent: Extent = PLANE_EXTENT


@dataclass(frozen=True, kw_only=True)
class Arrows(Layer):
    """`uv` in units of the axes; renderers draw `uv * length` and cap each arrow at a tenth of the axes."""

    kind = "arrows"
    xy: np.ndarray  # (n, 2)
    uv: np.ndarray  # (n, 2)
    length: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Paths(Layer):
    kind = "paths"
    xy: np.ndarray  # (n, times, 2)


@dataclass(frozen=True, kw_only=True)
class Mesh(Layer):
    """A grid carried somewhere: cells filled with the role's colour at their `weights` as opacity."""

    kind = "mesh"
    xy: np.ndarray  # (rows, columns, 2)
    weights: np.ndarray  # (rows - 1, columns - 1) in [0, 1]


@dataclass(frozen=True, kw_only=True)
class Images(Layer):
    kind = "images"
    pixels: np.ndarray  # (n, height, width) in [0, 1]; 0 is the background
    columns: int = 8
    roles: tuple[Role, ...] = ()
    """Of each picture, where they differ; else all have the layer's."""


@dataclass(frozen=True, kw_only=True)
class Bars(Layer):
    """Bars from 0, `labels` and `roles` one each."""

    kind = "bars"
    values: np.ndarray  # (n,)
    labels: tuple[str, ...]
    roles: tuple[Role, ...]
    low: float = 0.0
    high: float = 1.0
    guides: tuple[tuple[float, str], ...] = ()
    """(value, title): lines to compare with."""
    pick: Pick | None = None


@dataclass(frozen=True, kw_only=True)
class Matrix(Layer):
    """Row 0 on top. Matrices, tokens, links and ribbons that are shown together share the picture, one under the
    other."""

    kind = "matrix"
    exact_numbers = ("numbers",)
    values: np.ndarray  # (rows, columns)
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    numbers: np.ndarray | None = None
    """(rows, columns), where `values` only shade: what is written into the cells that have room, and read out; NaN:
    there is none (yet)."""
    share: float = 1.0
    """Height relative to the others where several layers share the picture."""


@dataclass(frozen=True, kw_only=True)
class NamedMatrix(Matrix):
    """A matrix whose rows and columns are called by words (message ids), not by tokens."""

    texts = ("rows", "columns")


class TokenState(IntEnum):
    """What is known of a cell of `Tokens`."""

    EMPTY = 0
    """Nothing is drawn."""
    GIVEN = 1
    """A part of the question."""
    RIGHT = 2
    WRONG = 3
    TO_COME = 4
    """Not there yet: shaded, its text (if it has one) faint."""
    GENERATED = 5
    """Made by the model where nothing says what is right."""


STATE_ROLES: tuple[Role, ...] = ("neutral", "neutral", "field", "gradient", "neutral", "generated")
"""The colour of each `TokenState`. Wrong ones are also underlined, those to come also hatched."""


@dataclass(frozen=True, kw_only=True)
class Tokens(Layer):
    """Sequences, one a row, as cells with their text. Long rows are broken into lines; where even the smallest letters
    have no room, cells are blocks without a text, and what is under the pointer is named.

    `vocabulary` is not translated; spaces and line breaks in it are drawn as signs. Along a trajectory the arrays are
    those of the last moment passed: (moments, rows, columns).
    """

    kind = "tokens"
    whole_numbers = ("ids", "states", "expected")
    ids: np.ndarray  # (rows, columns) numbers of tokens; -1: no text
    states: np.ndarray  # (rows, columns) of TokenState
    vocabulary: tuple[str, ...]
    expected: np.ndarray | None = None  # (rows, columns) ids, small under what is wrong; -1: none
    share: float = 1.0
    """Height relative to the others where several layers share the picture."""
    state_titles: tuple[str, ...] = ("", N_("given"), N_("correct"), N_("wrong"), N_("to come"), N_("generated"))
    """What each `TokenState` is called under the pointer."""
    expected_title: str = N_("expected")
    place_title: str = N_("sequence {row}, position {position}")
    """Counted from 1."""
    pick: Pick | None = None


@dataclass(frozen=True, kw_only=True)
class Links(Layer):
    """Attention: lines from each target (below, or on the left) to the sources (above, or on the right) that it reads,
    the more opaque the larger their weight. A token that is pointed at lights its own. Lines of less than 1 % are not
    drawn, nor any beyond the strongest two thousand. Labels are not translated."""

    kind = "links"
    weights: np.ndarray  # (targets, sources) in [0, 1]
    targets: tuple[str, ...]
    sources: tuple[str, ...]
    share: float = 1.0
    """Height relative to the others where several layers share the picture."""


@dataclass(frozen=True, kw_only=True)
class Ribbons(Layer):
    """What happens when: rows over time, each a band whose colour says which class there is at each frame. Up to ten
    classes have a colour of their own, further ones repeat them; class 0, the background, is a thin grey line. Names
    stand above, and in segments that have room. What comes after `now` is faint.

    Along a trajectory usually only `now` moves: (moments, 1), all else of length 1.
    """

    kind = "ribbons"
    whole_numbers = ("classes",)
    exact_numbers = ("now", "marks")
    texts = ("rows", "names", "frame_title", "time_title")
    classes: np.ndarray  # (rows, frames) number of the class; -1: nothing is drawn (unknown, or ambiguous)
    weights: np.ndarray | None = None  # (rows, frames) in [0, 1]: opacity, how sure
    now: np.ndarray  # (1,) the frame that is shown: a line across all rows, where that frame ends
    rows: tuple[str, ...]
    """Titles."""
    names: tuple[str, ...]
    """Of the classes."""
    marks: np.ndarray | None = None  # (rows, k) frames at which a small triangle stands above the row; NaN: none
    seconds: float = 0.0
    """That a frame takes; above 0: the axis below is in seconds, else in frames."""
    share: float = 1.0
    """Height relative to the others where several layers share the picture."""
    frame_title: str = N_("frame {frame}")
    """Counted from 1."""
    time_title: str = N_("{seconds} s")
    """When the frame begins."""


@dataclass(frozen=True, kw_only=True)
class Text(Layer):
    """Words or a formula; `values` are filled into the `{names}` of `text`."""

    kind = "text"
    text: str
    values: Mapping[str, float | str] = field(default_factory=dict)
