"""A scene that stands still on its trajectory: what a picture, a film or a figure draws of it."""

from dataclasses import fields, replace

import numpy as np

from playground.core.scene import Layer, Scene, Trajectory


def at_moment(scene: Scene, moment: float | None = None) -> Scene:
    """The scene as it is at a moment of its trajectory, None: at its end; without a trajectory, itself.

    Between two moments every array is interpolated linearly, as the stage does, but what counts in whole numbers stays
    as it was at the moment passed last. A moment beyond the ends is the
    nearest end. ValueError: a layer's arrays do not go with the trajectory.
    """
    if not any(layer.trajectory for layer in scene.layers):
        return replace(scene, trajectory=None) if scene.trajectory else scene
    if scene.trajectory is None:
        raise ValueError("layers that change along a trajectory need a scene with one")
    place = _place(scene.trajectory, moment)
    layers = tuple(
        _at(layer, len(scene.trajectory.moments), place) if layer.trajectory else layer for layer in scene.layers
    )
    return replace(scene, layers=layers, trajectory=None)


def _place(trajectory: Trajectory, moment: float | None) -> float:
    """Which moment, counted from 0, and how far to the next."""
    if moment is None:
        return len(trajectory.moments) - 1.0
    return float(np.interp(moment, trajectory.moments, np.arange(len(trajectory.moments))))


def _at(layer: Layer, moments: int, place: float) -> Layer:
    arrays = {f.name: getattr(layer, f.name) for f in fields(layer) if isinstance(getattr(layer, f.name), np.ndarray)}
    for name, value in arrays.items():
        if len(value) not in (1, moments):
            raise ValueError(f"'{layer.name}': {name} has {len(value)} moments, the trajectory {moments}")
    cut = {
        name: _between(value, float(int(place)) if name in layer.whole_numbers else place)
        for name, value in arrays.items()
    }
    return replace(layer, trajectory=False, **cut)


def _between(value: np.ndarray, place: float) -> np.ndarray:
    if len(value) == 1:
        return value[0]
    before = min(int(place), len(value) - 2)
    share = place - before
    if share in (0.0, 1.0):  # exactly that moment, also where the other one is not finite
        return value[before + int(share)]
    return value[before] * (1 - share) + value[before + 1] * share
