"""Quality against calls of the network."""

import numpy as np

from playground import metrics
from playground.core.panels import Arrays, Values
from playground.data.images.digits import DIGITS
from playground.metrics import frechet

from ...class_labels import random_labels
from ...conditioning import passes_per_call
from ...sampler_slots import chosen_samplers
from ..panels.curves import SLOT_COUNT
from ..pixels import rounded_pixels
from .context import Context

BUDGETS = (2, 4, 8, 16, 32)
"""Network calls at which quality is measured."""


def compute(values: Values, context: Context) -> Arrays:
    """Of sampler i `curve{i}` (budgets, 2): calls, Frechet distance of 300 images; `floor` (3,): mean, lowest and
    highest of as many unseen real images."""
    highest, passes = int(values["most"]), passes_per_call(context.config)
    noise, field, arrays = context.noise(frechet.PICTURE_COUNT, "judged noise"), context.field, {}
    if context.config.classes:  # the training images are of all classes
        labels = random_labels(context.config, frechet.PICTURE_COUNT)
        field = context.with_labels(labels, context.config.guidance)
    for i, name in chosen_samplers(values, SLOT_COUNT).items():
        rows, before = [], 0
        for budget in BUDGETS:
            if budget > highest or budget < passes:
                continue
            last = context.run_sampler(name, field, noise, budget // passes)[-1]
            calls = last.nfe * passes
            if before < calls <= budget:  # one step may cost more, and a chain has no more steps than its own
                score = metrics.score("frechet", rounded_pixels(last.x).cpu().numpy(), DIGITS)
                rows.append((calls, score.value))
                before, arrays["floor"] = calls, np.array(score[1:])
        arrays[f"curve{i}"] = np.array(rows).reshape(-1, 2)
    return arrays
