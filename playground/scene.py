"""The vocabulary of what can be drawn. A family turns a frame into a `Scene`; three renderers draw it.

Arrays are float, axes are fixed (so that nothing jumps), y points up. Texts are message ids (`N_`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import numpy as np

Role = Literal["data", "generated", "field", "gradient", "truth", "neutral"]
Extent = tuple[float, float, float, float]
"""(x0, x1, y0, y1)"""

PLANE: Extent = (-3.0, 3.0, -3.0, 3.0)


@dataclass(frozen=True, kw_only=True)
class Layer:
    """What all layers have. `tween`: the same things in the next frame, so the way between may be drawn."""

    kind: ClassVar[str]
    name: str
    title: str
    role: Role = "neutral"
    shown: bool = True
    """Whether it is switched on at first."""
    stage: bool = True
    """Whether it belongs to the big stage; else only nodes of the diagram draw it."""
    tween: bool = False
    journey: bool = False
    """Whether it changes along the scene's `Journey`: then every array has one more axis in front, as long as
    the journey has moments, or of length 1 where it stays the same: points `xy` (moments, n, 2)."""


@dataclass(frozen=True, kw_only=True)
class Points(Layer):
    kind = "points"
    xy: np.ndarray  # (n, 2)
    values: np.ndarray | None = None  # (n,) in [0, 1]: coloured along the diverging scale
    size: float = 3.0
    """Diameter in pixels of a 500-pixel stage."""


@dataclass(frozen=True, kw_only=True)
class Heatmap(Layer):
    kind = "heatmap"
    values: np.ndarray  # (rows, columns); row 0 is the lowest y
    extent: Extent = PLANE
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
    extent: Extent = PLANE


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


@dataclass(frozen=True, kw_only=True)
class Matrix(Layer):
    kind = "matrix"
    values: np.ndarray  # (rows, columns)
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Text(Layer):
    """Words or a formula; `values` are filled into the `{names}` of `text`."""

    kind = "text"
    text: str
    values: Mapping[str, float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class Node:
    """A station of the model, drawn as a small live scene; a click brings it to the big stage."""

    name: str
    title: str
    help: str
    layers: tuple[str, ...]
    """Names of layers of the scene."""
    at: tuple[float, float]
    """(column, row) in the diagram's grid; row 0 on top."""
    extent: Extent = PLANE
    role: Role = "neutral"
    moment: float | None = None
    """Where on the scene's journey it stands: it draws its layers so, and a click takes the stage there."""


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    kind: Literal["data", "gradient"] = "data"
    title: str = ""


@dataclass(frozen=True)
class Beat:
    """One moment of a step told slowly: what lights up, which edges flow, and a caption."""

    part: str
    caption: str
    nodes: tuple[str, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Probe:
    """A node whose points can be moved by hand: where the model then sends them is asked of the living model."""

    node: str
    question: str
    """The name under which places are asked about; they have `dim` coordinates."""
    answer: str
    """The name of the places (n, 2) in the answer, drawn on the stage."""
    dim: int
    reach: float
    """How far from 0 a coordinate may be moved."""
    unit: float
    """Coordinates in one unit of the node's axes."""


@dataclass(frozen=True)
class Diagram:
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    beats: tuple[Beat, ...] = ()
    probe: Probe | None = None


@dataclass(frozen=True)
class Axes:
    """Titles for a scene that is a graph, such as curves drawn as `Paths`: it then gets axes with ticks, and its
    width may differ from its height. On a logarithmic axis the coordinates (and the extent) are decimal
    logarithms of what the ticks say."""

    x: str
    y: str
    log_x: bool = False
    log_y: bool = False
    aspect: float = 1.6
    """Width over height."""


@dataclass(frozen=True)
class Number:
    """A figure that changes along a journey, shown at the moment looked at."""

    title: str
    values: np.ndarray  # (moments,)
    unit: str = ""


@dataclass(frozen=True)
class Journey:
    """A second time axis, inside each frame: the layers of a flow, the path of a sampler.

    What lies between two moments is interpolated. Pictures stand at its end unless told otherwise.
    """

    title: str
    moments: tuple[float, ...]
    """Rising; at least two."""
    labels: tuple[str, ...]
    """What to write at each moment; "": nothing."""
    start: str
    """What is found at the first moment, and `end` at the last: noise, data."""
    end: str
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Scene:
    """Layers from back to front on fixed axes.

    `legend` is a sentence in which words in [role:...] brackets carry the colours:
    "each dot is a [data:real] or a [generated:generated] sample".
    `words` says in a sentence what a picture can't say to everyone. `values` fill the `{names}` of both.
    """

    layers: tuple[Layer, ...]
    legend: str
    words: str
    values: Mapping[str, float | str] = field(default_factory=dict)
    extent: Extent = PLANE
    diagram: Diagram | None = None
    journey: Journey | None = None
    axes: Axes | None = None
    """Titles of the axes; None: x and y are places of the plane and need none."""

    def layer(self, name: str) -> Layer:
        return next(layer for layer in self.layers if layer.name == name)


@dataclass(frozen=True)
class Series:
    """One curve: a scalar of every step, or a score (then its floor is drawn as a band)."""

    metric: str
    title: str
    role: Role


@dataclass(frozen=True)
class Chart:
    """Curves on one pair of axes. `guides`: (value, title) of what theory says."""

    name: str
    title: str
    series: tuple[Series, ...]
    unit: str = ""
    guides: tuple[tuple[float, str], ...] = ()
    log: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Dial:
    """One thing to turn in a panel.

    `slider` runs from `low` to `high`, with `log` in equal ratios; `choice` has `options` (value, title);
    `switch` is on or off; `pixels` is a small picture to draw on, `shape` (rows, columns) of numbers in
    [0, 1], row 0 on top, 0 the background.
    `default`: a number, the value of an option, a bool, or rows * columns numbers (none: an empty picture).
    """

    name: str
    title: str
    kind: Literal["slider", "choice", "switch", "pixels"] = "slider"
    default: float | str | bool | tuple[float, ...] = 0.0
    low: float = 0.0
    high: float = 1.0
    step: float = 0.01
    log: bool = False
    options: tuple[tuple[str, str], ...] = ()
    shape: tuple[int, int] = (8, 8)
    help: str = ""


@dataclass(frozen=True)
class Panel:
    """A small laboratory: dials, and scenes of what the model as it is now makes of them.

    `live`: it is asked again about once a second while the model learns.
    """

    name: str
    title: str
    help: str
    dials: tuple[Dial, ...]
    live: bool = True
