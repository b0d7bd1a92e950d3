"""What each model says of the stream that is shown, as it is and with another future."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.data.generators import generator
from playground.data.streams.stream_data import Pooled

from ...streaming import predict
from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """`before` and `after` (models, frames, classes): probabilities with the true frames, and with those after frame
    `frame` changed in the way `way`."""
    stream = context.stream
    at = min(round(values["frame"]), len(stream) - 2)
    features = stream.features.copy()
    features[at + 1 :] = WAYS[values["way"]](features, at, generator(context.config.seed, "tamper"))
    other = Pooled(features, stream.labels, stream.first, stream.last)
    # an offline window is read with the frames to come: only so does a model that looks ahead give itself away
    before, after = (
        np.stack([predict(context.models[name], s, online=False).current.cpu() for name in context.config.contestants])
        for s in (stream, other)
    )
    return {"before": before, "after": after}


WAYS = {
    "shuffle": lambda x, at, random: random.permutation(x[at + 1 :]),
    "backwards": lambda x, at, random: x[:at:-1],
    "freeze": lambda x, at, random: np.broadcast_to(x[at], x[at + 1 :].shape),
    "noise": lambda x, at, random: random.normal(size=x[at + 1 :].shape).astype(np.float32),
}
"""(all frames, the last one that stays, random numbers) -> those after it."""
