"""The trajectory through a flow, layer by layer: points, log-determinants, and densities at its keyframes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from ..config import NormalizingFlowConfig
from ..maps.bijection import Bijection
from ..maps.continuous import Continuous
from ..maps.steps import STEPS, solve
from ..model import Flow, standard_normal_log_prob
from ..plan import plan

MAX_SEGMENTS = 12
"""Longer chains skip keyframes."""
ODE_SEGMENTS = 8
"""Segments of the trajectory along a differential equation, which has no layers."""
MIN_ODE_STEPS = 4
"""Solver steps that a drawn density takes at least, where the flow itself takes as many."""
ROTATIONS = ("conv1x1", "fixed")
"""Maps that rotate the plane. A keyframe halfway keeps the straight lines between two keyframes from collapsing."""


@dataclass(frozen=True)
class Piece:
    """A map of the chain, by its number; or only the part of its path between two fractions."""

    number: int
    start: float = 0.0
    end: float = 1.0


@dataclass(frozen=True)
class Segment:
    """The pieces between two keyframes."""

    pieces: tuple[Piece, ...]
    keyframe: float
    """Its end: the number of layers done, or the time."""


def segments(config: NormalizingFlowConfig) -> tuple[Segment, ...]:
    """The chain of these settings from layer to layer, some of them in two."""
    chain = plan(config)
    if config.flow == "ffjord":
        times = [float(t) for t in np.linspace(0, 1, ODE_SEGMENTS + 1)]
        return tuple(Segment((Piece(0, a, b),), b) for a, b in zip(times, times[1:], strict=False))
    layers = chain[-1][1] + 1
    found, done = [], 0
    for layer in sorted({round(k) for k in np.linspace(0, layers, min(layers, MAX_SEGMENTS) + 1)} - {0}):
        members = [k for k, (_, number) in enumerate(chain) if done <= number < layer]
        found += _split_at_rotation(chain, members, float(layer))
        done = layer
    return tuple(found)


def single_layer(config: NormalizingFlowConfig, number: int) -> Segment:
    """One layer alone, by its number from 0."""
    return Segment(tuple(Piece(k) for k, (_, layer) in enumerate(plan(config)) if layer == number), number + 1.0)


def layers_before(config: NormalizingFlowConfig, number: int) -> Segment:
    """All layers before layer `number`."""
    return Segment(tuple(Piece(k) for k, (_, layer) in enumerate(plan(config)) if layer < number), float(number))


def _split_at_rotation(chain: tuple[tuple[str, int], ...], members: list[int], keyframe: float) -> list[Segment]:
    """The maps `members` as one segment; as two, split in the middle of the map, where one of them rotates."""
    rotations = [k for k in members if chain[k][0] in ROTATIONS]
    if not rotations:
        return [Segment(tuple(Piece(k) for k in members), keyframe)]
    middle = rotations[0]
    first = (*(Piece(k) for k in members if k < middle), Piece(middle, 0.0, 0.5))
    second = (Piece(middle, 0.5, 1.0), *(Piece(k) for k in members if k > middle))
    return [Segment(first, keyframe - 0.5), Segment(second, keyframe)]


@dataclass(frozen=True)
class PartOfLinear:
    """Part of the path of a linear map: rows (n, 2) times `matrix`."""

    matrix: Tensor
    inverse_matrix: Tensor
    log_det: Tensor

    def __call__(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z @ self.matrix, self.log_det.expand(len(z))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x @ self.inverse_matrix, -self.log_det.expand(len(x))


@dataclass(frozen=True)
class PartOfOde:
    """A differential equation over part of its time."""

    ode: Continuous
    start: float
    end: float

    def __call__(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.ode.solve(z, self.start, self.end)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.ode.solve(x, self.end, self.start)


Stage = tuple[Bijection | PartOfLinear | PartOfOde, ...]
"""The maps between two keyframes, in order."""


def stages(flow: Flow, parts: tuple[Segment, ...]) -> tuple[Stage, ...]:
    """The maps of a flow in these segments."""
    return tuple(tuple(_part(flow.maps[piece.number], piece) for piece in segment.pieces) for segment in parts)


def _part(bijection: Bijection, piece: Piece) -> Bijection | PartOfLinear | PartOfOde:
    if (piece.start, piece.end) == (0.0, 1.0):
        return bijection
    if isinstance(bijection, Continuous):
        return PartOfOde(bijection, piece.start, piece.end)
    weights = next(bijection.parameters(), torch.empty(0))
    basis = torch.eye(2, dtype=weights.dtype, device=weights.device)  # its images determine a linear map
    with torch.no_grad():
        matrix = torch.linalg.solve(bijection.path(basis, piece.start), bijection.path(basis, piece.end))
        return PartOfLinear(matrix, torch.linalg.inv(matrix), torch.linalg.slogdet(matrix)[1])


class Undone(Protocol):
    """What leads back from the data to the noise."""

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]: ...


@dataclass(frozen=True)
class CoarseOde:
    """A differential equation solved back from time `end` to 0 for drawing: in one go, not from keyframe to keyframe,
    and with Runge-Kutta steps twice as long. On trained flows the colour of no point changes by more than .015 of
    its range, in a third of the time."""

    ode: Continuous
    end: float

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        ode = self.ode
        if ode.solver != "rk4" or ode.steps <= MIN_ODE_STEPS:
            return ode.solve(x, self.end, 0.0)
        count = math.ceil(max(MIN_ODE_STEPS, ode.steps / 2) * self.end - 1e-9)
        return solve(ode.velocity, STEPS[ode.solver], x, self.end, 0.0, count)


def forward(stage: Stage, z: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) through one stage, towards the data; log|det| (n,)."""
    total = z.new_zeros(len(z))
    for bijection in stage:
        z, log_det = bijection(z)
        total = total + log_det
    return z, total


