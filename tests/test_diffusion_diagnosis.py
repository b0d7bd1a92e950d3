"""What goes wrong with a diffusion model is found, and what goes well is left in peace. Fixed seeds: no error rate."""

from functools import cache

import numpy as np
import pytest

from playground.core.config import parse
from playground.core.diagnosis import History
from playground.core.i18n import fill
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.diagnosis import RULES, diagnose
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.presets import PRESETS

STEPS, EVERY = 800, 200


@cache
def trained(updates, **settings):
    experiment = DiffusionExperiment(parse(DiffusionConfig, settings))
    rows, scores, broken = [], [], None
    for step in range(1, updates + 1):
        row = experiment.step()
        broken = next((name for name, value in row.items() if not np.isfinite(value)), None)
        if broken:
            break
        rows.append(row)
        if step % EVERY == 0:
            scores.append((step, experiment.evaluate()))
    columns = {name: np.array([row[name] for row in rows], np.float32) for name in rows[0]} if rows else {}
    return History(experiment.config, len(rows), columns, scores, {}, broken)


CASES = {
    "too_fast": {"lr": 0.1},
    "too_slow": {"lr": 1e-5},
    "few_steps": PRESETS["too_few_steps"].settings,
    "overdone": {"classes": True, "wanted": "all", "guidance": 6.0},
}


@pytest.mark.parametrize("name", CASES)
def test_what_goes_wrong_is_found_and_can_be_helped(name):
    history = trained(STEPS, **CASES[name])
    (finding,) = diagnose(history)
    assert finding.name == name
    assert fill(finding.text, **finding.values) and fill(finding.rule.rule, **finding.rule.limits)
    helped = history.config.changed(**finding.remedy(history.config))
    assert helped != history.config
    assert diagnose(History(helped, history.step, history.scalars, history.scores)) == []  # at once: all of it is live


def test_an_average_that_lags_behind():
    history = trained(400, ema=0.9999, lr=2e-3)
    ages = History(
        history.config,
        history.step,
        history.scalars,
        [(400, {**history.scores[-1][1], "denoising": history.scores[-1][1]["denoising"]._replace(value=2.0)})],
    )
    (finding,) = diagnose(ages)
    assert finding.name == "stale" and finding.rule is RULES["stale"]


def test_divergence():
    history = History(DiffusionConfig(), 10, {}, broken="loss")
    (finding,) = diagnose(history)
    assert finding.name == "divergence" and "loss" in fill(finding.text, **finding.values)


@pytest.mark.parametrize(
    "settings",
    [{}, {"data": "moons", "sampler": "ddpm", "steps": 100}, PRESETS["rectified_flow"].settings],
    ids=["ddpm", "moons", "flow"],
)
def test_what_goes_well_is_left_in_peace(settings):
    whole = trained(STEPS, **settings)
    for step in range(EVERY, STEPS + 1, EVERY):
        part = History(
            whole.config,
            step,
            {name: column[:step] for name, column in whole.scalars.items()},
            [s for s in whole.scores if s[0] <= step],
        )
        assert diagnose(part) == [], step
