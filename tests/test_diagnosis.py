"""What goes wrong is found, and what goes well is left in peace.

Fixed seeds, so these tests cannot fail by chance. How often the rules err was counted once, at every 100th step:
the default settings on ring, moons and eight Gaussians, seeds 0 to 2, 4,000 steps: 0 findings in 360 looks at 9 runs;
four failing presets, seeds 0 to 2: found in all 12 runs (oscillation with seed 2 only from step 2,400 on).
"""

from functools import cache

import numpy as np
import pytest

from playground.core.config import parse
from playground.core.contract import Frame, Progress
from playground.core.diagnosis import History
from playground.core.i18n import translator
from playground.core.registry import FAMILIES, Family
from playground.core.score import Score
from playground.data.plane.distributions import get
from playground.engine.limits import Limits
from playground.engine.run import Run, start
from playground.families.gan import diagnosis
from playground.families.gan.config import GanConfig
from playground.families.gan.diagnosis import RULES, diagnose, nearest_share, swing_statistics
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.game_view import SAMPLE_COUNT
from playground.families.gan.presets import PRESETS
from playground.live.diagnosis import DiagnosisFeed, describe
from playground.live.diagnosis import diagnose as diagnose_run

EVERY = 200
"""Steps between two measurements."""


@cache
def trained(steps, seed=0, **settings):
    """The history of a real training, broken off where a number is not finite."""
    experiment = GanExperiment(parse(GanConfig, {"seed": seed, **settings}))
    rows, scores = [], []
    for step in range(steps):
        if step % EVERY == 0:
            scores.append((step, experiment.evaluate()))
        row = experiment.step()
        broken = next((name for name, value in row.items() if not np.isfinite(value)), None)
        if broken:
            return history(rows, scores, {}, experiment.config, broken)
        rows.append(row)
    return history(rows, scores, experiment.snapshot(), experiment.config)


def history(rows, scores, frame, config, broken=None):
    scalars = {name: np.array([row[name] for row in rows], np.float32) for name in rows[0]} if rows else {}
    return History(config, len(rows), scalars, scores, frame, broken)


def names(found):
    return [finding.name for finding in found]


@pytest.mark.parametrize(
    "preset, steps, found",
    [
        ("mode_collapse", 1700, "collapse"),
        ("strong_discriminator", 250, "vanishing"),
        ("oscillation", 2500, "oscillation"),
        ("divergence", 2000, "divergence"),
        ("thin_noise", 1700, "thin_noise"),
    ],
)
def test_what_goes_wrong_is_found_and_can_be_helped(preset, steps, found):
    past = trained(steps, **PRESETS[preset].settings)
    (finding,) = diagnose(past)
    assert finding.name == found
    settings = finding.remedy(past.config)
    assert settings and past.config.changed(**settings) != past.config
    for lang in ("en", "zh"):
        said = describe(finding, _run(past.config), translator(lang))
        assert "{" not in said["text"] + said["rule"] + said["remedy"]["text"]


@pytest.mark.parametrize("data", ["ring", "moons", "8gaussians"])
def test_what_goes_well_is_left_in_peace(data):
    whole = trained(2000, data=data)
    for step in range(EVERY, whole.step + 1, EVERY):
        part = History(
            whole.config,
            step,
            {name: column[:step] for name, column in whole.scalars.items()},
            [s for s in whole.scores if s[0] <= step],
            whole.frame if step == whole.step else {},
        )
        assert diagnose(part) == [], (data, step)


def test_a_remedy_in_mid_run_brings_the_modes_back():
    experiment = GanExperiment(parse(GanConfig, PRESETS["mode_collapse"].settings))
    for _ in range(1000):
        experiment.step()
    experiment.configure(experiment.config.changed(**RULES["collapse"].settings))
    for _ in range(1000):
        experiment.step()
    assert experiment.evaluate()["modes_covered"].value >= 7


def made(step=3000, config=None, scores=(), frame=None, **scalars):
    return History(
        config or GanConfig(), step, {k: np.asarray(v, np.float32) for k, v in scalars.items()}, scores, frame or {}
    )


