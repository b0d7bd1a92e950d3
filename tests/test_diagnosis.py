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
from playground.families.autoregressive import diagnosis as autoregressive_diagnosis
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.diffusion import diagnosis as diffusion_diagnosis
from playground.families.diffusion.config import DiffusionConfig
from playground.families.gan import diagnosis
from playground.families.gan.config import GanConfig
from playground.families.gan.diagnosis import RULES, diagnose, nearest_share, swing_statistics
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.game_view import SAMPLE_COUNT
from playground.families.gan.presets import PRESETS
from playground.families.vae import diagnosis as vae_diagnosis
from playground.families.vae.config import VaeConfig
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
    covered = [experiment.evaluate()["modes_covered"].value]
    for step in range(1000):
        experiment.step()
        if step % 100 == 99:
            covered.append(experiment.evaluate()["modes_covered"].value)
    assert covered[-1] >= 7
    assert (
        max(covered[1:3]) <= covered[0] + 1 and "hardly more modes, or fewer" in RULES["collapse"].remedy
    )  # said before


def made(step=3000, config=None, scores=(), frame=None, **scalars):
    return History(
        config or GanConfig(), step, {k: np.asarray(v, np.float32) for k, v in scalars.items()}, scores, frame or {}
    )


@pytest.mark.parametrize("gap, fall, found", [(0.95, 1e-3, True), (0.85, 1e-3, False), (0.95, 0.05, False)])
def test_vanishing_needs_a_sure_discriminator_and_a_lost_gradient(gap, fall, found):
    slope = np.where(np.arange(3000) < 50, 1.0, fall)
    past = made(d_real=np.full(3000, 0.5 + gap / 2), d_fake=np.full(3000, 0.5 - gap / 2), g_grad=slope)
    assert ("vanishing" in names(diagnose(past))) is found


WITHIN = {"vae": vae_diagnosis, "autoregressive": autoregressive_diagnosis, "diffusion": diffusion_diagnosis}


def scored(name, *values, floor=8.0, high=8.0, every=100, steps=3000):
    """Measurements of one quality, the last of them at step `steps`."""
    return [(steps - every * (len(values) - 1 - i), {name: Score(v, floor, floor, high)}) for i, v in enumerate(values)]


def test_the_sentence_says_where_the_curve_ends():
    """Of every rule that names a curve: the number in its sentence is the newest of that curve."""
    n, real = 3000, np.full(3000, 0.97)
    slope, fake = np.where(np.arange(n) < 50, 1.0, 1e-3), np.full(n, 0.02)
    real[-1], fake[-1], slope[-1] = 0.99, 0.01, 3e-3
    (found,) = diagnose(made(d_real=real, d_fake=fake, g_grad=slope))
    assert found.values == {"real": 99, "fake": 1, "now": "0.003", "once": "1"}

    (found,) = diagnose(made(scores=scored("modes_covered", 2, 2, 2, 2, 0)))
    assert found.values == {"covered": "0", "all": 8}

    random = np.random.default_rng(3)
    data, line = random.normal(size=(400, 2)), np.stack([np.linspace(-3, 3, 400), np.zeros(400)], 1)
    distances = scored("sliced_w2", 0.5, 0.6, 0.7, 0.41, floor=0.05, high=0.1)
    past = made(config=GanConfig(noise_dim=1), scores=distances, frame={"data": data, "fake": line + 4})
    (found,) = diagnose(past)
    assert found.name == "thin_noise" and (found.values["value"], found.values["floor"]) == ("0.41", "0.05")

    columns = {"kl": np.full(n, 0.03), "active": np.zeros(n), "weight": np.full(n, 4.0)}
    columns["kl"][-1] = 0.05
    (found,) = WITHIN["vae"].diagnose(History(VaeConfig(latent=8), n, columns))
    assert found.values == {"kl": "0.050", "weight": "4"}
    columns = {"kl": np.full(n, 3.0), "active": np.full(n, 2.0)}
    columns["active"][-1] = 3.0
    (found,) = WITHIN["vae"].diagnose(History(VaeConfig(latent=8), n, columns))
    assert found.values == {"all": 8, "active": 3}
    digits = VaeConfig(data="digits", best=False)
    (found,) = WITHIN["vae"].diagnose(History(digits, n, {}, scored("valid_elbo", 20, 18, 19.5, 20, 20.5)))
    assert found.values == {"now": "20.5", "once": "18.0"}

    nats = [(at, {"train_nll": Score(t, *[0.0] * 3), "valid_nll": Score(v, *[0.0] * 3)}) for at, t, v in NATS]
    judged = {"judged": np.array([1.0, 1.0, 17.2, 4.0], np.float32), "hears": np.zeros((0, 64))}  # best at step 200
    (found,) = WITHIN["autoregressive"].diagnose(History(AutoregressiveConfig(data="digits"), n, {}, nats, judged))
    assert found.values == {"valid": "18.25", "best": "17.20", "step": "200", "train": "11.50"}

    few = DiffusionConfig(sampler="euler", steps=3)
    scores = [
        (at, {"denoising": Score(d, 0.5, 0.5, 0.5), "sliced_w2": Score(w, 0.05, 0.03, 0.08)})
        for at, d, w in ((2800, 0.52, 0.9), (3000, 0.51, 0.37))
    ]
    (found,) = WITHIN["diffusion"].diagnose(History(few, n, {"error": np.full(n, 0.51)}, scores))
    assert found.name == "few_steps" and found.values["value"] == "0.37"


