"""On another device than the processor every family does everything it does on the processor, with the same numbers.

The device is `support.other_device`; where there is a GPU, it is that as well. The numbers are the same to rounding,
which some samplers magnify a thousand times.
"""

import itertools
import time
from types import MappingProxyType

import numpy as np
import pytest
import torch
from support import other_device

from playground.core.config import parse
from playground.core.contract import Experiment
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES, panels_of
from playground.families.diffusion.catalogue import CATALOGUE, fits
from playground.families.diffusion.processes import PROCESSES
from playground.training import gradient_experiment

SMALL = {
    "normalizing_flow": {"width": 16, "ode_steps": 2},
    "oadtr": {"width": 16, "heads": 2, "layers": 1, "batch": 16, "window": 8},
}
GPU = [name for name, module in (("cuda", torch.cuda), ("mps", torch.backends.mps)) if module.is_available()]

every_preset = pytest.mark.parametrize(
    "family, settings",
    [
        pytest.param(name, {**SMALL.get(name, {}), **preset.settings}, id=f"{name}-{key}")
        for name, family in FAMILIES.items()
        for key, preset in family.presets.items()
        if preset.group != "fails"  # the same computations with other numbers
    ],
)
every_device = pytest.mark.parametrize("device", [other_device.NAME, *GPU])


@pytest.fixture
def on(monkeypatch, device):
    """Makes experiments there, and on the processor."""

    def make(family: str, settings: dict, where: str) -> Experiment:
        kind = FAMILIES[family].load_experiment()
        with monkeypatch.context() as patched:
            place = other_device.DEVICE if where == other_device.NAME else torch.device(where)
            patched.setattr(gradient_experiment, "device", lambda name: place)
            return kind(parse(kind.Config, {**settings, "execution": "eager"}))

    return make


def alike(here: np.ndarray, there: np.ndarray) -> bool:
    if here.dtype.kind not in "fc":
        return np.array_equal(here, there)
    here, there = here.astype(np.float64), there.astype(np.float64)
    scale = float(np.nanmax(np.abs(here), initial=1e-3, where=np.isfinite(here)))
    return np.allclose(here, there, rtol=5e-3, atol=5e-3 * scale, equal_nan=True)


def seen(experiment: Experiment) -> dict[str, np.ndarray]:
    """What an experiment shows, by names."""
    found = {f"frame {name}": array for name, array in experiment.snapshot().items()}
    found |= {f"score {name}": np.array([*score]) for name, score in experiment.evaluate().items()}
    found["samples"] = experiment.sample(8, 1)
    density = experiment.log_prob(found["samples"])
    return found if density is None else found | {"density": density}


@every_device
@every_preset
def test_training_and_pictures_are_the_same(on, device, family, settings):
    here, there = on(family, settings, "cpu"), on(family, settings, device)
    assert there.device.type == device
    for _ in range(2):
        ours, theirs = here.step(), there.step()
        assert all(alike(np.array(ours[name]), np.array(theirs[name])) for name in ours)
    one, two = seen(here), seen(there)
    assert [name for name in one if not alike(one[name], two[name])] == [] and one.keys() == two.keys()
    again = on(family, settings, device)
    again.load_state_dict(there.state_dict())
    ours, theirs = here.step(), again.step()
    assert all(alike(np.array(ours[name]), np.array(theirs[name])) for name in ours)


PANELS = [
    pytest.param(
        name, MappingProxyType({**SMALL.get(name, {}), **preset.settings}), panel.name, id=f"{name}-{key}-{panel.name}"
    )
    for name, family in FAMILIES.items()
    for key, preset in family.presets.items()
    if key in ("default", "digits")
    for panel in panels_of(
        family.load_experiment().__module__.rpartition(".")[0],
        parse(family.Config, {**SMALL.get(name, {}), **preset.settings}),
    )
]


@every_device
@pytest.mark.parametrize("family, settings, name", PANELS)
def test_panels_are_the_same(on, device, monkeypatch, family, settings, name):
    ticks = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: float(next(ticks)))  # what panels measure is no matter here
    here, there = on(family, settings, "cpu"), on(family, settings, device)
    package = FAMILIES[family].load_experiment().__module__.rpartition(".")[0]
    panel = next(panel for panel in panels_of(package, here.config) if panel.name == name)
    asked = question(panel, validate(panel, {}))
    ours, theirs = here.respond(asked), there.respond(asked)
    assert [
        name for name in ours if name not in ("ms", "seconds") and not alike(ours[name], theirs[name])
    ] == [] and ours.keys() == theirs.keys()


@every_device
@pytest.mark.parametrize("sampler", CATALOGUE)
def test_samplers_draw_the_same_noise(on, device, sampler):
    process = next(name for name in PROCESSES if fits(sampler, name))
    settings = {"sampler": sampler, "steps": 3, "process": process}
    here, there = on("diffusion", settings, "cpu"), on("diffusion", settings, device)
    assert alike(here.sample(4, 0), there.sample(4, 0))
