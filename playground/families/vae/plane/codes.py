"""The codes of data, coloured by the mode or region of their data point."""

from playground.core.i18n import N_
from playground.core.panels import Arrays
from playground.core.scene import Points
from playground.data.dataset import dataset_of
from playground.data.generators import generator

from ..config import VaeConfig
from .scene import kinds


def code_points(arrays: Arrays, config: VaeConfig) -> tuple[Points, ...]:
    """See `Context.code_map`."""
    codes, title = arrays["codes"], N_("Codes of data")
    x = dataset_of(config).sample(len(codes), generator(config.seed, "panel data"))
    colours, names = kinds(x, dataset_of(config))
    return (Points(name="codes", title=title, role="data", xy=codes, values=colours, kinds=names, size=3.0),)
