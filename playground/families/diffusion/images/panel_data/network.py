"""The network at one time."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values
from playground.data.images.digits import DIGITS

from ...conditioning import network_range
from ...drawing import display_scale
from ...processes import nearest_level
from ..pixels import images
from .context import Context

IMAGE_COUNT = 50


def compute(values: Values, context: Context) -> Arrays:
    """At one time: `noised` (50, 8, 8) validation images, the predictions of the network (`guess`) and of the denoiser
    that memorised the training images (`memorised`); `facts`: t, a, s, and the errors of both per pixel."""
    level = nearest_level(context.process, values["t"])
    real = DIGITS.vectors("valid")[:IMAGE_COUNT]
    x0 = torch.from_numpy(network_range(DIGITS, real)).to(context.device)
    x = level.a * x0 + level.s * context.noise(IMAGE_COUNT, "seen noise")
    labels = DIGITS.labels("valid")[:IMAGE_COUNT]
    field = context.with_labels(labels, 1.0) if context.config.classes else context.field
    with torch.no_grad():
        guess, memorised = (images(one(x, level)[0].cpu().numpy()) for one in (field, context.memorised))
    errors = [float(np.sqrt(((one.reshape(real.shape) - real) ** 2).mean())) for one in (guess, memorised)]
    return {
        "noised": images((display_scale(level) * x).cpu().numpy()),
        "guess": guess,
        "memorised": memorised,
        "facts": np.array([level.t, level.a, level.s, *errors]),
    }