NATS = ((2900, 12.0, 19.0), (3000, 11.5, 18.25))


def test_a_finding_ends_where_its_curve_does_not_say_so_any_more():
    """Histories in which a rule held until a moment ago."""
    n = 3000
    sure = {"d_real": np.full(n, 0.98), "d_fake": np.full(n, 0.02), "g_grad": np.where(np.arange(n) < 50, 1.0, 1e-3)}
    assert names(diagnose(made(**sure))) == ["vanishing"]
    for curve, now in (("d_fake", 0.3), ("g_grad", 0.5)):
        column = sure[curve].copy()
        column[-1] = now
        assert diagnose(made(**sure | {curve: column})) == [], curve

    assert names(diagnose(made(scores=scored("modes_covered", *[2] * 8)))) == ["collapse"]
    assert diagnose(made(scores=scored("modes_covered", *[2] * 7, 5))) == []

    time, noise = np.arange(n), np.random.default_rng(1).normal(0, 0.006, n)
    for phase in np.linspace(0, 2 * np.pi, 12):  # wherever a swing stands now, it goes on
        for period in (100, 150, 300):
            swing = 0.5 + 0.04 * np.sin(2 * np.pi * time / period + phase) + noise
            assert names(diagnose(made(d_fake=swing))) == ["oscillation"], (phase, period)
    calm = np.where(time < n - 200, 0.5 + 0.04 * np.sin(2 * np.pi * time / 150), 0.5) + noise
    assert diagnose(made(d_fake=calm)) == []

    columns = {"kl": np.full(n, 0.03), "active": np.full(n, 2.0)}
    config = VaeConfig(latent=2)
    assert names(WITHIN["vae"].diagnose(History(config, n, columns))) == ["collapse"]
    columns["kl"][-1] = 0.4
    assert WITHIN["vae"].diagnose(History(config, n, columns)) == []

    fast = DiffusionConfig(lr=0.1)
    scores = [(n, {"denoising": Score(0.9, 0.5, 0.5, 0.5)})]
    loss = np.full(n, 0.9)
    assert names(WITHIN["diffusion"].diagnose(History(fast, n, {"error": loss}, scores))) == ["too_fast"]
    loss[-20:] = 0.5
    assert WITHIN["diffusion"].diagnose(History(fast, n, {"error": loss}, scores)) == []


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


def test_the_numbers_of_a_finding_are_sent_again_as_they_change():
    run = _run(GanConfig())
    run.step, run.timeline.scores = 2000, scored("modes_covered", 2, 2, 2, steps=2000)
    feed, live_run = DiagnosisFeed(), type("Watched", (), {"run": run})()
    assert "cover 2 of 8" in feed.news(live_run, True, str)["findings"][0]["text"]
    run.step = 2100
    run.timeline.scores += scored("modes_covered", 0, steps=2100)
    feed.at = 0.0
    assert "cover 0 of 8" in feed.news(live_run, True, str)["findings"][0]["text"]


def _run(config) -> Run:
    run = start("gan", config, "o" * 32, Limits())
    run.add(Progress(0, None, Frame(0, {}), {}, {}, 0.0, 0.0, None))
    return run
