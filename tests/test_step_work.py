"""What a step consists of by its settings alone, against what torch counts in the real step."""

import math

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as some
from support.counted_work import counted_work

from playground.core.config import parse, specs
from playground.core.errors import UserError
from playground.core.registry import FAMILIES, family, step_size

FACTOR = 1.25
"""By how much an estimate of products of matrices may be off: a chain does not need all gradients of its first map."""
MOST_WORK = 2e8
"""Multiply-adds of a step that is really done here."""
UNCOUNTED = {"flow": ("planar", "radial"), "model": ("nade",), "coupling": ("optimal",), "solver": ("dopri5",)}
"""What torch does not count as products, or what depends on the data: estimates are upper bounds there."""
FREE = ("seed", "execution", "device")


@some.composite
def configs(draw, name):
    """Any settings of a family with small batches."""
    kind, values = family(name).Config, {"batch": draw(some.integers(8, 24))}
    for spec in specs(kind):
        if spec.name in FREE or spec.name in values or spec.kind in ("text", "float") or draw(some.booleans()):
            continue
        if spec.kind == "int":
            low, high = map(int, spec.bounds)
            most = high if spec.log else min(high, low + 5)
            values[spec.name] = min(low + round((most - low + 1) ** draw(some.floats(0, 1))) - 1, most)
        else:
            values[spec.name] = draw(some.booleans() if spec.kind == "bool" else some.sampled_from(spec.offered()))
    try:
        return parse(kind, values)
    except UserError:
        assume(False)


def check(name, config):
    size = step_size(family(name), config)
    assert all(math.isfinite(part) and part >= 0 for part in size) and size.numbers > 0 and size.operations > 0
    if size.work > MOST_WORK or getattr(config, "reflows", False):
        return
    counted = counted_work(name, config.model_dump())
    if any(getattr(config, setting, None) in values for setting, values in UNCOUNTED.items()):
        assert counted <= FACTOR * size.work
    else:
        assert size.work / FACTOR <= counted <= FACTOR * size.work


@pytest.mark.parametrize("name", FAMILIES)
def test_presets_take_the_work_that_torch_counts(name):
    for preset in family(name).presets.values():
        config = parse(family(name).Config, preset.settings)
        check(name, config.changed(batch=16))


@pytest.mark.parametrize("name", FAMILIES)
def test_any_settings_take_the_work_that_torch_counts(name):
    @settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck], derandomize=True)
    @given(configs(name))
    def every(config):
        check(name, config)

    every()


def test_a_step_that_first_computes_pairs_of_reflow_takes_no_more_than_was_said():
    config = family("diffusion").Config(process="linear", objective="velocity", sampler="euler", width=16, rounds=1,
                                        round=10, depth=2, batch=16)  # fmt: skip
    work = step_size(family("diffusion"), config).work
    counted = counted_work("diffusion", config.model_dump(), before=10)  # the first step of the round
    assert work / FACTOR <= counted <= FACTOR * work


@pytest.mark.parametrize("name", FAMILIES)
def test_of_twice_the_batch_a_step_takes_about_twice_as_much(name):
    for preset in family(name).presets.values():
        config = parse(family(name).Config, preset.settings)
        if getattr(config, "reflows", False) or config.batch > 1024:
            continue
        one, two = (step_size(family(name), config.changed(batch=n)) for n in (config.batch, 2 * config.batch))
        assert one.work <= two.work <= 4.5 * one.work  # pairing takes more than twice
        assert one.numbers < two.numbers <= 4 * one.numbers
