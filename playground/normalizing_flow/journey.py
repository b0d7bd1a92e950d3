"""The way through a flow, layer by layer: where points stand, what the layers did there, and the density so far."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .config import NormalizingFlowConfig, plan
from .model import Flow, normal

MOST = 12
"""Layers after which a journey halts, at most: longer chains skip some."""
TIMES = 8
"""Pieces of the journey along a differential equation, which has no layers."""


@dataclass(frozen=True)
class Leg:
    """A part of the chain from one halt to the next: maps `start` to `end` (or times of the only one)."""

    start: float
    end: float
    halt: float
    """What is written at its end: how many layers are done, or the time."""


def legs(config: NormalizingFlowConfig) -> tuple[Leg, ...]:
    """The parts of the chain that the settings plan: a layer each, or every map where these are few."""
    chain = plan(config)
    if config.flow == "ffjord":
        times = np.linspace(0, 1, TIMES + 1)
        return tuple(Leg(float(a), float(b), float(b)) for a, b in zip(times, times[1:], strict=False))
    layers = chain[-1][1] + 1
    ends = [max(k for k, (_, layer) in enumerate(chain) if layer == number) + 1 for number in range(layers)]
    chosen = sorted({round(k) for k in np.linspace(0, layers, min(layers, MOST) + 1)} - {0})
    stops = [0, *(ends[layer - 1] for layer in chosen)]
    return tuple(Leg(a, b, float(layer)) for a, b, layer in zip(stops, stops[1:], chosen, strict=False))


def ahead(flow: Flow, leg: Leg, z: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) over a leg, towards the data; log|det| (n,)."""
    total = z.new_zeros(len(z))
    for link in flow.maps[leg.start:leg.end]:
        z, log_det = link(z)
        total = total + log_det
    return z, total


def back(flow: Flow, leg: Leg, x: Tensor) -> tuple[Tensor, Tensor]:
    """Points (n, 2) over a leg, towards the noise; log|det| (n,)."""
    total = x.new_zeros(len(x))
    for link in reversed(flow.maps[leg.start:leg.end]):
        x, log_det = link.inverse(x)
        total = total + log_det
    return x, total


def forth(flow: Flow, way: tuple[Leg, ...], z: Tensor) -> tuple[Tensor, Tensor]:
    """Noise at every halt (m, n, 2), and log|det| of the leg that ends there (m, n), 0 at the first."""
    halts, log_dets = [z], [z.new_zeros(len(z))]
    for leg in way:
        z, log_det = ahead(flow, leg, z)
        halts.append(z)
        log_dets.append(log_det)
    return torch.stack(halts), torch.stack(log_dets)


def home(flow: Flow, way: tuple[Leg, ...], x: Tensor) -> tuple[Tensor, Tensor]:
    """Data at every halt (m, n, 2), the first one the noise; and log|det| of the leg from the halt before, in the
    direction of the noise to the data (m, n), 0 at the first."""
    halts, log_dets = [x], []
    for leg in reversed(way):
        x, log_det = back(flow, leg, x)
        halts.append(x)
        log_dets.append(-log_det)
    return torch.stack(halts[::-1]), torch.stack([x.new_zeros(len(x)), *log_dets[::-1]])


def densities(flow: Flow, way: tuple[Leg, ...], places: Tensor) -> Tensor:
    """Log density of what the noise has become at every halt, at the same `places` (c, 2): (m, c).

    One walk back through the chain: at each halt that many more points come along.
    """
    points, total = places[:0], places.new_zeros(0)
    for leg in reversed(way):
        points, total = torch.cat([points, places]), torch.cat([total, places.new_zeros(len(places))])
        points, log_det = back(flow, leg, points)
        total = total + log_det
    later = (normal(points) + total).view(len(way), -1).flip(0)  # the last halt came first
    return torch.cat([normal(places)[None], later])
