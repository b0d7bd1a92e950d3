"""The diffusion experiment: exact resumption, pictures of the way, scores against the best field, answers to panels."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from playground import metrics
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.data.dataset import dataset_of
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.loss import denoising_loss
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.plane.densities import density_grids
from playground.families.diffusion.plane.panels import marginals
from playground.families.diffusion.plane.view import MAX_CALLS, View
from playground.families.diffusion.presets import PRESETS
from playground.families.diffusion.processes import VE, VP, Discrete, Linear, equal_noise_time
from playground.live.panels import encode
from playground.live.protocol import encode_frame
from playground.training.view import Current

FAMILY = FAMILIES["diffusion"]

SMALL = {"width": 16, "depth": 1, "batch": 64, "steps": 8}


def made(**settings) -> DiffusionExperiment:
    return DiffusionExperiment(DiffusionConfig(**SMALL | settings))


def asked(experiment: DiffusionExperiment, name: str, **dials):
    """A panel's answer, and what is drawn of it."""
    panel = next(panel for panel in FAMILY.panels(experiment.config) if panel.name == name)
    values = validate(panel, dials)
    answer = experiment.respond(question(panel, values))
    assert all(array.dtype == np.float32 for array in answer.values())
    pictures = FAMILY.draw_panel(name, answer, values, experiment.config)
    assert encode({}, pictures, str)
    return answer, pictures


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"process": "linear", "objective": "velocity", "coupling": "optimal"},
        {"process": "ve", "sampler": "predictor_corrector"},
    ],
)
def test_going_on_from_a_state_is_exact(settings):
    whole, half = made(**settings), made(**settings)
    for _ in range(8):
        whole.step()
    for _ in range(3):
        half.step()
    rest = made(**settings)
    rest.load_state_dict(half.state_dict())
    for _ in range(5):
        rest.step()
    assert all(np.array_equal(value, rest.state_dict()[name]) for name, value in whole.state_dict().items())
    again = rest.snapshot()
    assert all(np.array_equal(array, again[name]) for name, array in whole.snapshot().items())


@pytest.mark.parametrize("preset", PRESETS)
def test_pictures_are_whole_and_go_from_noise_to_data(preset):
    experiment = DiffusionExperiment(DiffusionConfig(**SMALL | PRESETS[preset].settings))
    experiment.step()
    arrays = experiment.snapshot()
    assert all(np.isfinite(array).all() for array in arrays.values())
    assert arrays["stops"][0] == 0 and (np.diff(arrays["stops"]) > 0).all() and 2 <= len(arrays["stops"]) <= 17
    assert arrays["levels"][-1, 2] <= MAX_CALLS + 1
    drawn = FAMILY.scene(Frame(1, arrays), experiment.config)
    assert drawn.trajectory.moments == tuple(arrays["stops"].tolist())
    assert encode_frame({"step": 1}, drawn, str).startswith(b"PGF1")
    assert np.abs(arrays["cloud"][0].astype(float)).std() < 2  # also where noise has blown it up
    assert experiment.config.steps <= MAX_CALLS or "{steps:" in drawn.words  # a shortened sampler says so


def test_the_best_field_scores_the_floor_and_the_network_learns_towards_it():
    """The floor of the loss is what the closed form reaches; nothing learned may lie below by more than chance: the
    pairs are the same, so the difference is at least 0 in the mean, with a standard error below 0.02 here."""
    experiment = made(width=64, depth=2, batch=256, lr=3e-3, ema=0.9)
    before = experiment.evaluate()
    for _ in range(250):
        experiment.step()
    after = experiment.evaluate()
    assert before["denoising"].floor == after["denoising"].floor
    assert before["denoising"].value > after["denoising"].value > after["denoising"].floor - 0.04
    assert after["denoising"].value < after["denoising"].floor + 0.15
    assert after["sliced_w2"].value < 0.6 * before["sliced_w2"].value


def test_the_plane_draws_and_judges_any_field():
    """With the best field in place of a network, samples score at the floor (interval of 95 percent; seed fixed)."""
    config = DiffusionConfig(steps=50)
    plane = View(config, dataset_of(config), torch.device("cpu"))
    field = optimal_denoiser(dataset_of(config))
    now = Current(config, 0, SimpleNamespace(bounded=field, unbounded=field, teacher_pairs=None), None)
    scores = plane.evaluate(now, thorough=False)
    assert scores["denoising"].value == pytest.approx(scores["denoising"].floor, rel=1e-6)
    assert scores["sliced_w2"].value < 1.3 * scores["sliced_w2"].high
    learned, best = plane.snapshot(now)["errors"]
    assert np.allclose(learned, best)


def test_settings_of_sampling_are_live_and_change_the_picture_only():
    experiment = made(sampler="ddim", steps=8)
    experiment.step()
    state, before = experiment.state_dict(), experiment.snapshot()
    experiment.configure(experiment.config.changed(sampler="ddpm", steps=4))
    after = experiment.snapshot()
    assert all(np.array_equal(value, experiment.state_dict()[name]) for name, value in state.items())
    assert after["steps"] == 4 and len(after["stops"]) == 5 and len(before["stops"]) == 9
    noisy = experiment.sample(50, 1)
    experiment.configure(experiment.config.changed(sampler="ddim", eta=1.0))
    assert np.allclose(noisy, experiment.sample(50, 1), atol=1e-4)  # DDIM with eta 1 is DDPM


