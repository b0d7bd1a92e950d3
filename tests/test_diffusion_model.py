"""The network, its update, and the field it makes."""

import numpy as np
import pytest
import torch

from playground.data.plane import distributions
from playground.families.diffusion.batches import Batches, training_streams
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.levels import Level
from playground.families.diffusion.model import TIME_FEATURES, Diffusion, time_embedding
from playground.families.diffusion.optimal_denoiser import closed_form
from playground.families.diffusion.predictions import PREDICTIONS
from playground.families.diffusion.processes import PROCESSES, VP, Discrete, Linear
from playground.families.diffusion.reflow import train
from playground.families.diffusion.samplers import sample
from playground.training.learner import prepare

CPU = torch.device("cpu")
MOONS = distributions.get("moons")


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def model(classes: int = 0, **settings) -> Diffusion:
    return Diffusion(DiffusionConfig(**{"width": 32, "depth": 2, "batch": 64, **settings}), 2, classes)


def batches(process, coupling="independent", size=64, data=MOONS) -> Batches:
    return Batches(training_streams(data.sample, process, 2, size, 0, CPU, coupling))


@pytest.mark.parametrize("kind", PROCESSES)
@pytest.mark.parametrize("objective", ["epsilon", "x0", "v", "velocity"])
@pytest.mark.parametrize("weighting", ["simple", "snr", "min_snr"])
def test_every_objective_has_a_finite_loss_and_gradient_on_every_process(kind, objective, weighting):
    net = model(objective=objective, weighting=weighting)
    settings = {"lr": torch.tensor(1e-3), "ema": torch.tensor(0.9)}
    state, scalars = net.update(net.init_state({}, random()), settings, batches(PROCESSES[kind]())[0])
    assert all(np.isfinite(float(value.detach())) for value in scalars.values())
    assert torch.isfinite(state["w"]).all()
    if weighting == "simple":
        assert scalars["loss"] == scalars["error"]


@pytest.mark.parametrize("way", ["eager", "traced"])
def test_update_as_a_program_is_the_update(way):
    net, data = model(), batches(VP())
    settings = {"lr": torch.tensor(1e-3), "ema": torch.tensor(0.9)}
    state = other = net.init_state({}, random())
    program = prepare(net.update, (state, settings, data[0]), way)
    for number in range(5):
        state, scalars = program(state, settings, data[number])
        other, wanted = net.update(other, settings, data[number])
        assert scalars == {name: float(value) for name, value in wanted.items()}
    for name, tensor in other.items():
        assert torch.equal(state[name], tensor), name
    assert not torch.equal(state["w"], state["average"])


def test_average_keeps_what_the_setting_says():
    net, data = model(), batches(VP())
    state = {**net.init_state({}, random()), "count": torch.tensor(1e6)}  # long after the warm-up
    for kept in (0.0, 0.9, 1.0):
        settings = {"lr": torch.tensor(1e-3), "ema": torch.tensor(kept)}
        after, _ = net.update(state, settings, data[0])
        assert not torch.equal(after["w"], state["w"])
        torch.testing.assert_close(
            after["average"], kept * state["average"] + (1 - kept) * after["w"], rtol=1e-4, atol=1e-7
        )


def test_loss_is_the_papers():
    """Ho et al. 2020, equation 14, and the flow-matching loss |v - (eps - x_0)|^2, both written out."""
    for process, objective in ((Discrete(), "epsilon"), (Linear(), "velocity")):
        net, batch = model(objective=objective), batches(process)[3]
        w = net.parameters.views(net.init_state({}, random())["w"])
        loss, error = net.loss(w, batch)
        t, a, s, _, _ = batch["level"].split(1, 1)
        x = a * batch["data"] + s * batch["noise"]
        layers = [(w[f"net.layers.{i}.weight"], w[f"net.layers.{i}.bias"]) for i in range(3)]
        h = torch.cat([x / (a**2 + s**2).sqrt(), time_embedding(t)], 1)
        for weight, bias in layers[:-1]:
            h = torch.nn.functional.silu(h @ weight.T + bias)
        answer = h @ layers[-1][0].T + layers[-1][1]
        target = batch["noise"] if objective == "epsilon" else batch["noise"] - batch["data"]
        torch.testing.assert_close(loss, ((answer - target) ** 2).mean())
        torch.testing.assert_close(error, loss)


