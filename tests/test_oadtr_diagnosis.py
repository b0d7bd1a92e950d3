"""What goes wrong in the training of a detector is found in its scores, and what goes well is left in peace."""

import numpy as np
import pytest
from support.detectors import Bare

from playground.core.config import parse, relevant
from playground.core.diagnosis import History
from playground.core.i18n import fill, translator
from playground.core.score import Score
from playground.families.oadtr.config import OadtrConfig
from playground.families.oadtr.diagnosis import RULES, diagnose
from playground.families.oadtr.presets import DIVERGING, PRESETS

GOOD = {"accuracy": 0.85, "action_recall": 0.6, "distinct": 0.7, "map": 0.7}
CASES = {
    "future_leak": ({"lookahead": 16}, {**GOOD, "map": 0.9, "online_map": 0.6}),
    "constant": ({**PRESETS["constant"].settings}, {**GOOD, "accuracy": 0.67, "action_recall": 0.0, "distinct": 1.0}),
    "background": ({"lr": 3e-5}, {**GOOD, "accuracy": 0.7, "action_recall": 0.1, "distinct": 0.95}),
}


def history(settings, scores, step: int = 300) -> History:
    config = parse(OadtrConfig, settings)
    return History(config, step, {}, [(step, {name: Score(value, 1, 1, 1) for name, value in scores.items()})])


@pytest.mark.parametrize("name", CASES)
def test_each_failure_is_named_with_a_remedy(name):
    found = history(*CASES[name])
    (finding,) = diagnose(found)
    assert finding.name == name and finding.rule is RULES[name]
    said = fill(translator("en")(finding.text), **finding.values)
    assert "nan" not in said and "{" not in said
    fill(translator("en")(finding.rule.rule), **finding.rule.limits)
    remedy = finding.remedy(found.config)
    changed = parse(OadtrConfig, found.config.model_dump() | remedy)
    assert remedy and remedy.keys() <= {s.name for s in relevant(OadtrConfig, changed.model_dump())}
    assert diagnose(history(changed.model_dump(), GOOD)) == []


def test_what_goes_well_is_left_in_peace():
    assert diagnose(history({}, GOOD)) == []
    assert diagnose(history({}, {**GOOD, "online_map": 0.1})) == []  # nothing of the future is seen
    assert diagnose(history({"lookahead": 4}, {**GOOD, "online_map": 0.68})) == []
    early = {"accuracy": 0.67, "action_recall": 0.0, "distinct": 1.0, "map": 0.2}
    assert diagnose(history({}, early, step=150)) == [] and diagnose(history({}, {})) == []


def test_divergence_is_said_with_a_remedy():
    experiment, broken = Bare(parse(OadtrConfig, {**DIVERGING, "batch": 8, "width": 16, "window": 4})), None
    while broken is None and experiment.steps < 300:
        broken = next((name for name, value in experiment.step().items() if not np.isfinite(value)), None)
    assert broken is not None
    (finding,) = diagnose(History(experiment.config, experiment.steps, {}, (), {}, broken))
    assert finding.name == "divergence" and {"optimiser", "lr", "clip"} <= finding.remedy(experiment.config).keys()
