"""What laboratories of diffusion models say, against closed forms."""

from functools import cache

import numpy as np
import pytest
import torch

from playground.core.panels import question, validate
from playground.core.registry import FAMILIES
from playground.data.dataset import dataset_of
from playground.families.diffusion import processes
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.drawing import keyframe_labels
from playground.families.diffusion.experiment import DiffusionExperiment
from playground.families.diffusion.likelihood import exact_divergence
from playground.families.diffusion.optimal_denoiser import optimal_denoiser
from playground.families.diffusion.plane.layers import limit_lengths
from playground.families.diffusion.plane.panel_data.curves import cross_entropy, entropy_estimate
from playground.families.diffusion.plane.panel_data.sdes import noising_moments
from playground.families.diffusion.plane.panel_data.trajectories import KEYFRAME_COUNT, keyframes
from playground.families.diffusion.predictions import velocity

FAMILY = FAMILIES["diffusion"]

SMALL = {"width": 8, "depth": 1}
LANES = {f"sampler{i + 1}": name for i, name in enumerate(("ddim", "heun", "rk4", "ddpm", "euler", "dpm_solver"))}


@cache
def experiment(**settings):
    return DiffusionExperiment(DiffusionConfig(**SMALL, **settings))


def ask(name, settings=(), **values):
    """The answer, and the scenes of it."""
    model = experiment(**dict(settings))
    panel = next(panel for panel in FAMILY.panels(model.config) if panel.name == name)
    settled = validate(panel, values)
    answer = model.respond(question(panel, settled))
    return answer, FAMILY.draw_panel(name, answer, settled, model.config)


