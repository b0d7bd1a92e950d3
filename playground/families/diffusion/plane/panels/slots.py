"""Dials that several panels on the plane share."""

from collections.abc import Sequence
from dataclasses import replace

from playground.core.i18n import N_
from playground.core.panels import Dial
from playground.data.dataset import dataset_of

from ...catalogue import fits, has_eta
from ...config import DiffusionConfig
from ...gaussian_components import gaussian_components
from ...sampler_slots import SLOT_TITLES, fitting_samplers, slot_dials

REQUIRED = 2
"""Slots that are never empty."""


def sampler_dials(config: DiffusionConfig, *others: str) -> tuple[Dial, ...]:
    """A dial for each slot. The sampler of the settings comes first, then `others`; the rest are empty."""
    offered = fitting_samplers(config)
    defaults = [config.sampler]
    for name in (*others, *(name for name, _ in offered)):
        if (
            len(defaults) < max(REQUIRED, len(others) + 1)
            and name not in defaults
            and fits(name, config.process, config.independent)
        ):
            defaults.append(name)
    return slot_dials(offered, defaults, len(SLOT_TITLES), REQUIRED)


ETA = Dial(
    "eta",
    N_("Fresh noise of DDIM (η)"),
    default=0.0,
    low=0.0,
    high=1.0,
    step=0.05,
    help=N_("Share of the noise that DDIM replaces in each step: 0 gives a deterministic path, 1 gives DDPM."),
)


INDEPENDENT_PAIRS = N_(
    "This panel is about data and noise that are paired independently; the network of these settings learns from other "
    "pairs and is not used."
)


def described(text: str, config: DiffusionConfig) -> str:
    """The description of a panel about independent pairs: another one, where the network is not trained on these."""
    return text if config.independent else INDEPENDENT_PAIRS


def eta_dials(config: DiffusionConfig, slots: Sequence[Dial]) -> tuple[Dial, ...]:
    """DDIM's dial, where fresh noise is right, while one of the `slots` holds a sampler that has it."""
    having = {dial.name: found for dial in slots if (found := tuple(name for name, _ in dial.options if has_eta(name)))}
    return (replace(ETA, when=having),) if config.independent and having else ()


EXACT = N_(
    "Samplers then use the optimal denoiser of these data, which is known: all remaining error is the sampler's."
)
ON_A_GRID = N_(
    "Samplers then use the optimal denoiser, which for these data is that of Gaussians on a grid: beside the sampler's "
    "error, samples are blurred by the width of a cell, and some lie outside the data."
)


def optimal_dial(config: DiffusionConfig) -> Dial:
    """The optimal denoiser instead of the network."""
    exact = gaussian_components(dataset_of(config)) is not None
    title = N_("Optimal denoiser instead of the network")
    return Dial("optimal", title, "switch", False, help=EXACT if exact else ON_A_GRID)
