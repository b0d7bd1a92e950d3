"""The way through a flow, layer by layer: where points stand, what the layers did there, and the density so far."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .config import NormalizingFlowConfig, plan
from .maps.continuous import Continuous
from .maps.map import Map
from .maps.steps import STEPS, solve
from .model import Flow, normal

MOST = 12
"""Layers after which a trajectory halts, at most: longer chains skip some."""
TIMES = 8
"""Pieces of the trajectory along a differential equation, which has no layers."""
LEAST = 4
"""Steps that even a picture of a differential equation takes, where the flow itself takes as many."""
TURNING = ("conv1x1", "fixed")
"""Maps that turn the plane. A halt in their midst keeps what is drawn between two halts from collapsing."""


@dataclass(frozen=True)
class Piece:
    """A map of the chain, by its number; or only the part of its way between two shares."""

    link: int
    since: float = 0.0
    till: float = 1.0


@dataclass(frozen=True)
class Leg:
    """What lies between two halts."""

    pieces: tuple[Piece, ...]
    halt: float
    """What is written at its end: how many layers are done, or the time."""


def legs(config: NormalizingFlowConfig) -> tuple[Leg, ...]:
    """The parts of the chain that the settings plan: from layer to layer, some in two."""
    chain = plan(config)
    if config.flow == "ffjord":
        times = [float(t) for t in np.linspace(0, 1, TIMES + 1)]
        return tuple(Leg((Piece(0, a, b),), b) for a, b in zip(times, times[1:], strict=False))
    layers = chain[-1][1] + 1
    found, done = [], 0
    for layer in sorted({round(k) for k in np.linspace(0, layers, min(layers, MOST) + 1)} - {0}):
        members = [k for k, (_, number) in enumerate(chain) if done <= number < layer]
        found += _halved(chain, members, float(layer))
        done = layer
    return tuple(found)


def layer(config: NormalizingFlowConfig, number: int) -> Leg:
    """One layer alone, by its number from 0."""
    return Leg(tuple(Piece(k) for k, (_, of) in enumerate(plan(config)) if of == number), number + 1.0)


def before(config: NormalizingFlowConfig, number: int) -> Leg:
    """All that comes before a layer."""
    return Leg(tuple(Piece(k) for k, (_, of) in enumerate(plan(config)) if of < number), float(number))


def _halved(chain: tuple[tuple[str, int], ...], members: list[int], halt: float) -> list[Leg]:
    """The maps `members` as one leg; as two where one of them turns the plane, the halt in its midst."""
    turning = [k for k in members if chain[k][0] in TURNING]
    if not turning:
        return [Leg(tuple(Piece(k) for k in members), halt)]
    middle = turning[0]
    first = (*(Piece(k) for k in members if k < middle), Piece(middle, 0.0, 0.5))
    second = (Piece(middle, 0.5, 1.0), *(Piece(k) for k in members if k > middle))
    return [Leg(first, halt - 0.5), Leg(second, halt)]


@dataclass(frozen=True)
class Turn:
    """The part of a linear map's way: rows (n, 2) times `matrix`."""

    matrix: Tensor
    back: Tensor
    log_det: Tensor

    def __call__(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return z @ self.matrix, self.log_det.expand(len(z))

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x @ self.back, -self.log_det.expand(len(x))


@dataclass(frozen=True)
class Drift:
    """The part of a differential equation's time."""

    whole: Continuous
    since: float
    till: float

    def __call__(self, z: Tensor) -> tuple[Tensor, Tensor]:
        return self.whole.solve(z, self.since, self.till)

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.whole.solve(x, self.till, self.since)


Track = tuple[Map | Turn | Drift, ...]
"""What has to be done between two halts, one after the other."""


def tracks(flow: Flow, way: tuple[Leg, ...]) -> tuple[Track, ...]:
    """The legs with the maps of a flow as it is now."""
    return tuple(tuple(_part(flow.maps[piece.link], piece) for piece in leg.pieces) for leg in way)


def _part(link: Map, piece: Piece) -> Map | Turn | Drift:
    if (piece.since, piece.till) == (0.0, 1.0):
        return link
    if isinstance(link, Continuous):
        return Drift(link, piece.since, piece.till)
    weights = next(link.parameters(), torch.empty(0))
    corners = torch.eye(2, dtype=weights.dtype, device=weights.device)  # a linear map is known by where these go
    with torch.no_grad():
        matrix = torch.linalg.solve(link.path(corners, piece.since), link.path(corners, piece.till))
        return Turn(matrix, torch.linalg.inv(matrix), torch.linalg.slogdet(matrix)[1])


@dataclass(frozen=True)
class Sketch:
    """A differential equation's way back from a time to 0, for pictures: in one go, not from halt to halt, and
    Kutta's steps twice as long. On trained flows that changes no place by more than .015 of the full colour, and
    takes a third of the time."""

    whole: Continuous
    till: float

    def inverse(self, x: Tensor) -> tuple[Tensor, Tensor]:
        whole = self.whole
        if whole.solver != "rk4" or whole.steps <= LEAST:
            return whole.solve(x, self.till, 0.0)
        count = math.ceil(max(LEAST, whole.steps / 2) * self.till - 1e-9)
        return solve(whole.velocity, STEPS[whole.solver], x, self.till, 0.0, count)


def ahead(track: Track, z: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) along a track, towards the data; log|det| (n,)."""
    total = z.new_zeros(len(z))
    for link in track:
        z, log_det = link(z)
        total = total + log_det
    return z, total


def back(track: Track, x: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) along a track, towards the noise; log|det| (n,)."""
    total = x.new_zeros(len(x))
    for link in reversed(track):
        x, log_det = link.inverse(x)
        total = total + log_det
    return x, total


def forth(way: tuple[Track, ...], z: Tensor) -> tuple[Tensor, Tensor]:
    """Noise at every halt (m, n, 2), and log|det| of the track that ends there (m, n), 0 at the first."""
    halts, log_dets = [z], [z.new_zeros(len(z))]
    for track in way:
        z, log_det = ahead(track, z)
        halts.append(z)
        log_dets.append(log_det)
    return torch.stack(halts), torch.stack(log_dets)


def home(way: tuple[Track, ...], x: Tensor) -> tuple[Tensor, Tensor]:
    """Data at every halt (m, n, 2), the first one the noise; and log|det| of the track from the halt before, in the
    direction of the noise to the data (m, n), 0 at the first."""
    halts, log_dets = [x], []
    for track in reversed(way):
        x, log_det = back(track, x)
        halts.append(x)
        log_dets.append(-log_det)
    return torch.stack(halts[::-1]), torch.stack([x.new_zeros(len(x)), *log_dets[::-1]])


def densities(way: tuple[Track, ...], places: Tensor) -> Tensor:
    """Log density of what the noise has become at every halt, at the same `places` (c, 2): (m, c).

    One walk for each halt: all together would be fewer operations, but on more numbers than the cache holds.
    """
    return torch.stack([density(way[:halts], places) for halts in range(len(way) + 1)])


def density(way: tuple[Track, ...], places: Tensor) -> Tensor:
    """Log density at `places` (c, 2) of what the noise has become at the end of `way`: (c,). Along a differential
    equation as `Sketch` has it."""
    if way and isinstance(way[-1][-1], Drift):
        drift = way[-1][-1]
        way = ((Sketch(drift.whole, drift.till),),)
    total = places.new_zeros(len(places))
    for track in reversed(way):
        places, log_det = back(track, places)
        total = total + log_det
    return normal(places) + total
