"""Scaled noise, and the samples that the generator makes of it."""

from playground.core.panels import Arrays, Values

from ..context import Context


def compute(values: Values, context: Context) -> Arrays:
    """`z` (n, noise_dim) fixed noise; `x` (n, 2) the samples from `z` times the scale."""
    z = context.fixed_noise(int(values["count"]))
    return {"z": z, "x": context.samples(z * values["scale"])}
