"""Samples of fresh noise at a temperature."""

from playground.core.panels import Arrays, Values
from playground.training import batches

from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    draw = batches.gaussian(context.dataset.dim)
    noise = draw(int(values["size"]) ** 2, batches.generator(round(values["draw"]), "panel"))
    x = context.samples(context.tensor(noise) * values["temperature"])
    return {"images": context.images(x), "bits": context.bits(x)}
