"""Own data: the code in the link, the kernel estimate, what files may be, and a training on it."""

import json
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, gaussian_kde
from support.points import moons
from support.sockets import browser

from playground import metrics
from playground.core.advance import advance, build
from playground.core.config import parse, specs
from playground.core.contract import Chunk, Frame, Progress
from playground.core.errors import UserError
from playground.data.dataset import dataset_of
from playground.data.in_words import own_picture, value_text
from playground.data.plane import point_codec, user_data
from playground.data.plane.distribution import Distribution, lattice
from playground.data.plane.distributions import get
from playground.engine.limits import Limits
from playground.engine.run import start
from playground.engine.store import Store
from playground.engine.text_store import MAX_IN_LINK, TextStore, shortened
from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.live.run_tree import differs, setting_titles
from playground.ui import link
from playground.ui.actions import sentence
from playground.ui.pad import MAX_SENT_POINTS, parse_points

ROOT = Path(__file__).parents[1]


def places(points: np.ndarray) -> list[list[int]]:
    """The places of the code's grid, in order."""
    return sorted(np.rint((np.asarray(points) + 3) / point_codec.GRID_STEP).astype(int).tolist())


# ---- the code ------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=10, max_size=200))
@settings(max_examples=60, deadline=None)
def test_codes_round_trip_within_the_rounding(points):
    back = point_codec.decode(user_data.encode(points))
    assert places(back) == places(points)  # so nothing moved by more than half a step
    assert np.allclose(np.array(places(back)) * point_codec.GRID_STEP - 3, sorted(back.tolist()))
    assert user_data.encode(back) == user_data.encode(points)  # a code of what a code says is that code


@given(
    st.one_of(
        st.text(max_size=300),
        st.text("ABCxyz019-_", max_size=300),
        st.binary(max_size=200).map(
            lambda raw: point_codec.base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")
        ),
    )
)
@settings(max_examples=400, deadline=None)
def test_junk_is_refused_or_is_a_code(junk):
    try:
        points = point_codec.decode(junk)
    except UserError as refusal:
        assert "damaged" in str(refusal)
    else:
        assert points.shape[1] == 2 and 0 < len(points) <= point_codec.MAX_POINTS and np.abs(points).max() <= 3 + 1e-9


@pytest.mark.parametrize(
    "raw",
    [
        zlib.compress(bytes(100_000_000), 9),  # a bomb: 100 MB of zeros in 100 kB
        zlib.compress(bytes(point_codec.MAX_UNPACKED_BYTES + 1), 9),
        zlib.compress(bytes(50))[:-3],
        zlib.compress(bytes(50)) + b"more",
        zlib.compress(b"\xff" * 20),
        zlib.compress(b"\xff\xff\xff\x7f"),
        b"",
    ],
)
def test_bombs_and_torn_codes_are_refused(raw):
    with pytest.raises(UserError, match="damaged"):
        point_codec.decode(point_codec.base64.urlsafe_b64encode(raw).decode().rstrip("="))


def test_every_code_keeps_its_bounds():
    random = np.random.default_rng(0)
    for points in (
        random.uniform(-3, 3, (point_codec.MAX_POINTS, 2)),
        random.uniform(-9, 9, (20_000, 2)),
        np.zeros((5000, 2)),
    ):
        code = user_data.encode(points)
        assert len(code) <= point_codec.MAX_CODE_LENGTH and len(point_codec.decode(code)) == point_codec.MAX_POINTS
    assert len(user_data.encode(random.uniform(-3, 3, (590, 2)))) <= MAX_IN_LINK  # the worst there is, whole in a link


def test_thinning_takes_from_everywhere_alike():
    points = np.concatenate([moons(9000), moons(9000, 1) * 0.2])
    kept = point_codec.decode(user_data.encode(points))
    small = [np.mean(np.abs(p).max(1) < 0.5) for p in (points, kept)]
    assert small[0] == pytest.approx(small[1], abs=0.04)  # 4 standard errors of a share of 2,000
    assert user_data.encode(points) == user_data.encode(points)


# ---- the estimate --------------------------------------------------------------------------------


def test_the_density_is_scipys():
    points = moons(300)
    points = (points - points.mean(0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(points.T))).T  # of covariance 1
    data = user_data.get(user_data.encode(points))
    points = data.points
    spread = np.sqrt(np.cov(points.T)[0, 0])
    oracle = gaussian_kde(points.T, bw_method=data.std / spread)
    x = np.random.default_rng(1).uniform(-3, 3, (400, 2))
    assert data.log_prob(x) == pytest.approx(oracle.logpdf(x.T), rel=0.02, abs=0.02)  # rounding moves the covariance
    exact = [
        np.log(np.mean(np.exp(-((p - points) ** 2).sum(1) / (2 * data.std**2))) / (2 * np.pi * data.std**2))
        for p in x[:50]
    ]
    assert data.log_prob(x[:50]) == pytest.approx(exact, abs=1e-6)


