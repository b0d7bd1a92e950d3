"""The arena's scorecard against what must come out, who competes, and the command line."""

import csv
import json
import math
import time

import numpy as np
import pytest

from playground.__main__ import main
from playground.arena import contestants as catalogue
from playground.arena import measure
from playground.arena.contestants import config_for, contestants, select, shared_data
from playground.arena.scorecard import COLUMNS, FASTEST, SLOWEST, Measurement
from playground.arena.settings import ArenaConfig
from playground.core.advance import advance
from playground.core.config import parse
from playground.core.contract import Chunk, Experiment
from playground.core.errors import UserError
from playground.core.registry import FAMILIES
from playground.data.plane import distributions
from playground.engine.arena_jobs import train_and_measure
from playground.engine.sweep_plan import Budget
from playground.metrics.coverage import mass_covered

EIGHT = distributions.get("8gaussians")


class Sampler(Experiment):
    """A model that is known: it draws from `draw`, and has the density `density`."""

    Config = ArenaConfig
    steps, calls, parameters, bounded = 7, 3, 11, False

    def __init__(self, draw, density=None, **settings):
        self.config, self.draw, self.density = ArenaConfig(data="8gaussians", **settings), draw, density

    def sample(self, n, seed):
        return self.draw(n, np.random.default_rng([seed, 5]))

    def log_prob(self, x):
        return self.density and self.density(x)

    def step(self, part=None):
        raise AssertionError("a measurement does not train")

    snapshot = evaluate = configure = state_dict = load_state_dict = step


def one_mode(n, generator):
    return (EIGHT.modes[0] + EIGHT.mode_std * generator.standard_normal((n, 2))).astype(np.float32)


# the scorecard


def test_a_perfect_sampler_reaches_every_floor():
    """Its distance is one draw of what the floor is the mean of: .5 to 2 times it in each of 1,000 tries."""
    found = measure.measurement(Sampler(EIGHT.sample, EIGHT.log_prob), 1.5)
    assert 0.5 < found.sliced_w2 / found.sliced_w2_floor < 2 and found.quality > 0.5
    assert found.mass == pytest.approx(found.mass_floor, abs=0.004) and found.coverage > 0.995
    assert (found.modes, found.modes_of) == (8, 8)
    assert found.gap == pytest.approx(0, abs=1e-12)
    assert (found.steps, found.seconds, found.calls, found.parameters) == (7, 1.5, 3, 11)
    assert 0 < found.ms < SLOWEST


def test_a_sampler_of_one_mode_covers_an_eighth():
    found = measure.measurement(Sampler(one_mode), 1.0)
    assert (found.modes, found.modes_of, found.gap) == (1, 8, None)
    assert found.mass == pytest.approx(1 / 8, abs=0.004) and found.coverage == pytest.approx(1 / 8, abs=0.004)
    # all of its mass stands in one place of the ring of radius r: the sliced distance is that of the point to the ring
    assert found.quality < 0.05


def test_the_gap_is_the_kl_divergence():
    """In closed form: half of the model's mass on the truth, half nowhere near it, is log 2; and a mixture without one
    of its eight modes, each point of which it gives e^-20 of its density, is 20/8 - 7/8 log(8/7)."""
    half, error = measure.density_gap(Sampler(EIGHT.sample, lambda x: EIGHT.log_prob(x) + math.log(0.5)), EIGHT)
    assert half == pytest.approx(math.log(2), abs=1e-9) and error == pytest.approx(0, abs=1e-9)

    def seven(x):
        first = np.linalg.norm(x - EIGHT.modes[0], axis=1) < 6 * EIGHT.mode_std
        return EIGHT.log_prob(x) + np.where(first, -20.0, math.log(8 / 7))

    missing, error = measure.density_gap(Sampler(EIGHT.sample, seven), EIGHT)
    expected = 20 / 8 - 7 / 8 * math.log(8 / 7)
    # the share of 1,000 data in that mode: 1/8 with a standard deviation of .0105, here within five of them
    deviation = 0.0105 * (20 + math.log(8 / 7))
    assert missing == pytest.approx(expected, abs=5 * deviation) and error == pytest.approx(1.96 * deviation, rel=0.25)
    assert measure.density_gap(Sampler(EIGHT.sample, lambda x: np.full(len(x), -np.inf)), EIGHT) == (None, None)


