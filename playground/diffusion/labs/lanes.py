"""Who takes part where samplers are compared."""

from ...config import Config
from ...scene import Dial
from ...texts import N_
from ..catalogue import CATALOGUE, fits

NOBODY = "none"
LANES = ("generated", "data", "field", "gradient")
"""Roles of the curves of up to four samplers."""


def lanes(config: Config) -> tuple[tuple[str, str], ...]:
    """(value, title) of the samplers that may race, and nobody."""
    fit = [(name, entry.title) for name, entry in CATALOGUE.items() if fits(name, config.process)]
    return ((NOBODY, N_("nobody")), *fit)


def four(config: Config, *others: str) -> tuple[Dial, ...]:
    first = config.sampler
    defaults, options = [first], lanes(config)
    for wanted in (*others, NOBODY)[:3]:
        fit = wanted != NOBODY and fits(wanted, config.process) and wanted not in defaults
        defaults.append(wanted if fit else NOBODY)
    titles = (N_("First sampler"), N_("Second sampler"), N_("Third sampler"), N_("Fourth sampler"))
    return tuple(Dial(f"lane{i + 1}", title, "choice", default, options=options)
                 for i, (title, default) in enumerate(zip(titles, defaults, strict=True)))


FIELD = Dial("exact", N_("Best field instead of the network"), "switch", False, help=N_(
    "Samplers then ask the best field there is for these data, which is known: no training, no error but the "
    "sampler's own."))