@pytest.mark.parametrize(
    "points",
    [moons(500), user_data.heart(), moons(4000), np.tile([[1.0, -1.0]], (10, 1))],
    ids=["moons", "heart", "thinned", "one place"],
)
def test_it_is_a_density_with_its_entropy(points):
    data = user_data.get(user_data.encode(points))
    axis = np.linspace(-data.reach, data.reach, int(4 * data.reach / data.std))
    log_p = data.log_prob(lattice(axis, axis))
    area = (axis[1] - axis[0]) ** 2
    assert np.exp(log_p).sum() * area == pytest.approx(1, abs=1e-6)
    assert data.entropy == pytest.approx(Distribution.entropy.func(data), abs=1e-4)
    assert data.cell_masses(np.linspace(-data.reach, data.reach, 9)).sum() == pytest.approx(1, abs=1e-6)


def test_samples_follow_the_density():
    data = user_data.get(user_data.encode(moons(400)))
    x = data.sample(20_000, np.random.default_rng(5))
    edges = np.linspace(-3, 3, 13)
    masses = data.cell_masses(edges).ravel()
    counts = np.histogram2d(*x.T, [edges, edges])[0].ravel()
    big = masses > 5 / len(x)
    rest = [counts.sum() - counts[big].sum() + len(x) - counts.sum(), 1 - masses[big].sum()]
    found, wanted = np.append(counts[big], rest[0]), np.append(masses[big], rest[1]) * len(x)
    assert chisquare(found, wanted).pvalue > 1e-4  # the seed is fixed: errs once in ten thousand seeds


def test_the_width_is_the_best_predictor():
    points = point_codec.decode(user_data.encode(moons(200)))

    def left_out(h):
        d = ((points[:, None] - points) ** 2).sum(-1) / (-2 * h * h)
        np.fill_diagonal(d, -np.inf)
        return np.sum(np.log(np.exp(d).sum(1)) - 2 * np.log(h))

    with np.errstate(divide="ignore"):
        assert user_data.kernel_width(points) == user_data.WIDTHS[np.argmax([left_out(h) for h in user_data.WIDTHS])]
    assert user_data.kernel_width(np.zeros((20, 2))) == user_data.WIDTHS[0] == 0.04


def test_a_perfect_model_scores_the_floor():
    data = user_data.get(user_data.encode(moons(300)))
    score = metrics.score("grid_js", data.sample(2000, np.random.default_rng(8)), data)
    assert score.low <= score.value <= score.high  # a 95 % interval, a fixed seed


# ---- settings and links --------------------------------------------------------------------------


def test_settings_resolve_in_one_place():
    code = user_data.encode(moons(100))
    assert dataset_of(GanConfig(data="own", own=code)).code == code
    assert places(dataset_of(GanConfig(data="own")).points) == places(user_data.heart())
    assert dataset_of(GanConfig(data="moons", own=code)) is get("moons")
    assert next(s for s in specs(GanConfig) if s.name == "own").kind == "text"


@pytest.mark.parametrize(
    "value, words",
    [
        ("!", "damaged"),
        ("A" * 9000, "at most 8601 characters"),
        (3, "a text of at most"),
        (point_codec.encode(np.zeros((3, 2))), "at least 10 points"),
    ],
)
def test_a_broken_setting_is_one_sentence(value, words):
    with pytest.raises(UserError, match=words):
        parse(GanConfig, {"data": "own", "own": value})


