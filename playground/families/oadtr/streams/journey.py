"""The second time axis of a frame: the stream itself."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.scene import Number, Trajectory
from playground.data.streams.stream_data import Pooled, StreamData

SECONDS = 4
"""From one label to the next."""


def trajectory(a: Mapping[str, np.ndarray], stream: Pooled, data: StreamData, moments: np.ndarray) -> Trajectory:
    """The stream, moment by moment, with the probability that the first model gives to what is true."""
    seconds = moments / data.fps
    every = max(1, round(SECONDS * data.fps))
    labels = tuple(f"{frame / data.fps:g} s" if frame % every == 0 else "" for frame in moments.tolist())
    truth = stream.labels[moments]
    p = a["p"][0][moments, np.maximum(truth, 0)].astype(np.float64)
    return Trajectory(
        N_("Stream"),
        tuple(float(moment) for moment in seconds),
        labels,
        start=N_("beginning"),
        end=N_("end"),
        numbers=(Number(N_("Probability of what is true"), np.where(truth >= 0, p, np.nan)),),
    )
