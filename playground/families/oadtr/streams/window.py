"""The window that a model sees, as it moves along the stream: a figure in some frames, or the curves of sensors."""

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Paths
from playground.data.streams.stream_data import Pooled, StreamData

from ..config import OadtrConfig

FIGURES = 4
"""Frames of the window in which the figure is drawn, the current one among them."""
PLACES, CURVES = 16, 6
"""Places of a curve, and curves at most."""
REACH = 3.0
"""Standard deviations that a curve goes up and down at most."""


def window(stream: Pooled, data: StreamData, config: OadtrConfig, moments: np.ndarray, bottom: float) -> Paths:
    """At each moment, in the part of the unit square above `bottom`: the past on the left, the present on the right."""
    if (limbs := data.skeleton(stream.features)) is not None:
        xy, title = _figures(limbs, config.window, moments), N_("Figure in the window")
    else:
        xy, title = _curves(stream.features, config.window, moments), N_("Sensors in the window")
    room = 1 - bottom
    xy = np.stack([xy[..., 0], bottom + room * (0.02 + 0.86 * xy[..., 1])], -1)
    return Paths(name="window", title=title, role="data", trajectory=True, xy=xy.astype(np.float32))


def _figures(limbs: np.ndarray, length: int, moments: np.ndarray) -> np.ndarray:
    """Limbs (frames, limbs, 2, 2) in [-1, 1] -> (moments, figures * limbs, 2, 2) in the unit square."""
    lags = np.round(np.linspace(length - 1, 0, FIGURES)).astype(int) if length > 1 else np.zeros(1, int)
    shown = limbs[np.maximum(moments[:, None] - lags, 0)]  # (moments, figures, limbs, 2, 2)
    width = 1 / len(lags)
    centres = (np.arange(len(lags)) + 0.5) * width
    x = centres[:, None, None] + shown[..., 0] * 0.5 * min(width, 0.32)  # a third of the stage is as high as wide
    y = 0.5 + 0.5 * shown[..., 1]
    return np.stack([x, y], -1).reshape(len(moments), -1, 2, 2)


def _curves(features: np.ndarray, length: int, moments: np.ndarray) -> np.ndarray:
    """Features (frames, dim) -> (moments, curves, places, 2) in the unit square, one curve below the other."""
    count = min(CURVES, features.shape[1])
    lags = np.linspace(max(length - 1, 1), 0, PLACES)
    places = np.maximum(moments[:, None] - lags, 0.0)  # (moments, places) between two frames
    low = np.floor(places).astype(int)
    high, part = np.minimum(low + 1, len(features) - 1), (places - low)[..., None]
    values = (1 - part) * features[low, :count] + part * features[high, :count]  # (moments, places, curves)
    height = np.clip(values.transpose(0, 2, 1) / REACH, -1, 1)
    middle = 1 - (np.arange(count) + 0.5) / count
    y = middle[None, :, None] + 0.48 / count * height
    x = np.broadcast_to(np.linspace(0.02, 0.98, PLACES), y.shape)
    return np.stack([x, y], -1)