def test_mass_is_counted_in_cells():
    everywhere = EIGHT.sample(10_000, np.random.default_rng(3))
    assert mass_covered(everywhere, EIGHT) > 0.99
    half = everywhere[everywhere[:, 0] > 0]
    assert mass_covered(half, EIGHT) == pytest.approx(0.5, abs=0.02)
    assert mass_covered(np.full((1000, 2), 50.0), EIGHT) < 1e-6  # outside the frame there is next to nothing to cover


def test_samples_that_are_no_numbers_count_as_misses():
    def torn(n, generator):
        x = EIGHT.sample(n, generator)
        x[: n // 2] = np.nan
        return x

    found = measure.measurement(Sampler(torn), 1.0)
    assert math.isfinite(found.sliced_w2) and found.quality < 0.01


MEASURED = Measurement(
    steps=1,
    seconds=1.0,
    sliced_w2=0.2,
    sliced_w2_floor=0.05,
    mass=0.45,
    mass_floor=0.9,
    modes=None,
    modes_of=None,
    gap=None,
    bounded=False,
    calls=1,
    ms=10.0,
    parameters=3,
)


@pytest.mark.parametrize(
    "ms, speed",
    [(FASTEST, 1), (FASTEST / 50, 1), (1.0, 0.75), (10.0, 0.5), (100.0, 0.25), (SLOWEST, 0), (10 * SLOWEST, 0)],
)
def test_the_shares_of_the_triangle(ms, speed):
    found = Measurement.from_dict({**MEASURED.to_dict(), "ms": ms})
    assert found.speed == pytest.approx(speed, abs=1e-12)
    assert (found.quality, found.coverage) == (0.25, 0.5)


def test_better_than_the_floor_is_no_more_than_all():
    found = Measurement.from_dict({**MEASURED.to_dict(), "sliced_w2": 0.04, "mass": 0.95})
    assert (found.quality, found.coverage) == (1, 1)
    assert {column.name for column in COLUMNS} <= found.to_dict().keys()


# who competes


def test_every_contestant_of_a_family_that_is_there_can_be_trained():
    there = contestants()
    assert {"gan", "realnvp", "spline", "ddim", "rectified"} <= there.keys()
    assert {one.family for one in there.values()} == {name for name in FAMILIES if FAMILIES[name].about.arena}
    assert [one.entry.place for one in there.values()] == list(range(len(there)))
    for one in there.values():
        for data in ("moons", "8narrow", "own"):
            config = config_for(one, data=data, seed=3)
            assert (config.data, config.seed) == (data, 3)
            assert dict(one.entry.settings).items() <= config.model_dump().items()
    assert {"moons", "8gaussians", "own"} <= set(shared_data(list(there.values())))


def test_a_family_that_is_not_there_is_left_out(monkeypatch):
    monkeypatch.setattr(catalogue, "FAMILIES", {"gan": FAMILIES["gan"]})
    assert [one.name for one in select("")] == ["gan"]
    with pytest.raises(UserError, match="There is no contestant 'realnvp'; there are: gan"):
        select("gan,realnvp")


def test_who_takes_part_is_said_in_one_way():
    assert parse(ArenaConfig, {"contestants": " rectified , gan"}).contestants == "gan,rectified"
    assert parse(ArenaConfig, {"contestants": ",".join(reversed(list(contestants())))}).contestants == ""
    with pytest.raises(UserError, match="no contestant 'gen'"):
        parse(ArenaConfig, {"contestants": "gen"})
    assert [one.name for one in ArenaConfig(contestants="gan,ddim").configs()] == ["gan", "ddim"]


# the budget


def test_what_is_left_of_a_budget():
    assert Budget(10).left(4, 99.0) == Budget(6) and Budget(10).left(10, 0.0) is None
    assert Budget(10, 2.0).left(4, 0.5) == Budget(6, 1.5) and Budget(10, 2.0).left(4, 2.0) is None


def test_preparing_a_step_is_no_training_time():
    """A width that nothing else uses has to be traced, which takes a thousand times as long as a step."""
    settings = {"data": "moons", "g_width": 9, "d_width": 7, "batch": 16}
    kind = FAMILIES["gan"].load_experiment()
    experiment = kind(parse(kind.Config, settings))
    chunk = Chunk("", "gan", settings, 0, None, steps=3, want_state=False, snapshot=False)
    progress = advance(chunk, experiment)
    assert 0 < progress.spent < progress.stepping / 3


@pytest.mark.parametrize("name", contestants())
def test_every_contestant_can_be_measured(name, monkeypatch):
    monkeypatch.setattr(measure, "COVERAGE_SAMPLES", 2000)
    monkeypatch.setattr(measure, "DENSITY_SAMPLES", 40)
    monkeypatch.setattr(measure, "TIMING_REPEATS", 1)
    ((one, config),) = (
        ArenaConfig(data="moons", contestants=name, execution="eager").configs().items()
    )  # untraced: two steps
    began = time.perf_counter()
    found = train_and_measure(one.family, config.model_dump(), Budget(2))
    whole_ms = 1000 * (time.perf_counter() - began)
    assert found["steps"] == 2 and found["seconds"] > 0 and found["parameters"] > 1000
    assert (found["gap"] is None) == (name == "gan")
    assert found["calls"] == {"ddim": 50, "rectified": 10, "autoregressive": 2}.get(name, 1)
    assert found["modes"] is None and 0 < found["ms"] < whole_ms


# the command line


def scorecard(folder, *words):
    path = folder / "a.csv"
    code = main(
        [
            "arena",
            "--data",
            "moons",
            "--contestants",
            "gan,rectified",
            "--steps",
            "20",
            "--engine",
            "inline",
            "--out",
            str(path),
            "--json",
            *words,
        ]
    )
    return code, list(csv.DictReader(path.open()))


def test_the_command_line_writes_the_scorecard_and_goes_on_with_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(measure, "DENSITY_SAMPLES", 40)
    code, rows = scorecard(tmp_path)
    told = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    assert code == 0 and [row["contestant"] for row in rows] == ["gan", "rectified"] and told == rows
    assert [row["density"] for row in rows] == ["none", "exact"] and rows[0]["gap"] == "" != rows[1]["gap"]
    for row in rows:
        assert row["steps"] == "20" and row["budget"] == "20 steps" and row["status"] == "done"
        assert 0 < float(row["sliced_w2_floor"]) < float(row["sliced_w2"])
        assert 0 <= float(row["quality"]) <= 1 and float(row["quality"]) == pytest.approx(
            float(row["sliced_w2_floor"]) / float(row["sliced_w2"]), rel=1e-4
        )
    assert scorecard(tmp_path)[1] == rows  # the times are the same: nothing was done again
    capsys.readouterr()
    assert main(["arena", "--data", "moons", "--contestants", "gan", "--seconds", "0.2", "--engine", "inline"]) == 0
    table = capsys.readouterr().out.splitlines()
    assert table[0].split()[:3] == ["contestant", "sliced_w2", "sliced_w2_floor"] and table[1].startswith("gan ")
    place = table[0].index("seconds")
    assert 0.2 <= float(table[1][place:].split()[0]) < 0.6


@pytest.mark.parametrize(
    "words, said",
    [
        (["--steps", "0"], "'steps' cannot be '0'"),
        (["--seconds", "5", "--steps", "5"], "--seconds or --steps, not both"),
        (["--contestants", "gan,wolf"], "There is no contestant 'wolf'"),
        (["--data", "digits"], "'data' cannot be 'digits'"),
        (["--out", "a.txt"], "ends in .csv"),
        (["--out", "no/such/a.csv"], "does not exist"),
        (["--workers", "0"], "--workers must be at least 1"),
    ],
)
def test_wrong_words_are_answered_with_one_sentence(words, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["arena", *words]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("playground: ") and said in captured.err and captured.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
