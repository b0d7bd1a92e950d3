"""Diffusion on digits: the UNet in the same update, what is drawn, the laboratories, and the measure of quality."""

import ast
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from scipy.linalg import sqrtm

from playground import metrics
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.i18n import fill
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.core.resources import WEIGHTS
from playground.data.images.digits import DIGITS
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.engine.recording import read
from playground.families.diffusion.catalogue import CATALOGUE, fits
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.images import unet
from playground.families.diffusion.images.scene import strip
from playground.families.diffusion.images.unet import channels, class_numbers
from playground.families.diffusion.images.view import MAX_CALLS, SHOWN_COUNT
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.presets import PRESETS
from playground.families.diffusion.process_adapter import ProcessAdapter
from playground.families.diffusion.processes import VP, Discrete, Linear
from playground.live.panels import encode
from playground.live.protocol import describe_diagram, encode_frame
from playground.metrics import classifier, frechet

FAMILY = FAMILIES["diffusion"]

TINY = {"data": "digits", "width": 32, "batch": 8, "steps": 4}
FLOW = {"process": "linear", "objective": "velocity", "sampler": "euler"}


def made(**settings) -> DiffusionExperiment:
    return DiffusionExperiment(DiffusionConfig(**TINY | settings))


def asked(experiment, name, **dials):
    """A panel's answer, and what is drawn of it."""
    panel = next(panel for panel in FAMILY.panels(experiment.config) if panel.name == name)
    values = validate(panel, dials)
    answer = experiment.respond(question(panel, values))
    assert all(array.dtype == np.float32 for array in answer.values())
    pictures = FAMILY.draw_panel(name, answer, values, experiment.config)
    assert encode({}, pictures, str)
    return answer, pictures


@pytest.mark.parametrize("settings", [{}, {"classes": True, **FLOW}])
def test_going_on_from_a_state_is_exact(settings):
    whole, half = made(**settings), made(**settings)
    for _ in range(3):
        whole.step()
    half.step()
    rest = made(**settings)
    rest.load_state_dict(half.state_dict())
    for _ in range(2):
        rest.step()
    state = whole.state_dict()
    assert all(np.array_equal(value, rest.state_dict()[name]) for name, value in state.items())
    assert whole.execution == "eager" and whole.calls == 4 and whole.log_prob(np.zeros((1, 64), np.float32)) is None
    drawn, again = whole.snapshot(), rest.snapshot()
    assert all(np.array_equal(array, again[name]) for name, array in drawn.items())
    scores = whole.evaluate()
    assert scores == {name: pytest.approx(score, nan_ok=True) for name, score in rest.evaluate().items()}
    assert all(np.array_equal(value, whole.state_dict()[name]) for name, value in state.items())  # looking is harmless


def test_what_suits_digits_is_small_enough_to_live():
    """The state travels twice a second, and 32 of them are kept of each run."""
    experiment = made(**DiffusionConfig.data_defaults["digits"], classes=True)
    assert channels(experiment.config.width) == 16 and experiment.parameters < 170_000
    assert sum(array.nbytes for array in experiment.state_dict().values()) < 4e6
    assert sum(array.nbytes for array in experiment.snapshot().values()) < 2e5


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"classes": True, "wanted": "3", "guidance": 2.0},
        {"classes": True, "steps": 40, "sampler": "ddpm"},
        FLOW,
        {"process": "ve", "sampler": "predictor_corrector"},
        {"sampler": "adaptive"},
    ],
)
def test_scenes_are_whole_and_go_from_noise_to_pictures(settings):
    experiment = made(**settings)
    config = experiment.config
    scalars = experiment.step()
    arrays = experiment.snapshot()
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert arrays["cloud"].shape == arrays["taken"].shape == (len(arrays["stops"]), SHOWN_COUNT, 8, 8)
    assert arrays["stops"][0] == 0 and (np.diff(arrays["stops"]) > 0).all()
    assert config.sampler == "adaptive" or arrays["levels"][-1, 2] <= MAX_CALLS
    drawn = FAMILY.scene(Frame(1, arrays), config)
    names = {layer.name for layer in drawn.layers}
    assert all(set(node.layers) <= names for node in drawn.diagram.nodes) and describe_diagram(drawn.diagram, str)
    assert encode_frame({"step": 1}, drawn, str).startswith(b"PGF1")
    assert fill(drawn.words, **drawn.values) and fill(drawn.legend, **drawn.values)
    assert ("{steps:" in drawn.words) == (config.steps > MAX_CALLS)
    known = {**scalars, **experiment.evaluate()}
    assert all(series.metric in known for chart in FAMILY.charts(config) for series in chart.series)


def test_strip_has_a_row_for_each_picture_and_each_guess():
    pixels = np.arange(3 * 2)[:, None, None] * np.ones((6, 8, 8))
    x = pixels.reshape(3, 2, 8, 8)  # (moments, pictures, ...)
    rows, roles = strip(x, -x)
    assert rows[:, 0, 0].tolist() == [0, 2, 4, 0, -2, -4, 1, 3, 5, -1, -3, -5]
    assert roles == (("generated",) * 3 + ("gradient",) * 3) * 2


