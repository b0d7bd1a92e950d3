"""Samples of fresh noise at a temperature."""

from playground.core.panels import Arrays, Values

from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    z = context.noise(round(values["count"]), round(values["draw"])) * values["temperature"]
    return {"z": z, "x": context.samples(z)}