def test_settled_weights_look_the_same_and_train_on():
    experiment = made()
    for _ in range(5):
        experiment.step()
    shipped = made()
    shipped.load_state_dict(experiment.export_state())
    assert np.array_equal(shipped.sample(20, 0), experiment.sample(20, 0))
    assert np.isfinite(shipped.step()["loss"])


@pytest.mark.parametrize("process", [VP(), VE(), Linear(), Discrete(50, "cosine")])
def test_densities_are_densities_at_every_time(process):
    """Sums over the frame: 1, less what lies outside, at most a tenth of a Gaussian cloud of the frame's size."""
    data, cells = dataset_of(DiffusionConfig()), 61
    p = density_grids(data, process, (0.0, 0.5, 1.0), cells)
    area = (2 * data.half_width / (cells - 1)) ** 2
    assert np.all((p.sum((1, 2)) * area > 0.9) & (p.sum((1, 2)) * area < 1.01))
    level = process.level(equal_noise_time(process))
    assert abs(level.a - level.s) < 0.05 * level.a + 1 / 40


def test_data_without_closed_form_are_weighed_on_a_lattice():
    """Samples of the lattice's bells lie as the data do, to the width of a cell."""
    data = dataset_of(DiffusionConfig(data="checkerboard"))
    bells = optimal_denoiser(data)
    generator, weights = np.random.default_rng(0), bells.weights.double().numpy()
    which = generator.choice(len(weights), 2000, p=weights / weights.sum())
    x = bells.means.numpy()[which] + bells.std * generator.standard_normal((2000, 2))
    assert metrics.score("sliced_w2", x, data).value < 0.15


def test_an_error_of_the_mean_answer_is_the_variance():
    """Of a field that always says 0, the loss of predicted data is the data's mean square."""
    pairs = torch.randn(500, 2, generator=torch.Generator().manual_seed(0)), torch.zeros(500, 2)
    level = Linear().level(0.5)
    nothing = denoising_loss(lambda x, level: (torch.zeros_like(x), x), "x0", "simple", pairs, level)
    assert torch.allclose(nothing, pairs[0].square().mean(1))


def test_a_race_starts_together_and_keeps_its_budget():
    answer, pictures = asked(made(), "samplers", count=10.0, optimal=True)
    starts = [answer[f"x{i}"][0] for i in range(3)]
    assert all(np.array_equal(starts[0], other) for other in starts[1:])
    assert all(answer[f"facts{i}"][0] <= 10 for i in range(3)) and "x3" not in answer
    assert [title for title, _ in pictures] == ["DDIM", "DDPM", "DPM-Solver++ (2M)"]
    assert len({picture.trajectory.moments for _, picture in pictures}) == 1  # one slider for all
    w2 = [answer[f"facts{i}"][2] for i in range(3)]
    assert w2[0] < w2[1]  # ten calls: DDIM beats DDPM


def test_curves_fall_towards_the_exact_end():
    """Error of the path at 32 calls against 8: first order falls by 4, up to a factor of 2; second order by more."""
    answer, _ = asked(
        made(), "curves", optimal=True, sampler1="ddim", sampler2="dpm_solver", sampler3="none", sampler4="none"
    )
    first, second = ({int(row[0]): row[4] for row in answer[f"curve{i}"]} for i in (0, 1))
    assert 2 < first[8] / first[32] < 8
    assert second[32] < first[32]


def test_the_network_sees_what_the_process_makes():
    experiment = made(process="linear", objective="velocity", sampler="euler")
    answer, pictures = asked(experiment, "network", t=0.25)
    assert np.allclose(answer["facts"], [0.25, 0.75, 0.25], atol=1e-6) and len(pictures) == 3
    assert ((answer["best"] - answer["clean"]) ** 2).mean() < ((answer["guess"] - answer["clean"]) ** 2).mean()


def test_schedules_fall_from_data_to_noise():
    answer, _ = asked(made(), "schedules")
    assert (np.diff(answer["a"], axis=1) < 0).all() and (np.diff(answer["s"], axis=1) > 0).all()


@pytest.mark.parametrize("process", marginals.COMPARED_PROCESSES)
def test_marginals_are_the_same_with_and_without_noise(process):
    """Both ends lie within three floors of the data: both are right; and their paths differ."""
    answer, _ = asked(made(), "marginals", process=process, steps=300.0)
    assert all(answer[f"facts{i}"][1] < 3 * answer[f"facts{i}"][2] for i in (0, 1))
    assert np.abs(answer["x0"] - answer["x1"])[-1].mean() > 0.1


def test_questions_out_of_place_are_refused():
    experiment = made()
    for wrong in (
        {},
        {"nothing": np.zeros(3, np.float32)},
        {"z": np.zeros((2, 3), np.float32)},
        {"samplers": np.full(6, 999, np.float32)},
        {"network": np.array([np.nan], np.float32)},
    ):
        with pytest.raises(UserError):
            experiment.respond(wrong)
    moved = experiment.respond({"z": np.zeros((2, 2), np.float32)})["x"]
    assert moved.shape == (2, 2) and np.array_equal(moved[0], moved[1])


def test_every_curve_has_its_scalar():
    experiment = made()
    known = experiment.step() | experiment.evaluate()
    assert all(series.metric in known for chart in FAMILY.charts(experiment.config) for series in chart.series)