def test_every_sampler_that_fits_runs_on_pictures():
    experiment = made()
    for name in (name for name in CATALOGUE if fits(name, "ddpm")):
        experiment.configure(experiment.config.changed(sampler=name, steps=3))
        x = experiment.sample(2, 0)
        assert x.shape == (2, 64) and x.dtype == np.float32 and np.array_equal(x * 16, np.round(x * 16))
        assert x.min() >= 0 and x.max() <= 1


def test_the_class_that_is_none_is_the_number_after_the_last():
    label = torch.cat([torch.eye(10), torch.zeros(1, 10)])
    assert class_numbers(label).tolist() == [*range(10), 10]
    experiment = made(classes=True)
    field, level, x = experiment.current().model.unbounded, VP().level(0.5), torch.randn(10, 64)
    with torch.no_grad():
        plain, told = field.given(None)(x, level)[1], field.given(torch.eye(10))(x, level)[1]
        both = field.given(torch.eye(10), 3.0)(x, level)[1]
        net = experiment.objective.net
        (known,) = torch.func.functional_call(
            net,
            experiment.objective.parameters.views(torch.from_numpy(experiment.state_dict()["average"])),
            ((x * (level.a**2 + level.s**2) ** -0.5).view(10, 1, 8, 8), torch.full((10,), 500.0), torch.arange(10)),
            {"return_dict": False},
        )
    assert torch.allclose(told, known.view(10, 64), atol=1e-5)
    assert torch.allclose(both, plain + 3 * (told - plain), atol=1e-4) and not torch.allclose(plain, told, atol=1e-3)


def test_columns_are_the_digits_that_were_asked_for():
    """A network that has learned nothing of classes sends the same noise elsewhere for another class all the same."""
    experiment = made(classes=True)
    every = experiment.snapshot()["cloud"][-1]
    for digit in ("4", "7"):
        experiment.configure(experiment.config.changed(wanted=digit))
        one = experiment.snapshot()["cloud"][-1]
        same = np.array([np.abs(one[k].astype(float) - every[k]).max() < 2e-3 for k in range(SHOWN_COUNT)])
        assert same[np.arange(SHOWN_COUNT) % 10 == int(digit)].all() and not same.all()


def test_reflow_is_refused_for_pictures():
    with pytest.raises(UserError, match="plane"):
        DiffusionConfig().changed(**TINY, **FLOW, rounds=1)


# ---- laboratories --------------------------------------------------------------------------------


def test_a_race_starts_together_and_keeps_its_budget():
    experiment = made(classes=True)
    answer, pictures = asked(experiment, "samplers", calls=6, sampler4="heun")
    assert [title for title, _ in pictures] == ["DDIM", "DDPM", "Straight path, Euler", "Probability flow, Heun"]
    starts = [answer[f"x{i}"][0] for i in range(4)]
    assert np.allclose(starts[0], starts[1]) and np.allclose(starts[0], starts[3])
    assert np.allclose(starts[0], starts[2], atol=0.02)  # a chain keeps a trace of the data to the end
    assert all(answer[f"facts{i}"][0] <= 6 for i in range(4))
    answer, pictures = asked(
        experiment, "samplers", calls=6, digit="3", guidance=2.0, sampler2="none", sampler3="none", sampler4="none"
    )
    assert len(pictures) == 1 and answer["facts0"][:2].tolist() == [6, 3]
    assert answer["facts0"][3] == answer["facts0"][3]


def test_who_learned_by_heart_makes_copies():
    answer, _ = asked(made(), "samplers", calls=10, memorised=True)
    for i in range(3):
        assert answer[f"facts{i}"][4] < 0.05 and np.isnan(answer[f"facts{i}"][3])


def test_the_other_laboratories_answer():
    experiment = made(classes=True)
    answer, _ = asked(experiment, "guidance", digit="8")
    assert all(answer[f"x{i}"].shape == (25, 8, 8) for i in range(3))
    answer, _ = asked(experiment, "network", t=0.05)
    t, a, s, off, by_heart = answer["facts"]
    assert a > 0.9 and off > 0 and 0 < by_heart < 0.2
    answer, pictures = asked(experiment, "curves", most="8", sampler2="none", sampler3="none")
    assert answer["curve0"][:, 0].tolist() == [2, 4, 8]
    assert answer["floor"][1] < answer["floor"][0] < answer["floor"][2] < answer["curve0"][:, 1].min()


def test_what_was_not_offered_is_refused():
    plain = made()
    assert "guidance" not in {panel.name for panel in FAMILY.panels(plain.config)}
    for wrong in (
        {"guidance": np.zeros(2)},
        {"z": np.zeros(2)},
        {"samplers": np.full(7, np.nan)},
        {"samplers": np.full(7, 99.0)},
        {"heat": np.zeros(2)},
    ):
        with pytest.raises(UserError):
            plain.respond(wrong)


