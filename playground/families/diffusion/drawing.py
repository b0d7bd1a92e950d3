"""What the scenes of both domains share: the drawing scale of noised data, trajectories and their labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Trajectory

if TYPE_CHECKING:
    from .levels import Level


def display_scale(level: Level) -> float:
    """The factor by which a noised cloud is drawn smaller, so that it fits the frame at any noise level."""
    return 1 / max(1.0, (level.a**2 + level.s**2) ** 0.5)


def sampling_trajectory(stops: np.ndarray, end: str = N_("data"), labels: int = 6) -> Trajectory:
    """From noise to data: keyframes at rising 1 - t (m,)."""
    return Trajectory(
        N_("Sampling"),
        tuple(float(u) for u in stops),
        keyframe_labels(stops, lambda u: f"t = {1 - u:.2g}", labels),
        start=N_("noise"),
        end=end,
    )


def keyframe_labels(stops: np.ndarray, label: Callable[[float], str], count: int = 6) -> tuple[str, ...]:
    """A label at the keyframes nearest to even positions, none at the others."""
    chosen = {int(np.abs(stops - position).argmin()) for position in np.linspace(stops[0], stops[-1], count)}
    return tuple(label(float(stop)) if i in chosen else "" for i, stop in enumerate(stops))
