"""What goes wrong in the training of a model of sequences is found, and what goes well is left in peace.

Real trainings with fixed seeds, small enough for seconds."""

from functools import cache

import numpy as np
import pytest

from playground.core.config import parse, relevant
from playground.core.diagnosis import History
from playground.core.i18n import fill, translator
from playground.core.score import Score
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.diagnosis import RULES, diagnose
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.presets import DIVERGING, PRESETS

EVERY = 50
SMALL = {"batch": 16}
CASES = {
    "leak": (200, {**PRESETS["mask_off"].settings, "width": 32, "window": 16, "lr": 1e-2}),
    "positions": (400, {**PRESETS["no_positions"].settings, "length": 6, "layers": 1, "lr": 1e-2}),
    "warmup": (160, {**PRESETS["no_warmup"].settings, "gap": 2}),
    "exploding": (100, {**PRESETS["exploding"].settings}),
    "memorising": (400, {"data": "modular", "modulus": 23, "train_share": 0.3, "lr": 1e-2, "layers": 1}),
}
HEALTHY = {
    "default": (120, {"gap": 5}),
    "post-norm": (200, {"gap": 2, "norm": "post", "warmup": 100}),
    "rnn": (120, {"model": "rnn", "gap": 5}),
    "text": (210, {"data": "alice", "window": 16, "width": 32}),
    "learned": (320, {"data": "reverse", "length": 5}),
}


@cache
def trained(name: str) -> History:
    steps, settings = (CASES | HEALTHY)[name]
    experiment = TransformerExperiment(parse(TransformerConfig, settings | SMALL))
    rows, scores = [], []
    for step in range(steps):
        if step % EVERY == 0:
            scores.append((step, experiment.evaluate()))
        rows.append(experiment.step())
    scores.append((steps, experiment.evaluate()))
    scalars = {key: np.array([row[key] for row in rows], np.float32) for key in rows[0]}
    return History(experiment.config, steps, scalars, scores, experiment.snapshot())


@pytest.mark.parametrize("name", CASES)
def test_failures_are_found_in_real_trainings(name):
    history = trained(name)
    (finding,) = diagnose(history)
    assert finding.name == name and finding.rule is RULES[name]
    said = fill(translator("en")(finding.text), **finding.values)
    assert "nan" not in said and "{" not in said
    remedy = finding.remedy(history.config)
    assert remedy
    changed = parse(TransformerConfig, history.config.model_dump() | remedy)
    assert remedy.keys() <= {s.name for s in relevant(TransformerConfig, changed.model_dump())}


@pytest.mark.parametrize("name", HEALTHY)
def test_what_goes_well_is_left_in_peace(name):
    history = trained(name)
    assert diagnose(history) == []
    for step in (1, 20, 100):
        scalars = {key: column[:step] for key, column in history.scalars.items()}
        scores = [(at, score) for at, score in history.scores if at <= step]
        assert diagnose(History(history.config, step, scalars, scores)) == []


def test_divergence_is_said_with_a_remedy():
    config = parse(TransformerConfig, DIVERGING | SMALL | {"gap": 5})
    experiment = TransformerExperiment(config)
    broken = None
    for _ in range(200):
        row = experiment.step()
        broken = next((name for name, value in row.items() if not np.isfinite(value)), None)
        if broken:
            break
    assert broken
    (finding,) = diagnose(History(config, experiment.steps, {}, (), {}, broken))
    assert finding.name == "divergence" and {"optimiser", "lr", "clip"} <= finding.remedy(config).keys()


def test_a_leak_of_a_task_shows_in_what_is_written():
    """A task that is easier to read off than to solve."""
    config = parse(TransformerConfig, {"data": "addition", "causal": False})

    def found(right: float, written: float, **changes):
        scores = {"accuracy": Score(right, 1, 1, 1), "exact_match": Score(written, 1, 1, 1)}
        return [f.name for f in diagnose(History(config.changed(**changes), 300, {}, [(300, scores)]))]

    assert found(0.99, 0.1) == ["leak"]
    assert found(0.99, 0.9) == found(0.5, 0.0) == found(0.99, 0.1, causal=True) == []