@pytest.mark.parametrize("process", [VP(), Discrete(), Linear()])
def test_one_field_serves_every_path(process):
    """The best field of one path, asked along another, is the best field of that: between the ends exactly."""
    field, other = optimal_denoiser(DISTRIBUTIONS["moons"]), Linear() if process != Linear() else VP()
    x = torch.randn(50, 2, generator=torch.Generator().manual_seed(0))
    for t in (0.1, 0.5, 0.9):
        level = other.level(t)
        for found, known in zip(ProcessAdapter(field, process)(x, level), field(x, level), strict=True):
            assert torch.allclose(found, known, atol=2e-3)


# ---- quality -------------------------------------------------------------------------------------


def test_the_frechet_distance_is_that_of_two_gaussians():
    generator = np.random.default_rng(0)
    a = generator.standard_normal((400, 5)) @ generator.standard_normal((5, 5))
    b = generator.standard_normal((300, 5)) + 1
    (m, s), (n, r) = frechet.moments(a), frechet.moments(b)
    textbook = ((m - n) ** 2).sum() + np.trace(s + r - 2 * sqrtm(s @ r).real)
    assert frechet.frechet(a, b) == pytest.approx(textbook, rel=1e-6)
    assert frechet.frechet(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet.frechet(a, a + 3) == pytest.approx(45, rel=1e-9)


def test_the_classifier_is_as_good_as_it_says():
    with safe_open(frechet.CLASSIFIER, framework="numpy") as file:
        said = file.metadata()
    assert said["command"] == "python -m playground.classifier"
    assert float(said["accuracy on test"]) == pytest.approx(classifier.accuracy("test"), abs=1e-4)
    assert classifier.accuracy("test") >= 0.95


def test_the_classifier_computes_in_numpy_what_it_learned_in_torch():
    net, x = classifier.Classifier(), DIGITS.vectors("test")[:50]
    net.load_state_dict({name: torch.tensor(value, dtype=torch.float32) for name, value in frechet.weights().items()})
    with torch.no_grad():
        logits = net(torch.from_numpy(x))
        h = torch.relu(net.second(torch.relu(net.first(torch.from_numpy(x).view(-1, 1, 8, 8)))))
    assert np.array_equal(logits.argmax(1).numpy(), frechet.classify(x))
    assert np.allclose(h.mean((2, 3)).numpy(), frechet.features(x), atol=1e-4)


def test_the_classifier_comes_from_its_seed():
    first, again = classifier.train(steps=3), classifier.train(steps=3)
    assert all(np.array_equal(value, again[name]) for name, value in first.items())
    assert not np.array_equal(first["first.weight"], classifier.train(steps=3, seed=1)["first.weight"])


def test_worse_pictures_are_further_away():
    """Of real pictures that were not trained on, with noise: each amount further than the one before, by far more than
    chance decides (the floor's interval of 95 percent)."""
    real, generator = DIGITS.vectors("test"), np.random.default_rng(0)
    found = [
        metrics.score("frechet", np.clip(real + size * generator.standard_normal(real.shape), 0, 1), DIGITS)
        for size in (0.0, 0.1, 0.2, 0.4)
    ]
    assert found[0].low < found[0].value < found[0].high < found[1].value
    assert all(b.value > 1.5 * a.value for a, b in zip(found[1:], found[2:], strict=False))
    assert np.isnan(metrics.score("frechet", real[:100], DIGITS).value)
    with pytest.raises(UserError):
        metrics.score("frechet", real, DIGITS.one_class(3))


@pytest.mark.parametrize("name", ["ddpm", "linear"])
def test_shipped_digits_look_like_digits(name):
    """300 pictures by the shipped average, 20 calls: near real ones in what the classifier sees (0.08; real ones 0.006
    to 0.041, an untrained network above 1), read as what was asked for, and no copies. The seed is fixed."""
    recording = read(WEIGHTS / f"diffusion-digits-{name}.safetensors")
    preset = PRESETS["digits" if name == "ddpm" else "digits_flow"]
    assert recording.config == DiffusionConfig(**preset.settings)
    experiment = DiffusionExperiment(recording.config)
    experiment.load_state_dict(recording.state)
    experiment.configure(experiment.config.changed(steps=20))
    x = experiment.sample(300, 0)
    assert metrics.score("frechet", x, DIGITS).value < 0.08
    assert metrics.score("nearest_ratio", x, DIGITS).value > 0.85
    experiment.configure(experiment.config.changed(wanted="8", steps=10))
    assert (frechet.classify(experiment.sample(50, 0)) == 8).mean() >= 0.8
    for frame in recording.timeline.frames.items.values():
        assert encode_frame({"step": frame.step}, FAMILY.scene(frame, recording.config), str).startswith(b"PGF1")
    assert set(experiment.snapshot()) == set(recording.last.arrays)


def test_the_library_of_pictures_is_imported_where_it_is_needed():
    """It takes seconds: neither the server nor points of the plane should wait for it."""
    late = 0
    for path in Path(unet.__file__).parents[1].rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if any(name.split(".")[0] == "diffusers" for name in names):
                assert node not in tree.body, path
                late += 1
    assert late >= 2
