"""One digit with different guidance."""

import numpy as np

from playground.core.panels import Arrays, Values
from playground.data.images.digits import DIGITS

from ..panels.guidance import SQUARE
from ..pixels import rounded_pixels
from .context import Context, accuracy, mean_distance

CALLS = 20


def compute(values: Values, context: Context) -> Arrays:
    """Images of one digit from the same noise with guidance 0 (0), 1 (1) and as set (2): `x{i}` (25, 8, 8);
    `facts{i}`: share that the classifier reads as this digit, mean distance of two of them; `real` () that of real
    images."""
    digit, guidance = int(values["digit"]), values["guidance"]
    noise, labels = context.noise(SQUARE**2, "panel"), np.full(SQUARE**2, digit)
    arrays: Arrays = {"real": np.array(mean_distance(DIGITS.one_class(digit).unseen()))}
    for i, strength in enumerate((0.0, 1.0, guidance)):
        field = context.with_labels(labels, strength)
        last = context.run_sampler(context.config.sampler, field, noise, CALLS)[-1]
        x = rounded_pixels(last.x).cpu().numpy()
        arrays[f"x{i}"] = x.reshape(-1, *DIGITS.shape)
        arrays[f"facts{i}"] = np.array([accuracy(x, labels), mean_distance(x)])
    return arrays