@pytest.mark.parametrize("process", ["ddpm", "subvp", "ve", "linear"])
@pytest.mark.parametrize("t", [0.05, 0.4, 1.0])
def test_the_flow_of_a_mixture_is_its_velocity_with_its_divergence(process, t):
    field = optimal_denoiser(dataset_of(DiffusionConfig(data="moons"))).to(torch.float64)
    level = processes.process_of(DiffusionConfig(process=process)).level(t)
    x = torch.randn(40, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64) * level.s
    value, trace = exact_divergence(lambda x: velocity(*field(x, level), level), x)
    mine, divergence = field.velocity_and_divergence(x, level)
    assert torch.allclose(mine, value, rtol=1e-9, atol=1e-9)
    assert torch.allclose(divergence, trace, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("data", ["8gaussians", "25gaussians"])
def test_density_carried_along_the_velocity_is_the_blurred_one(data):
    """The share of mass that is elsewhere, at every time: 1e-3 is what the steps of the solver leave."""
    answer, (left, right) = ask("heat", {"data": data}.items(), most=1.5)
    assert answer["apart"].max() < 1e-3 and answer["stops"][-1] == np.float32(1.5)
    truth = np.exp(dataset_of(DiffusionConfig(data=data)).log_prob(grid(data)))
    assert np.allclose(answer["moved"][0].ravel(), truth, atol=1e-4)  # the data themselves
    assert answer["moved"][-1].max() < 0.4 * truth.max()  # heat has spread
    assert np.array_equal(answer["glide"][0], answer["jitter"][0])
    assert left[1].trajectory.end == right[1].trajectory.end and right[1].layer("flow").trajectory


def grid(data):
    axis = np.linspace(*dataset_of(DiffusionConfig(data=data)).bounds, 33)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


@pytest.mark.parametrize("process", ["ddpm", "ve", "linear"])
def test_likelihood_by_the_best_field_is_the_datas(process):
    answer, _ = ask("likelihood", {"process": process}.items(), optimal=True, steps=50)
    _, calls, gap, doubt, off, mass = answer["facts"]
    assert calls == 200 and abs(gap) < 1e-3 and off < 1e-2
    assert np.abs(answer["model"] - answer["data"]).max() < 1e-2 * answer["data"].max()
    assert abs(mass - 1) < 5e-3


def test_one_probe_is_noisy_and_right_on_average():
    """The mean over 500 points within 4 standard errors: one false alarm in 16,000."""
    answer, scenes = ask("likelihood", optimal=True, trace="probe")
    _, _, gap, doubt, off, _ = answer["facts"]
    assert abs(gap) < 4 * doubt and 0.4 < off < 2.5
    assert len(scenes) == 3


def test_a_race_at_equal_calls_or_steps_from_the_same_noise():
    calls, scenes = ask("samplers", **LANES, count=24, optimal=True)
    assert [round(calls[f"facts{i}"][0]) for i in range(6)] == [24, 23, 24, 24, 24, 24]  # Heun spares the last call
    steps, _ = ask("samplers", **LANES, count=24, equal="steps", optimal=True)
    assert [round(steps[f"facts{i}"][1]) for i in range(6)] == [24] * 6
    assert round(steps["facts2"][0]) == 96
    assert len(scenes) == 6 and calls["x0"].shape[1:] == (1000, 2)
    for i in range(1, 6):
        assert np.array_equal(calls[f"x{i}"][0], calls["x0"][0])
        assert not np.array_equal(calls[f"x{i}"][-1], calls["x0"][-1])
    clouds = [scene.layer("cloud") for _, scene in scenes]
    assert all(cloud.follow and cloud.xy.shape == calls["x0"].shape for cloud in clouds)
    assert len({scene.trajectory.moments for _, scene in scenes}) == 1  # one scrubber


def test_fresh_noise_makes_ddim_random_and_only_ddim():
    still, _ = ask("samplers", sampler1="ddim", sampler2="euler", sampler3="none", count=8)
    fresh, _ = ask("samplers", sampler1="ddim", sampler2="euler", sampler3="none", count=8, eta=1.0)
    again, _ = ask("samplers", sampler1="ddim", sampler2="euler", sampler3="none", count=8, eta=1.0)
    assert not np.array_equal(still["x0"], fresh["x0"]) and np.array_equal(still["x1"], fresh["x1"])
    assert np.array_equal(fresh["x0"], again["x0"])  # the seed is held
    assert np.isfinite(still["facts0"][5]) and np.isnan(fresh["facts0"][5])


def test_a_long_race_has_fewer_points():
    answer, _ = ask("samplers", sampler1="euler", sampler2="heun", sampler3="none", count=1000, equal="steps")
    assert answer["x0"].shape == (KEYFRAME_COUNT, 666, 2)


def test_common_keyframes():
    assert keyframes([[1.0, 0.5, 0.0], [1.0, 0.75, 0.5, 0.25, 0.001]]).tolist() == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert len(keyframes([np.linspace(1, 0, 77)])) == KEYFRAME_COUNT
    assert keyframe_labels(np.array([0.0, 0.1, 0.2, 1.0]), str, 2) == ("0.0", "", "", "1.0")


def test_perfect_samples_are_as_surprising_as_the_data():
    """20,000 points twice: 5 standard errors of the difference, one false alarm in a million."""
    data = dataset_of(DiffusionConfig())
    mean, spread = entropy_estimate(data)
    assert abs(mean - data.entropy) < 5 * spread / 20_000**0.5
    fresh = torch.from_numpy(data.sample(20_000, np.random.default_rng(5)))
    assert abs(cross_entropy(fresh, data) - mean) < 5 * spread / 10_000**0.5


def test_curves_of_the_best_field_fall_to_the_floor():
    answer, ((_, scene),) = ask("curves", **{**LANES, "sampler6": "none"}, optimal=True, measure="nats", across="ms")
    for i in (0, 1, 4):  # DDIM, Heun, Euler
        calls, _, w2, off, away, bend = answer[f"curve{i}"].T
        assert calls[-1] >= 63 and away[-1] < 0.2 * away[1] and off[-1] < 0.2 and w2[-1] < 1.5 * answer["floors"][0]
        assert bend[-1] == pytest.approx(answer["bend"].item(), rel=0.2)
    assert np.isnan(answer["curve3"][:, 4]).all() and "curve5" not in answer
    assert {layer.role for layer in scene.layers if layer.kind == "points"} == {
        "generated",
        "data",
        "field",
        "gradient",
        "neutral",
    }


@pytest.mark.parametrize("name", ["vp", "subvp", "ve"])
def test_an_sde_forwards_has_the_marginals_of_its_process(name):
    """Mean and variance of 4,000 points at three times, from a Gaussian: 5 standard errors, one false alarm in
    100,000."""
    process, n = processes.PROCESSES[name](), 4000
    x = torch.randn(n, 2, generator=torch.Generator().manual_seed(3))
    moments = noising_moments(process, 2 + x, 30, 7)
    for moment in (moments[10], moments[20], moments[-1]):
        level = process.level(moment.t)
        std = (level.a**2 + level.s**2) ** 0.5
        assert (moment.x.mean(0) - 2 * level.a).abs().max() < 5 * std / n**0.5
        assert (moment.x.std(0) / std - 1).abs().max() < 5 / (2 * n) ** 0.5


@pytest.mark.parametrize("way", ["euler_maruyama", "euler"])
def test_the_way_back_starts_where_the_way_there_ended(way):
    there, pictures = ask("sdes", direction="forwards", steps=200)
    back, _ = ask("sdes", direction=way, steps=200)
    for i in range(3):
        assert np.allclose(there[f"x{i}"][-1], back[f"x{i}"][0], atol=1e-5)
        assert back[f"facts{i}"][1] < 2 * back[f"facts{i}"][2]  # as near to the data as perfect samples, or nearly
    assert [scene.trajectory.start for _, scene in pictures] == ["data"] * 3


def test_arrows_end_at_the_next():
    uv = np.array([[0.01, 0.0], [3.0, 4.0], [0.0, 0.0]])
    found = limit_lengths(uv, 0.5)
    assert found[0, 0] == pytest.approx(0.01, rel=1e-3) and np.linalg.norm(found[1]) == pytest.approx(0.5)
    assert not found[2].any()
