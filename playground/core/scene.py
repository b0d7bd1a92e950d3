"""The vocabulary of what can be drawn. A family turns a frame into a `Scene`; three renderers draw it.

Axes are fixed (so that nothing jumps). Texts are message ids (`N_`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from .layers import (
    PLANE_EXTENT,
    Arrows,
    Bars,
    Contour,
    Extent,
    Heatmap,
    Images,
    Layer,
    Links,
    Matrix,
    Mesh,
    NamedMatrix,
    Paths,
    Pick,
    Points,
    Ribbons,
    Role,
    Text,
    Tokens,
    TokenState,
)
from .units import Units

__all__ = [
    "Arrows",
    "Axes",
    "Bars",
    "Beat",
    "Chart",
    "Contour",
    "Diagram",
    "Edge",
    "Extent",
    "Heatmap",
    "Images",
    "Trajectory",
    "Layer",
    "Links",
    "Matrix",
    "Mesh",
    "NamedMatrix",
    "Node",
    "Number",
    "PLANE_EXTENT",
    "Paths",
    "Pick",
    "Points",
    "Probe",
    "Ribbons",
    "Role",
    "Scene",
    "Series",
    "Text",
    "TokenState",
    "Tokens",
]


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
    extent: Extent = PLANE_EXTENT
    role: Role = "neutral"
    moment: float | None = None
    """Where on the scene's trajectory it stands: it draws its layers so, and a click takes the stage there."""
    stage: tuple[str, ...] = ()
    """Names of the layers that a click brings to the stage, each with a switch; none: those that it draws."""


@dataclass(frozen=True)
class Edge:
    source: str
    target: str
    kind: Literal["data", "gradient"] = "data"
    title: str = ""


@dataclass(frozen=True)
class Beat:
    """One moment of a step in slow motion: highlighted nodes, animated edges, and a caption."""

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
    """The largest absolute value of a coordinate."""
    unit: float
    """Coordinates in one unit of the node's axes."""
    shape: tuple[int, int] | None = None
    """Where the answer holds pictures (n, height * width), their height and width."""
    axes: tuple[tuple[float, ...], tuple[float, ...]] | None = None
    """Where the two axes of the hand's plane point, `dim` numbers each; None: along the first coordinates."""


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
    """A figure that changes along a trajectory, shown at the moment looked at."""

    title: str
    values: np.ndarray  # (moments,)
    unit: str = ""
    digits: int = 2
    """After the point; 0 for what is counted."""


@dataclass(frozen=True)
class Trajectory:
    """A second time axis, inside each frame: the layers of a flow, the path of a sampler.

    Between two moments the layers are interpolated. Exported pictures show the last moment by default.
    """

    title: str
    moments: tuple[float, ...]
    """Rising; at least two."""
    labels: tuple[str, ...]
    """The label of each moment; "": none."""
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
    extent: Extent = PLANE_EXTENT
    diagram: Diagram | None = None
    trajectory: Trajectory | None = None
    axes: Axes | None = None
    """Titles of the axes; None: x and y are places of the plane and need none."""
    units: Units | None = None
    """What the numbers along the edges and under the pointer are in; None: the frame's own."""
    stacked: float = 1.0
    """Share of the picture's height, from below, that ribbons, tokens, links and matrices have where other layers are
    shown, too: what is above is free for these, such as a skeleton beside ribbons."""

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
