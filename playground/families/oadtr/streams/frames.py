"""Which frames a run is shown and judged on. No torch."""

from functools import lru_cache

import numpy as np

from playground.data.streams.stream_data import Pooled, StreamData

SHOWN_COUNT = 240
"""Frames of the stream that is shown, at most."""
MOMENT = 2
"""Frames from one moment of the journey to the next: pictures in between are made of both."""


def beginning(pooled: Pooled, count: int) -> Pooled:
    """The first `count` frames of a part, or all of them: a stream that goes on behind them ends there."""
    return Pooled(
        pooled.features[:count],
        pooled.labels[:count],
        pooled.first[:count],
        np.minimum(pooled.last[:count], count - 1),
    )


def shown(data: StreamData) -> Pooled:
    """The beginning of the first test stream: nothing was trained on it."""
    test = data.pooled("test")
    return beginning(test, min(SHOWN_COUNT, int(test.last[0]) + 1))


def moments_of(frames: int) -> np.ndarray:
    """The frames at which the stream is shown, the first and the last among them."""
    return np.unique(np.append(np.arange(0, frames, MOMENT), frames - 1))


@lru_cache(maxsize=8)
def chance(data: StreamData) -> float:
    """The mean average precision of random scores on held-out frames: how frequent the actions are, on average."""
    labels = data.pooled("valid").labels
    judged = labels[labels >= 0]
    shares = [float((judged == c).mean()) for c in range(1, data.classes) if (judged == c).any()]
    return float(np.mean(shares)) if shares else 0.0
