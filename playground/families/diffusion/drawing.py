"""How densities, frames and ways are drawn, the same in every picture of the family."""

from collections.abc import Callable, Mapping

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.scene import Extent, Layer, Paths, Points, Scene, Trajectory
from playground.data.dataset import dataset_of

Pictures = tuple[tuple[str, Scene], ...]
"""(title, scene) side by side."""
Answer = Mapping[str, np.ndarray]

CELLS = 41
"""Places along each axis of a density in a laboratory."""
FAINT = 0.08
"""Density that is drawn half as strong as the strongest: faint tails can still be seen."""


def visible(density: np.ndarray) -> np.ndarray:
    """Density -> [0, 1], the same everywhere and at all times."""
    p = np.maximum(density, 0)
    return (p / (p + FAINT)).astype(np.float32)


def frame(config: Config) -> Extent:
    """The square that the data fill."""
    low, high = dataset_of(config).bounds
    return (low, high, low, high)


def limited(uv: np.ndarray, most: float) -> np.ndarray:
    """Arrows (..., 2) none of which is longer than `most`; much shorter ones stay as they are."""
    size = np.maximum(np.linalg.norm(uv, axis=-1, keepdims=True), 1e-9)
    return (uv * (most * np.tanh(size / most) / size)).astype(np.float32)


def trajectory(stops: np.ndarray) -> Trajectory:
    """Halts at rising places 1 - t (m,)."""
    return Trajectory(
        N_("Sampling"),
        tuple(float(u) for u in stops),
        marked(stops, lambda u: f"t = {1 - u:.2g}"),
        start=N_("noise"),
        end=N_("data"),
    )


def marked(stops: np.ndarray, words: Callable[[float], str], count: int = 6) -> tuple[str, ...]:
    """A label at the halts nearest to even places, none at the others."""
    chosen = {int(np.abs(stops - place).argmin()) for place in np.linspace(stops[0], stops[-1], count)}
    return tuple(words(float(stop)) if i in chosen else "" for i, stop in enumerate(stops))


def way(answer: Answer, i: int) -> tuple[Layer, ...]:
    """The cloud of sampler i and its ways, coloured by the direction of the noise: see `answers.ways`."""
    return (
        Paths(name="tracks", title=N_("Paths"), role="neutral", xy=answer[f"tracks{i}"], follow=True),
        Points(
            name="cloud",
            title=N_("Samples"),
            role="generated",
            xy=answer[f"x{i}"],
            tween=True,
            trajectory=True,
            values=answer["angle"][None],
            follow=True,
        ),
    )
