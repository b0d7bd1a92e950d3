"""The learner: three ways to execute one update, optimisers on flat vectors, batches drawn ahead."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.training import batches, learner
from playground.training.networks import ACTIVATIONS, MLP, initial, spectral
from playground.training.optimisers import MOMENTS, OPTIMISERS, init_moments

NET = MLP(2, 1, 8, 2, "silu")
FLAT = learner.Flat(NET)


def regression(state, settings, batch):
    """A small update: fits |x| by Adam."""
    leaves = FLAT.leaves(state["w"])
    loss = (functional_call(NET, leaves, (batch["x"],)).squeeze(1) - batch["x"].norm(dim=1)).square().mean()
    moments = {name: state[name] for name in ("m", "v", "count")}
    w, moments = OPTIMISERS["adam"](state["w"], learner.gradient(loss, leaves), moments, settings["lr"])
    return {"w": w, **moments}, {"loss": loss, "size": w.norm()}


def start():
    w = FLAT.join(initial(NET, torch.Generator().manual_seed(3)))
    return {"w": w, **init_moments("adam", w)}


def run(way: str, steps: int):
    state, settings = start(), {"lr": torch.tensor(1e-2)}
    program = learner.prepare(regression, (state, settings, {"x": torch.zeros(32, 2)}), way)
    draw = batches.BatchStream(batches.gaussian(2), 32, 0, "x", torch.device("cpu"))
    rows = []
    for i in range(steps):
        if i == steps // 2:
            settings = {"lr": torch.tensor(1e-3)}  # changes need no new preparation
        state, row = program(state, settings, {"x": draw[i]})
        rows.append(row)
    return program, state, rows


def test_flat_vectors_hold_parameters_in_order():
    values = initial(NET, torch.Generator().manual_seed(0))
    vector = FLAT.join(values)
    assert vector.shape == (FLAT.size,) == (sum(p.numel() for p in NET.parameters()),)
    views = FLAT.views(vector)
    assert list(views) == [name for name, _ in NET.named_parameters()]
    assert all(torch.equal(views[name], values[name]) for name in values)


def test_gradient_equals_backward():
    module = MLP(2, 1, 8, 3, "tanh")
    flat, x = learner.Flat(module), torch.randn(16, 2, generator=torch.Generator().manual_seed(1))
    leaves = flat.leaves(learner.join(module.parameters()))
    got = learner.gradient(functional_call(module, leaves, (x,)).square().mean(), leaves)
    module(x).square().mean().backward()
    assert torch.equal(got, learner.join(p.grad for p in module.parameters()))


def test_initial_weights_are_those_of_torch_in_law_and_of_the_generator():
    wide = MLP(400, 300, 500, 1, "relu")
    values = initial(wide, torch.Generator().manual_seed(0))
    for name, parameter in wide.named_parameters():  # both uniform within the same bound
        assert values[name].abs().max() == pytest.approx(parameter.abs().max().item(), rel=0.02)
        assert values[name].std() == pytest.approx(parameter.std().item(), rel=0.1)
    again = initial(wide, torch.Generator().manual_seed(0))
    assert all(torch.equal(values[name], again[name]) for name in values)
    with pytest.raises(TypeError):
        initial(nn.LayerNorm(3), torch.Generator())


def test_mlp_has_the_depth_it_says():
    assert [(layer.in_features, layer.out_features) for layer in MLP(1, 2, 5, 3, "relu").layers] == [
        (1, 5),
        (5, 5),
        (5, 5),
        (5, 2),
    ]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_bend(name):
    x = torch.linspace(-3, 3, 13)
    y = ACTIVATIONS[name](x)
    assert y.shape == x.shape and (y.diff() >= -0.3).all() and not torch.allclose(y, y[0] + (x - x[0]))


def test_spectral_norm_equals_torch():
    layer = nn.Linear(6, 4, dtype=torch.float64)
    weight = layer.weight.detach().clone()
    torch.nn.utils.parametrizations.spectral_norm(layer)
    hidden = layer.parametrizations.weight[0]
    v = hidden._v.clone()
    for _ in range(3):
        hidden._u.copy_(F.normalize(weight @ v, dim=0))  # torch keeps both; ours makes u of v
        hidden._v.copy_(v)
        hidden.train()
        expected = layer.weight  # a training forward pass: one power iteration
        got, v = spectral(weight, v)
        assert torch.allclose(got, expected, rtol=0, atol=1e-12)
    for _ in range(200):
        got, v = spectral(weight, v)
    assert torch.linalg.matrix_norm(got, 2).item() == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimisers_equal_torch(name):
    random = torch.Generator().manual_seed(0)
    start = torch.randn(50, generator=random)
    twin = start.clone().requires_grad_()
    theirs = {
        "adam": lambda p: torch.optim.Adam(p, 3e-3, betas=(0.5, 0.999)),
        "sgd": lambda p: torch.optim.SGD(p, 3e-3),
        "rmsprop": lambda p: torch.optim.RMSprop(p, 3e-3),
    }[name]([twin])
    own = {"beta1": 0.5} if name == "adam" else {}
    parameters, moments = start, init_moments(name, start)
    assert set(moments) == {*MOMENTS[name], "count"}
    for _ in range(50):
        slope = torch.randn(50, generator=random)
        parameters, moments = OPTIMISERS[name](parameters, slope, moments, torch.tensor(3e-3), **own)
        twin.grad = slope
        theirs.step()
    assert torch.allclose(parameters, twin, rtol=0, atol=1e-6)
    assert moments["count"] == 50


def test_traced_equals_eager_to_the_bit():
    (_, a, rows), (program, b, again) = run("eager", 400), run("traced", 400)
    assert program.execution == "traced"
    assert rows == again and all(torch.equal(a[name], b[name]) for name in a)
    assert rows[-1]["loss"] < rows[0]["loss"] / 10


def test_without_a_compiler_traced_steps_in(tmp_path):
    code = (
        "import warnings; warnings.simplefilter('error'); from tests.test_learner import run;"
        "print(run('compiled', 3)[0].execution)"
    )
    env = {**os.environ, "CXX": str(tmp_path / "none"), "TORCHINDUCTOR_CACHE_DIR": str(tmp_path), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout.split() == ["traced"], done.stderr
    assert done.stderr == ""


def test_tracing_is_quiet_and_leaves_the_inputs_alone():
    state, batch = start(), {"x": torch.zeros(32, 2)}
    kept = {name: tensor.clone() for name, tensor in state.items()}
    program = learner.prepare(regression, (state, {"lr": torch.tensor(1e-2)}, batch), "traced")
    after, _ = program(state, {"lr": torch.tensor(1e-2)}, batch)
    assert all(torch.equal(state[name], kept[name]) for name in kept)
    assert not any(tensor.requires_grad for tensor in after.values())


def test_device_auto_is_there():
    assert torch.zeros(1, device=learner.device("auto")).device.type == learner.device("auto").type
    assert learner.device("cpu") == torch.device("cpu")


def test_pools_give_the_same_batch_for_a_number_in_any_order():
    def fresh_pool(seed=0, stream="real"):
        return batches.BatchStream(batches.gaussian(2), 100, seed, stream, torch.device("cpu"))

    forward = [fresh_pool()[i] for i in (0, 163, 164, 5000)]
    one = fresh_pool()
    backward = [one[i] for i in (5000, 164, 163, 0)][::-1]
    assert all(torch.equal(a, b) for a, b in zip(forward, backward, strict=True))
    others = [forward[1], fresh_pool(1)[0], fresh_pool(0, "noise")[0]]
    assert not any(torch.equal(forward[0], other) for other in others)


def test_noise_has_the_law_it_says():
    random = np.random.default_rng(0)
    bell, flat = batches.gaussian(3)(20000, random), batches.uniform(3)(20000, random)
    assert bell.dtype == flat.dtype == np.float32 and bell.shape == (20000, 3)
    # Five standard errors: the fixed seed could be unlucky once in a million.
    assert np.abs(bell.mean(0)).max() < 5 / np.sqrt(20000) and np.abs(bell.std(0) - 1).max() < 0.03
    assert np.abs(flat.mean(0)).max() < 5 / np.sqrt(60000) and flat.min() >= -1 and flat.max() <= 1
