"""Images of one class, moved along the direction of a trait."""

from functools import lru_cache

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.data.images.digits import DIGITS
from playground.data.images.examples import held_out_image

from ..panels.attribute import SHIFTS
from ..traits import measure_trait
from .context import Context

EXAMPLES = 6
"""Images that are moved."""


def compute(values: Values, context: Context) -> Arrays:
    """The direction is the difference of means, in the noise, of the training images with more and with less of the
    trait than the median of their class."""
    name = values["trait"]
    pixels = np.stack([held_out_image(int(values["digit"]), k) for k in range(EXAMPLES)])
    with torch.no_grad():
        z = context.flow.inverse(context.dequantised(context.dataset.part("train")))[0]
        more = torch.from_numpy(_above_median(name)).to(context.device)
        direction = z[more].mean(0) - z[~more].mean(0)
        start = context.flow.inverse(context.dequantised(pixels))[0]
    steps = torch.linspace(-1, 1, SHIFTS, device=context.device) * values["strength"]
    moved = start.unsqueeze(1) + steps.view(1, -1, 1) * direction  # (examples, shifts, 64)
    x = context.samples(moved.view(-1, context.dataset.dim))
    measured = measure_trait(name, x.cpu().numpy()).reshape(EXAMPLES, SHIFTS).mean(0)
    return {"images": context.images(x), "trait": measured.astype(np.float32), "bits": context.bits(x)}


@lru_cache(maxsize=8)
def _above_median(name: str) -> np.ndarray:
    """Which training images have more of a trait than the median of their class, so that the direction does not
    depend on class frequencies."""
    values, labels = measure_trait(name, DIGITS.vectors("train")), DIGITS.labels("train")
    return values > np.array([np.median(values[labels == label]) for label in range(DIGITS.classes)])[labels]
