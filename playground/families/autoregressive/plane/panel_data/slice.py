"""The density of one coordinate, given the other: of all cells, of which one column is drawn."""

from playground.core.panels import Arrays, Values

from .context import Context


def compute(values: Values, context: Context) -> Arrays:
    """See `Context.log_densities`."""
    return context.log_densities()
