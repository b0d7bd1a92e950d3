"""A scene that stands still on its journey: what a picture, a film or a figure draws of it."""

from dataclasses import fields, replace

import numpy as np

from playground.core.scene import Journey, Layer, Scene


def settled(scene: Scene, moment: float | None = None) -> Scene:
    """The scene with its layers as they are at a moment of the journey, None: at its end; without a journey, itself.

    Between two moments every array is interpolated linearly, as the stage does. A moment beyond the ends is the
    nearest end. ValueError: a layer's arrays do not go with the journey.
    """
    if not any(layer.journey for layer in scene.layers):
        return replace(scene, journey=None) if scene.journey else scene
    if scene.journey is None:
        raise ValueError("layers that change along a journey need a scene with one")
    place = _place(scene.journey, moment)
    layers = tuple(_at(layer, len(scene.journey.moments), place) if layer.journey else layer for layer in scene.layers)
    return replace(scene, layers=layers, journey=None)


def _place(journey: Journey, moment: float | None) -> float:
    """Which moment, counted from 0, and how far to the next."""
    if moment is None:
        return len(journey.moments) - 1.0
    return float(np.interp(moment, journey.moments, np.arange(len(journey.moments))))


def _at(layer: Layer, moments: int, place: float) -> Layer:
    arrays = {f.name: getattr(layer, f.name) for f in fields(layer) if isinstance(getattr(layer, f.name), np.ndarray)}
    for name, value in arrays.items():
        if len(value) not in (1, moments):
            raise ValueError(f"'{layer.name}': {name} has {len(value)} moments, the journey {moments}")
    return replace(layer, journey=False, **{name: _between(value, place) for name, value in arrays.items()})


def _between(value: np.ndarray, place: float) -> np.ndarray:
    if len(value) == 1:
        return value[0]
    before = min(int(place), len(value) - 2)
    share = place - before
    if share in (0.0, 1.0):  # exactly that moment, also where the other one is not finite
        return value[before + int(share)]
    return value[before] * (1 - share) + value[before + 1] * share