@pytest.mark.parametrize("gap, fall, found", [(0.95, 1e-3, True), (0.85, 1e-3, False), (0.95, 0.05, False)])
def test_vanishing_needs_a_sure_discriminator_and_a_lost_gradient(gap, fall, found):
    slope = np.where(np.arange(3000) < 50, 1.0, fall)
    past = made(d_real=np.full(3000, 0.5 + gap / 2), d_fake=np.full(3000, 0.5 - gap / 2), g_grad=slope)
    assert ("vanishing" in names(diagnose(past))) is found


def test_a_critic_gives_no_probabilities():
    past = made(
        config=GanConfig(objective="wgan"),
        d_real=np.full(3000, 9.0),
        d_fake=np.full(3000, -9.0),
        g_grad=np.full(3000, 1e-9),
    )
    assert diagnose(past) == []


@pytest.mark.parametrize("covered, found", [(3, True), (4, False), (8, False)])
def test_collapse_is_less_than_half_of_the_modes(covered, found):
    scores = [(step, {"modes_covered": Score(covered, 8.0, 8.0, 8.0)}) for step in range(0, 3000, 100)]
    assert (names(diagnose(made(scores=scores))) == ["collapse"]) is found


@pytest.mark.parametrize("name", ["moons", "8gaussians", "rings", "25narrow"])
def test_the_share_that_the_rule_names_for_fresh_samples(name):
    """Mean of 20 draws, each of which scatters by 1.5 percent; the data sets differ by 1."""
    draws = [[get(name).sample(SAMPLE_COUNT, np.random.default_rng([k, i])) for i in range(2)] for k in range(20)]
    share = 100 * np.mean([nearest_share(*two) for two in draws])
    assert share == pytest.approx(RULES["thin_noise"].limits["fresh"], abs=2)


def test_collapse_without_modes_is_seen_in_the_picture():
    random = np.random.default_rng(0)
    data = random.normal(size=(400, 2))
    assert nearest_share(random.normal(size=(400, 2)), data) > 0.35
    at_a_point = np.array([1.0, 0.0]) + 0.02 * random.normal(size=(400, 2))
    assert names(diagnose(made(frame={"data": data, "fake": at_a_point}))) == ["collapse"]
    assert diagnose(made(frame={"data": data, "fake": random.normal(size=(400, 2))})) == []


@pytest.mark.parametrize("size, period, found", [(0.04, 150, True), (0.02, 150, False), (0.04, 2000, False)])
def test_oscillation_needs_size_and_turns(size, period, found):
    time = np.arange(3000)
    noise = np.random.default_rng(1).normal(0, 0.006, 3000)
    past = made(d_fake=0.5 + size * np.sin(2 * np.pi * time / period) + noise)
    assert (names(diagnose(past)) == ["oscillation"]) is found


def test_noise_and_a_drift_do_not_swing():
    random = np.random.default_rng(2)
    for _ in range(200):  # the sampling noise of a batch of 256, and as much drift as you like
        drift = random.normal(0, 0.05) * np.linspace(0, 1, 1000)
        swing, *_ = swing_statistics(random.normal(0, 0.01, 1000) + drift, 20)
        assert swing < RULES["oscillation"].limits["swing"] / 4


def test_a_defect_in_a_rule_does_not_reach_the_viewer(monkeypatch):
    monkeypatch.setattr(diagnosis, "vanishing", lambda history: 1 / 0)
    assert diagnose_run(_run(GanConfig())) == []


def test_a_family_without_a_diagnosis_finds_nothing():
    bare = Family("bare", "playground.data")
    assert bare.diagnose(made()) == []
    assert FAMILIES["gan"].diagnose is diagnose


def test_the_doctor_speaks_only_when_something_changed():
    run = _run(GanConfig(seed=3))
    doctor, live_run = DiagnosisFeed(), type("Watched", (), {"run": run})()
    assert doctor.news(live_run, True, str) is None  # nothing found, nothing said before
    run.stopped = ("{quantity} ended", {"quantity": "d_loss"})
    doctor.at = 0.0
    said = doctor.news(live_run, True, str)
    assert [f["name"] for f in said["findings"]] == ["divergence"]
    assert "d_loss" in said["findings"][0]["text"]
    assert doctor.news(live_run, True, str) is None
    assert doctor.news(live_run, False, str)["findings"] == []  # a look back shows none


def _run(config) -> Run:
    run = start("gan", config, "o" * 32, Limits())
    run.add(Progress(0, None, Frame(0, {}), {}, {}, 0.0, 0.0, None))
    return run
