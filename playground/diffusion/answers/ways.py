"""The ways of a cloud under a sampler, as panels draw them."""

import numpy as np

from ..catalogue import CATALOGUE
from ..labs.lanes import lanes
from ..paths import straightness
from ..plane import TRACED, thinned
from ..processes import Process
from ..samplers import Moment
from ..truth import zoom
from .asked import Answer, Asked, within

RACING, DRAWN, JUDGED = 1000, 400, 500
"""Points of a race, how many of them are drawn, and how many measure a curve."""
HALTS, TRACK = 21, 81
"""Common halts of a race's journey, and most places of a track."""


def chosen(dials: np.ndarray, asked: Asked) -> list[str]:
    """The samplers that the first four dials name."""
    offered = [name for name, _ in lanes(asked.config)]
    return [offered[within(dials, i, len(offered))] for i in range(4)]


def drawn_way(i: int, moments: list[Moment], process: Process, halts: np.ndarray) -> Answer:
    """The cloud at common halts, and the ways of the first points."""
    scales = [zoom(level) for level in process.levels([m.t for m in moments])]
    drawn = np.stack([scale * m.x[:DRAWN].cpu().numpy() for m, scale in zip(moments, scales, strict=True)])
    at = np.array([1 - m.t for m in moments])
    few = [drawn[round(k), :TRACED] for k in np.linspace(0, len(moments) - 1, min(TRACK, len(moments)))]
    return {f"x{i}": between(drawn, at, halts), f"tracks{i}": np.stack(few, 1)}


def between(states: np.ndarray, at: np.ndarray, halts: np.ndarray) -> np.ndarray:
    """States (m, n, 2) at rising places (m,) interpolated to others (k,): (k, n, 2)."""
    after = np.clip(np.searchsorted(at, halts), 1, len(at) - 1)
    share = np.clip((halts - at[after - 1]) / (at[after] - at[after - 1]), 0, 1)[:, None, None]
    return (1 - share) * states[after - 1] + share * states[after]


def bent(name: str, moments: list[Moment], asked: Asked) -> float:
    """Straightness of the ways, where they are solutions of an equation on a path that noise does not blow up."""
    if CATALOGUE[name].random and (name not in ("ddim", "diffusers_ddim") or asked.config.eta > 0):
        return np.nan
    if asked.process.prior_std > 2:
        return np.nan
    few = thinned(moments, 65)
    return straightness(np.stack([m.x.cpu().numpy() for m in few]), [m.t for m in few])