def inverse(stage: Sequence[Undone], x: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) back through one stage, towards the noise; log|det| (n,)."""
    total = x.new_zeros(len(x))
    for bijection in reversed(stage):
        x, log_det = bijection.inverse(x)
        total = total + log_det
    return x, total


def forward_keyframes(chain: tuple[Stage, ...], z: Tensor) -> tuple[Tensor, Tensor]:
    """Noise at every keyframe (m, n, 2), and log|det| of the stage that ends there (m, n), 0 at the first."""
    points, log_dets = [z], [z.new_zeros(len(z))]
    for stage in chain:
        z, log_det = forward(stage, z)
        points.append(z)
        log_dets.append(log_det)
    return torch.stack(points), torch.stack(log_dets)


def inverse_keyframes(chain: tuple[Stage, ...], x: Tensor) -> tuple[Tensor, Tensor]:
    """Data at every keyframe (m, n, 2), the first one the noise; and log|det| of the stage that ends there, in the
    direction from noise to data (m, n), 0 at the first."""
    points, log_dets = [x], []
    for stage in reversed(chain):
        x, log_det = inverse(stage, x)
        points.append(x)
        log_dets.append(-log_det)
    return torch.stack(points[::-1]), torch.stack([x.new_zeros(len(x)), *log_dets[::-1]])


def keyframe_densities(chain: tuple[Stage, ...], x: Tensor) -> Tensor:
    """Log density of the transformed noise at every keyframe, at the same points x (c, 2): (m, c).

    One pass per keyframe: a joint pass would take fewer operations, but on more numbers than the cache holds.
    """
    return torch.stack([log_density(chain[:count], x) for count in range(len(chain) + 1)])


def log_density(chain: tuple[Stage, ...], x: Tensor) -> Tensor:
    """Log density of the transformed noise after these stages, at points x (c, 2): (c,). Differential equations are
    solved as by `CoarseOde`."""
    undone: tuple[tuple[Undone, ...], ...] = chain
    if chain and isinstance(last := chain[-1][-1], PartOfOde):
        undone = ((CoarseOde(last.ode, last.end),),)
    total = x.new_zeros(len(x))
    for stage in reversed(undone):
        x, log_det = inverse(stage, x)
        total = total + log_det
    return standard_normal_log_prob(x) + total
