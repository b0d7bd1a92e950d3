"""The density of the model's cells."""

from playground.core.panels import Arrays, Values

from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """See `Context.log_densities`."""
    return context.log_densities()
