"""Who takes part where samplers are compared."""

from collections.abc import Mapping

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial

from ..catalogue import CATALOGUE, fits

NOBODY = "none"
LANES = ("generated", "data", "field", "gradient", "neutral", "truth")
"""Roles of the curves of up to six samplers."""
TITLES = (
    N_("First sampler"),
    N_("Second sampler"),
    N_("Third sampler"),
    N_("Fourth sampler"),
    N_("Fifth sampler"),
    N_("Sixth sampler"),
)
NEEDED = 2
"""Lanes that are never empty."""


def lanes(config: Config) -> tuple[tuple[str, str], ...]:
    """(value, title) of the samplers that may race."""
    return tuple((name, entry.title) for name, entry in CATALOGUE.items() if fits(name, config.process))


def six(config: Config, *others: str) -> tuple[Dial, ...]:
    """A dial for each lane. The settings' own sampler comes first, then `others`; the rest are empty."""
    offered = lanes(config)
    defaults = [config.sampler]
    for name in (*others, *(name for name, _ in offered)):
        if len(defaults) < max(NEEDED, len(others) + 1) and name not in defaults and fits(name, config.process):
            defaults.append(name)
    defaults += [NOBODY] * (len(LANES) - len(defaults))
    return tuple(
        Dial(
            f"lane{i + 1}",
            title,
            "choice",
            default,
            options=offered if i < NEEDED else ((NOBODY, N_("nobody")), *offered),
        )
        for i, (title, default) in enumerate(zip(TITLES, defaults, strict=True))
    )


def running(values: Mapping) -> dict[int, str]:
    """Lane -> sampler, of those that are not empty."""
    named = {i: values[f"lane{i + 1}"] for i in range(len(LANES))}
    return {i: name for i, name in named.items() if name != NOBODY}


ETA = Dial(
    "eta",
    N_("Fresh noise of DDIM (η)"),
    default=0.0,
    low=0.0,
    high=1.0,
    step=0.05,
    help=N_(
        "How much of the noise DDIM replaces in each step: 0 none, a deterministic path; 1 as much as DDPM. The seed "
        "stays the same."
    ),
)
FIELD = Dial(
    "exact",
    N_("Best field instead of the network"),
    "switch",
    False,
    help=N_(
        "Samplers then ask the best field there is for these data, which is known: no training, no error but the "
        "sampler's own."
    ),
)
