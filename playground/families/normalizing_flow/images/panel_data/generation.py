"""Samples of fresh noise at a temperature."""

import numpy as np

from playground.data.images.digits import DIGITS
from playground.training import batches

from ..panels.generation import COLUMN_COUNTS
from .context import Answer, Context, as_images, whole


def compute(dials: np.ndarray, context: Context) -> Answer:
    count = COLUMN_COUNTS[whole(dials, 1, len(COLUMN_COUNTS))] ** 2
    noise = batches.gaussian(DIGITS.dim)(count, batches.generator(whole(dials, 2, 1000), "panel"))
    x = context.images(context.tensor(noise) * float(dials[0]))
    return {"pictures": as_images(x), "bits": context.bits(x)}
