"""GAN of pictures: convolutions against torch's, exact resuming, what is shown, and whether it only remembers."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest
from torch.nn import functional as F

from playground import metrics
from playground.__main__ import main
from playground.core import diagnosis
from playground.core.advance import advance, build
from playground.core.config import parse, relevant, specs
from playground.core.contract import Chunk, Event, Frame
from playground.core.i18n import fill
from playground.core.scene import Images
from playground.data.images.digits import DIGITS
from playground.data.settings import IMAGE_DATA, PLANE_DATA
from playground.families.gan.config import GanConfig
from playground.families.gan.diagnosis import diagnose
from playground.families.gan.diagram import diagonal_axes
from playground.families.gan.experiment import GanExperiment
from playground.families.gan.images.scene import charts, scene
from playground.families.gan.images.view import interpolation_noise
from playground.families.gan.networks import Downsample, Upsample
from playground.families.gan.presets import PRESETS
from playground.live import files
from playground.live.files import ExportSource
from playground.metrics import oracle_scores
from playground.metrics.distances import nearest, nearest_ratio
from playground.render.layers import by_role
from playground.render.plotly import figure
from playground.training.networks import initial
from playground.ui.code import script

SMALL = {"data": "digits", "noise_dim": 8, "batch": 16, "channels": 4}


@pytest.fixture(scope="module")
def trained():
    """A short training, its frame and its settings."""
    config = GanConfig(**SMALL)
    run = GanExperiment(config)
    for _ in range(30):
        scalars = run.step()
    return SimpleNamespace(run=run, config=config, frame=Frame(30, run.snapshot()), scalars=scalars)


# ---- networks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layer, size, torchs",
    [
        (Downsample, 8, lambda x, m: F.conv2d(x, m.weight, m.bias, 2, 1)),
        (Downsample, 4, lambda x, m: F.conv2d(x, m.weight, m.bias, 2, 1)),
        (Upsample, 2, lambda x, m: F.conv_transpose2d(x, m.weight, m.bias, 2, 1)),
        (Upsample, 4, lambda x, m: F.conv_transpose2d(x, m.weight, m.bias, 2, 1)),
    ],
)
def test_convolutions_are_torchs(layer, size, torchs):
    random = torch.Generator().manual_seed(0)
    ours = layer(3, 5, size).double()
    for parameter in ours.parameters():
        torch.nn.init.normal_(parameter, generator=random)
    x = torch.randn(7, 3, size, size, generator=random, dtype=torch.float64)
    theirs = torchs(x, ours)
    assert torch.allclose(ours(x.flatten(1)), theirs.flatten(1), atol=1e-12)
    values = [torch.autograd.grad(out.square().sum(), [*ours.parameters()]) for out in (ours(x.flatten(1)), theirs)]
    assert all(torch.allclose(a, b, atol=1e-10) for a, b in zip(*values, strict=True))


def test_convolutions_begin_as_torch_makes_them():
    for ours, theirs in (
        (Downsample(6, 3, 8), torch.nn.Conv2d(6, 3, 4, 2, 1)),
        (Upsample(6, 24, 4), torch.nn.ConvTranspose2d(6, 24, 4, 2, 1)),
    ):
        found = initial(ours, torch.Generator().manual_seed(0))
        assert {n: v.shape for n, v in found.items()} == {n: p.shape for n, p in theirs.named_parameters()}
    bound = 1 / (6 * 16) ** 0.5
    weight = initial(Downsample(6, 64, 8), torch.Generator().manual_seed(0))["weight"]
    assert 0.99 * bound < weight.abs().max() <= bound


def test_the_data_decide_who_plays():
    choices = {s.name: s for s in specs(GanConfig)}["data"].choices
    assert set(PLANE_DATA) | set(IMAGE_DATA) == set(choices) and not set(PLANE_DATA) & set(IMAGE_DATA)
    shown = {s.name for s in relevant(GanConfig, GanConfig(**SMALL).model_dump())}
    assert "channels" in shown and not shown & {"g_depth", "g_width", "d_depth", "d_width"}
    assert GanExperiment.structure(GanConfig(data="moons")) == GanExperiment.structure(GanConfig(data="ring"))
    assert GanExperiment.structure(GanConfig(**SMALL)).data == "digits"


@pytest.mark.parametrize(
    "settings",
    [{}, {"objective": "wgan_gp", "r1": 0.0}, {"objective": "hinge", "spectral_norm": True, "noise": "uniform"}],
)
def test_traced_equals_eager_and_resuming_is_exact(settings):
    def chunk(steps, state=None, step=0, execution="traced"):
        config = parse(GanConfig, {**SMALL, **settings, "execution": execution}).model_dump()
        return Chunk(
            run="",
            family="gan",
            config=config,
            step=step,
            state=state,
            steps=steps,
            events=(Event(3, part="generator"),),
        )

    def do(piece):
        return advance(piece, build(piece, GanExperiment))

    whole, eager, half = do(chunk(10)), do(chunk(10, execution="eager")), do(chunk(5))
    rest = do(chunk(5, half.state, 5))
    assert whole.state == eager.state == rest.state
    assert all(np.array_equal(rest.frame.arrays[name], array) for name, array in whole.frame.arrays.items())


# ---- what is shown -------------------------------------------------------------------------------


def test_snapshot_shows_the_nearest_training_pictures(trained):
    arrays = trained.frame.arrays
    assert all(array.dtype == np.float32 and np.isfinite(array).all() for array in arrays.values())
    for name in ("data", "fake", "way"):
        assert arrays[name].shape == (64, 8, 8) and arrays[name].min() >= 0 and arrays[name].max() <= 1
    far = np.linalg.norm(arrays["fake"][:32].reshape(32, 1, 64) - DIGITS.vectors("train"), axis=2)
    assert np.allclose(arrays["near_distance"], far.min(1), atol=1e-5)
    assert np.array_equal(arrays["near"].reshape(32, 64), DIGITS.vectors("train")[far.argmin(1)])


def test_scene_orders_images_by_output_and_pairs_them_with_the_nearest(trained):
    arrays = trained.frame.arrays
    drawn = scene(trained.frame, trained.config)
    order = drawn.layer("sorted")
    real = order.pixels[[role == "data" for role in order.roles]]
    assert len(real) == 32 and np.array_equal(
        real, arrays["data"][:32][np.argsort(arrays["d_real"][:32], kind="stable")]
    )
    pairs = drawn.layer("pairs")
    assert pairs.roles[:2] == ("generated", "data")
    assert np.array_equal(pairs.pixels[0], arrays["fake"][0]) and np.array_equal(pairs.pixels[1], arrays["near"][0])
    scores = {**trained.scalars, **trained.run.evaluate()}
    assert all(series.metric in scores for chart in charts(trained.config) for series in chart.series)
    assert drawn.diagram.probe.shape == (8, 8) and np.shape(drawn.diagram.probe.axes) == (2, 8)
    assert fill(drawn.words, **drawn.values)


@pytest.mark.parametrize("noise, dim", [("gaussian", 1), ("gaussian", 2), ("gaussian", 8), ("uniform", 32)])
def test_ways_through_the_noise(noise, dim):
    config = GanConfig(data="digits", noise=noise, noise_dim=dim)
    z = interpolation_noise(config)
    assert z.shape == (64, dim) and z.dtype == np.float32 and np.isfinite(z).all()
    if dim == 1:
        assert (np.diff(z[:, 0]) > 0).all()
    elif dim == 2:
        assert len({tuple(row) for row in z}) == 64 and np.allclose(z.mean(0), 0, atol=1e-6)
    else:
        rows = z.reshape(8, 8, dim)
        if noise == "gaussian":  # directions turn evenly, and no place is nearer to 0 than its row's ends
            lengths = np.linalg.norm(rows, axis=2)
            assert (lengths >= lengths[:, [0, -1]].min(1, keepdims=True) - 1e-5).all()
            assert lengths.mean() == pytest.approx(dim**0.5, rel=0.2)
            rows = rows / lengths[..., None]
        steps = np.linalg.norm(np.diff(rows, axis=1), axis=2)
        assert (steps > 0).all() and np.allclose(steps, steps[:, :1], atol=1e-5)
    if dim > 2:
        a, b = np.array(diagonal_axes(dim, noise))
        assert a @ b == 0 and a @ a == pytest.approx(b @ b) == pytest.approx(dim if noise == "gaussian" else dim / 3)


def test_roles_of_pictures_meet_in_every_renderer():
    pixels = np.ones((3, 2, 2))
    layer = Images(name="x", title="x", role="field", pixels=pixels, columns=2, roles=("data", "generated", "data"))
    (first, blue), (second, orange) = by_role(layer)
    assert (first, second) == ("data", "generated")
    assert np.isnan(blue[:2, 3:]).all() and (blue[:2, :2] == 1).all()
    assert (orange[:2, 3:] == 1).all() and np.isnan(orange[3:, :2]).all()


def test_a_run_of_pictures_can_be_taken_along(trained):
    run = trained.run
    source = ExportSource(
        "gan",
        trained.config,
        30,
        {0: Frame(0, GanExperiment(trained.config).snapshot()), 30: trained.frame},
        [(30, {name: float(v) for name, v in trained.scalars.items()})],
    )
    image = Image.open(io.BytesIO(files.png(source, trained.frame, "dark", str)))
    assert image.width == 800 < image.height and len(image.getcolors(2**20)) > 10
    assert Image.open(io.BytesIO(files.gif(source, "light", str))).n_frames == 2
    assert b"plotly" in files.html(source, "light", str, "en")
    assert np.load(io.BytesIO(files.npz(source)))["fake"].shape == (2, 64, 8, 8)
    assert files.table(source).startswith(b"step,")
    assert len(figure(scene(trained.frame, trained.config), layers=["pairs"]).data) == 2
    answer = run.respond({"z": np.zeros((10, 8), np.float32)})["x"]
    assert answer.shape == (10, 64) and answer.min() >= 0 and answer.max() <= 1


def test_settings_become_a_script():
    words = script("gan", parse(GanConfig, PRESETS["digits"].settings))
    assert "data='digits'" in words and "noise_dim=32" in words
    compile(words, "script", "exec")


def test_the_command_line_trains_on_pictures(capsys):
    assert (
        main(["train", "gan", "--data", "digits", "--steps", "2", "--set", "channels=2", "--set", "batch=8", "--json"])
        == 0
    )
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert {"sliced_w2", "nearest_ratio"} <= set(said["metrics"])


# ---- quality -------------------------------------------------------------------------------------


def test_nearest_is_brute_force():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(20, 5)), random.normal(size=(30, 5))
    which, far = nearest(a, b)
    all_far = np.linalg.norm(a[:, None] - b, axis=2)
    assert np.array_equal(which, all_far.argmin(1)) and np.allclose(far, all_far.min(1))


def test_copies_are_told_from_new_pictures():
    train, unseen = DIGITS.vectors("train"), DIGITS.unseen()
    assert nearest_ratio(train[:500], train, unseen) == 0
    assert nearest_ratio(unseen, train, unseen) == 1
    copies = metrics.score("nearest_ratio", DIGITS.sample(2000, np.random.default_rng(1)), DIGITS)
    assert copies.value < 1e-6 and copies.low > 0.9
    nearly = train[:600] + np.random.default_rng(2).normal(0, 0.03, (600, 64))  # 0.24 away in the mean
    assert metrics.score("nearest_ratio", nearly, DIGITS).value < 0.4
    noise = np.random.default_rng(3).random((600, 64))
    assert metrics.score("nearest_ratio", noise, DIGITS).value > 2


def test_new_real_pictures_score_about_one():
    """Halves of the pictures kept aside, drawn at random: the median of 300 has a standard error of about 2 %."""
    halves = [np.random.default_rng(seed).permutation(DIGITS.unseen())[:300] for seed in range(10)]
    values = [metrics.score("nearest_ratio", half, DIGITS) for half in halves]
    assert all(abs(score.value - 1) < 0.1 for score in values)
    assert sum(score.low <= score.value <= score.high for score in values) >= 8
    assert all(score.low < 1 < score.high for score in values)


def test_floors_are_shipped_and_as_worked_out():
    for name in ("sliced_w2", "mmd", "energy", "nearest_ratio"):
        assert oracle_scores.known(name, DIGITS, oracle_scores.SAMPLES, 0), name
    worked_out = metrics.floor("nearest_ratio", DIGITS, oracle_scores.SAMPLES, 0)
    assert oracle_scores.known("nearest_ratio", DIGITS, oracle_scores.SAMPLES, 0) == pytest.approx(worked_out, rel=1e-3)


def test_learning_shows_in_the_distance():
    """A fixed seed, so nothing here is random."""
    run = GanExperiment(GanConfig(data="digits", noise_dim=8, batch=32, channels=8))
    start = run.evaluate()["sliced_w2"].value
    for _ in range(300):
        run.step()
    assert run.evaluate()["sliced_w2"].value < start / 2


# ---- diagnosis -----------------------------------------------------------------------------------


def test_no_rule_of_the_plane_speaks_of_pictures(trained):
    """All generated pictures alike, one dimension of noise, after many steps: nothing that these rules can judge."""
    same = np.repeat(trained.frame.arrays["fake"][:1], 64, 0)
    config = parse(GanConfig, {**SMALL, "noise_dim": 1})
    history = diagnosis.History(
        config,
        5000,
        {"d_fake": np.full(5000, 0.5)},
        [(4900, {"sliced_w2": metrics.Score(9.0, 1.0, 0.9, 1.1)})],
        {"data": trained.frame.arrays["data"], "fake": same},
    )
    assert diagnose(history) == []


def test_divergence_of_pictures_is_found():
    history = diagnosis.History(GanConfig(**SMALL), 10, {}, broken="g_loss")
    assert [finding.name for finding in diagnose(history)] == ["divergence"]


# ---- the page ------------------------------------------------------------------------------------


def test_the_page_hides_what_plays_no_part():
    at = AppTest.from_file(Path(__file__).parents[1] / "playground" / "ui" / "navigation.py", default_timeout=30)
    at.query_params["gan.data"] = "digits"
    at.session_state["gan all settings"] = True
    at.switch_page(str(Path(__file__).parents[1] / "pages" / "gan.py"))
    at.run()
    assert not at.exception, at.exception[0].stack_trace
    keys = {widget.key for kind in ("slider", "select_slider", "selectbox", "number_input") for widget in at.get(kind)}
    assert "gan.channels" in keys and not keys & {"gan.g_width", "gan.g_depth", "gan.d_width", "gan.d_depth"}
