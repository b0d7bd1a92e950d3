"""The one list of samplers: each has its file, its generator or scheduler; and what is said of the optimal denoiser."""

import diffusers
import pytest

from playground.core.resources import PACKAGE
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.families.diffusion.catalogue import CATALOGUE, PRETRAINED, is_random
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.optimal_denoiser import closed_form
from playground.families.diffusion.plane.scene import _outline_title
from playground.families.diffusion.samplers import SAMPLERS


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_sampler_has_its_source_file(name):
    """What the page shows under "The code" holds the generator of the sampler."""
    entry = CATALOGUE[name]
    source = (PACKAGE / "families" / "diffusion" / entry.file).read_text("utf-8")
    if entry.scheduler:
        assert entry.scheduler in source and hasattr(diffusers, entry.scheduler)
    else:
        assert f"def {name}(" in source or f"\n{name} = " in source
    assert callable(SAMPLERS[name])


def test_only_eta_decides_whether_ddim_is_random():
    assert [is_random(name, 0.0) for name in ("ddim", "diffusers_ddim", "ddpm", "heun")] == [False, False, True, False]
    assert [is_random(name, 0.5) for name in ("ddim", "diffusers_ddim", "ddpm", "heun")] == [True, True, True, False]
    assert all(CATALOGUE[name].kind in ("chain", "ode") for name in PRETRAINED)


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_the_outline_says_whether_its_density_is_in_closed_form(name):
    on_grid = "grid" in _outline_title(DiffusionConfig(data=name))
    assert on_grid == (closed_form(DISTRIBUTIONS[name]) is None)