@pytest.mark.parametrize("objective", ["epsilon", "x0", "v", "velocity"])
def test_field_is_the_network_read_back(objective):
    """One row for the time instead of one for each point: the same answers."""
    net, process = model(objective=objective), VP()
    state = net.init_state({}, random())
    x = torch.randn(50, 2, generator=random(1))
    for level in process.levels([0.02, 0.5, 1.0]):
        rows = torch.full((50, 1), level.t)
        answer = torch.func.functional_call(net.net, net.parameters.views(state["w"]), (x, time_embedding(rows)))
        prediction = PREDICTIONS[objective]
        x0, eps = prediction.solve(answer * prediction.unit(level), x, level)
        found = net.field(state["w"])(x, level)
        torch.testing.assert_close(found[0], x0, rtol=1e-4, atol=1e-4)
        torch.testing.assert_close(found[1], eps, rtol=1e-4, atol=1e-4)
        bounded = net.field(state["w"], bound=0.5)(x, level)
        assert bounded[0].abs().max() <= 0.5
        torch.testing.assert_close(level.a * bounded[0] + level.s * bounded[1], x, rtol=1e-4, atol=1e-4)


def test_field_keeps_its_weights_and_can_be_differentiated():
    net = model()
    state = net.init_state({}, random())
    w = state["w"].clone()
    field, level = net.field(w), VP().level(0.5)
    x = torch.randn(4, 2, generator=random(1), requires_grad=True)
    before, _ = field(x, level)
    w.zero_()
    assert torch.equal(field(x, level)[0], before)
    assert torch.autograd.grad(before.sum(), x)[0].abs().sum() > 0


def test_waves_tell_times_apart():
    t = torch.linspace(0, 1, 1001)[:, None]
    features = time_embedding(t)
    assert features.shape == (1001, TIME_FEATURES)
    assert (features.diff(dim=0).norm(dim=1) > 0.1).all()


def test_guidance_reaches_from_no_class_over_the_class_beyond():
    net = model(classes=3)
    w = net.init_state({}, random())["w"]
    x, level = torch.randn(6, 2, generator=random(1)), VP().level(0.4)
    label = torch.eye(3).repeat(2, 1)
    (none, _), (off, _), (once, _), (twice, _) = (
        net.field(w, given, guidance)(x, level)
        for given, guidance in ((None, 1.0), (label, 0.0), (label, 1.0), (label, 2.0))
    )
    assert torch.equal(none, off)
    assert not torch.allclose(none, once)
    torch.testing.assert_close(twice, 2 * once - none)
    null = net.field(w, torch.zeros(6, 3), 1.0)(x, level)[0]
    torch.testing.assert_close(null, none)


def test_classes_are_learned_apart():
    """Two Gaussians, a class each, every tenth label withheld: samples of a class go where it lives."""
    data, process, net = distributions.get("2gaussians"), Linear(), model(classes=2, objective="velocity")
    plain = batches(process, data=data)

    class Labelled:
        def __getitem__(self, number):
            batch = plain[number]
            which = (batch["data"][:, :1] < 0).float()
            seen = (torch.arange(64) % 10 > 0).float()[:, None]
            return {**batch, "label": torch.cat([1 - which, which], 1) * seen}

    state, _ = train(net, net.init_state({}, random()), Labelled(), 400, lr=3e-3, ema=0.9)
    noise = torch.randn(300, 2, generator=random(2))
    for which, side in ((0, 1), (1, -1)):
        label = torch.eye(2)[which].expand(300, 2)
        x = list(sample("euler", net.field(state["average"], label), process, noise, 10))[-1].x
        assert (x[:, 0] * side > 0).float().mean() > 0.95


def test_batches_are_the_same_whoever_asks():
    process = Linear()
    first, second = batches(process), batches(process)
    second[70]
    for name, tensor in first[3].items():
        assert torch.equal(tensor, second[3][name])
    paired, plain = batches(process, "optimal")[3], first[3]
    assert torch.equal(paired["data"], plain["data"])
    assert ((paired["data"] - paired["noise"]) ** 2).sum() < 0.7 * ((plain["data"] - plain["noise"]) ** 2).sum()
    assert torch.equal(paired["noise"].sort(0).values, plain["noise"].sort(0).values)


def test_learns_to_take_noise_away():
    """The excess of its loss over the best possible one, which the exact field has, falls to a tenth."""
    process, data = VP(), distributions.get("2gaussians")
    net, field, some = model(), closed_form(data), batches(process, data=data)

    def excess(w) -> float:
        batch, total = some[10_000], 0.0
        level = Level(*batch["level"].split(1, 1))
        x = level.a * batch["data"] + level.s * batch["noise"]
        for i, row in enumerate(batch["level"].tolist()):
            one = x[i : i + 1], Level(*row)
            total += float((net.field(w)(*one)[1] - field(*one)[1]).square().mean()) / len(x)
        return total

    begin = net.init_state({}, random())
    state, loss = train(net, begin, some, 800, lr=3e-3)
    assert excess(state["average"]) < excess(begin["w"]) / 10
    assert 0 < loss < 1