def test_a_long_code_travels_by_its_hash(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    for n in (200, 2000):
        values = GanConfig(data="own", own=user_data.encode(moons(n))).model_dump()
        said = link.parameters("gan", GanConfig, values)
        assert len(said["gan.own"]) <= MAX_IN_LINK and said["gan.own"].startswith("@") == (n == 2000)
        good, refused = link.parse_settings(GanConfig, {key.removeprefix("gan."): v for key, v in said.items()})
        assert refused == [] and good["own"] == values["own"]


def test_the_shelf_is_bounded_and_trusts_nothing(tmp_path):
    store = TextStore(tmp_path, max_texts=5)
    names = [store.shorten(f"{k}" * (MAX_IN_LINK + 1)) for k in range(9)]
    assert len(list(tmp_path.iterdir())) == 5
    assert store.expand(names[-1]) == "8" * (MAX_IN_LINK + 1)
    (tmp_path / names[-1][1:]).write_text("something else")
    for name in (names[-1], "@../../etc/passwd", "@", "@" + "0" * 32, "@" + "0" * 64):
        with pytest.raises(UserError, match="does not have the data"):
            store.expand(name)


@pytest.mark.parametrize(
    "sent", [None, "1,2", [], [1], [1, "2"], [float("nan"), 1.0], [1e9, 0], {"a": 1}, [0.0] * (2 * MAX_SENT_POINTS + 2)]
)
def test_what_no_pad_sends_is_not_taken(sent):
    assert parse_points(sent) is None


# ---- training ------------------------------------------------------------------------------------


def test_training_on_own_data_resumes_to_the_bit():
    config = GanConfig(data="own", own=user_data.encode(moons(200)), batch=64)
    whole, half = GanExperiment(config), GanExperiment(config)
    for _ in range(30):
        whole.step()
    for _ in range(12):
        half.step()
    chunk = Chunk(run="", family="gan", config=json.loads(config.model_dump_json()), step=0, state=None, steps=30)
    third = build(chunk, GanExperiment)
    advance(chunk, third)
    again = GanExperiment(config)
    again.load_state_dict(half.state_dict())
    for _ in range(18):
        again.step()
    for name, array in whole.state_dict().items():
        assert np.array_equal(array, again.state_dict()[name]) and np.array_equal(array, third.state_dict()[name])


def test_the_command_line_takes_a_file(tmp_path):
    table = tmp_path / "points.csv"
    np.savetxt(table, moons(80), delimiter=",", header="x,y", comments="")

    def run(*words):
        return subprocess.run(
            [sys.executable, "-m", "playground", "train", "gan", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = run("--data", f"own:{table}", "--steps", "3", "--json")
    config = json.loads(done.stdout)["config"]
    assert config["data"] == "own" and len(point_codec.decode(config["own"])) == 80
    table.write_text("nothing\nto\nsee")
    bad = run("--data", f"own:{table}", "--steps", "3")
    assert bad.returncode != 0 and "no two columns" in bad.stderr and "Traceback" not in bad.stderr


# ---- how they are named --------------------------------------------------------------------------


def test_own_data_are_named_by_their_size_wherever_a_value_stands():
    """In the tree of runs, on the timeline, beside a pinned run, in what the page says, in a page to take away: the
    code is for links and commands alone."""
    code = user_data.encode(moons(300))
    config, first = GanConfig(data="own", own=code), GanConfig()
    run = start("gan", config, "o" * 32, Limits())
    run.newest = Frame(0, {})
    (label, size) = differs(run, None, str)
    assert label == "Data: Own data" and size == "Own data: 300 points"
    titles = setting_titles(GanConfig, [run], str)
    assert titles["own"]["options"] == {code: "300 points"}
    said = sentence(GanConfig, in_force(config), in_force(config.changed(own=user_data.encode(moons(200)))), str)
    assert "300 points \u2192 200 points" in said
    both = sentence(GanConfig, in_force(first), in_force(config), str)
    assert code not in both and "Own data" in both
    for spec in specs(GanConfig):
        assert code not in value_text(spec, getattr(config, spec.name), str)
    assert own_picture(config.model_dump()) and not own_picture(first.model_dump())


def in_force(config):
    return link.in_force(type(config), config.model_dump())


def test_the_browser_has_long_data_by_their_hash_and_the_run_has_them_whole(live_server):
    """A message of the socket is short; a run keeps what its visitor drew."""
    config = GanConfig(data="own", own=user_data.encode(moons(1500)))
    sent = shortened(GanConfig, {"data": "own", "own": config.own})
    assert sent["own"].startswith("@") and len(config.own) > MAX_IN_LINK
    with browser(live_server) as me:
        me.watch(**sent)
        me.until(lambda b: b.frames and b.latest("watching") and b.latest("tree"))
        watching, tree = me.latest("watching"), me.latest("tree")
        (run,) = [one for one in tree["runs"] if one["id"] == watching["run"]]
        assert watching["config"]["own"] == run["config"]["own"] == sent["own"]
        assert tree["settings"]["own"]["options"][sent["own"]] == "1,500 points" and run["own"]
        assert config.own not in json.dumps(me.said)
        assert live_server.live.hub.get(watching["run"]).run.config.own == config.own
        me.configure(**sent, seed=5)
        me.until(lambda b: b.latest("watching")["run"] != watching["run"])
        assert me.latest("watching")["config"]["own"] == sent["own"]
        me.configure(data="own", own="@" + "0" * 32)
        me.until(lambda b: b.latest("refused"))
        assert "does not have the data" in me.latest("refused")["text"]


def test_a_run_keeps_long_data_once_beside_its_settings(tmp_path):
    """Of its own: the store of texts may forget them. What is written with every chunk stays short."""
    config = GanConfig(data="own", own=user_data.encode(moons(1500)))
    run, store, times = start("gan", config, "o" * 32, Limits()), Store(tmp_path, Limits()), []
    for step in range(3):
        run.add(Progress(step, b"state", Frame(step, {}), {}, {}, 0.0, 0.0))
        store.save(run)
        written = [*(tmp_path / run.id / "texts").iterdir()]
        assert len(written) == 1 and written[0].read_text() == config.own
        assert config.own not in (tmp_path / run.id / "run.json").read_text()
        times.append(written[0].stat().st_mtime_ns)
    assert len(set(times)) == 1  # written once
    again = Store(tmp_path, Limits())
    for found in (again.load(run.id), again.summary(run.id)):
        assert found is not None and found.config == config
    assert [found.config.own for found in again.summaries()] == [config.own]
    short = start("gan", GanConfig(), "o" * 32, Limits())
    short.add(Progress(0, b"state", Frame(0, {}), {}, {}, 0.0, 0.0))
    store.save(short)
    assert not (tmp_path / short.id / "texts").exists()
