"""What is seen of a model of sequences: frames, scores and samples, attention by hand, gradients by inputs."""

import math

import numpy as np
import pytest
import torch
from support.transformer_runs import KINDS, config_of, every_kind, experiment_of, same

from playground.core.contract import Frame
from playground.families.transformer.attention_maps import attention_maps, head_by_hand, rollout
from playground.families.transformer.gradients import input_gradients, reach
from playground.families.transformer.model import initial_model

# ---- what is seen --------------------------------------------------------------------------------


@every_kind
def test_frames_scores_and_samples(kind):
    experiment = experiment_of(kind, execution="eager")
    experiment.step()
    task, frame = experiment.config.task, experiment.snapshot()
    s, a = task.source_length, task.answer_length
    assert frame["rows"].shape == (8, s + a) and frame["predicted"].shape == frame["probability"].shape == (8, a)
    assert np.array_equal(frame["right"], frame["predicted"] == frame["rows"][:, s:])
    assert frame["accuracy"].shape == (a,)
    written = frame["generated"].shape[1]
    assert written == (a if s else a - a // 4) and frame["next_tokens"].shape == (written, 5)
    assert np.array_equal(frame["next_tokens"][:, 0], frame["generated"][0])
    assert (np.diff(frame["next_probabilities"].astype(float)) <= 0).all()
    transformer = experiment.config.model == "transformer"
    assert ("attention" in frame) == transformer and ("gradients" in frame) == (not transformer)
    for name in {"attention", "encoder", "cross"} & frame.keys():
        assert np.allclose(frame[name].astype(float).sum(3), 1, atol=5e-3)
    if transformer:
        assert ("cross" in frame) == (experiment.config.architecture == "encoder_decoder")
    again = Frame.from_bytes(1, Frame(1, frame).to_bytes())
    assert same(dict(again.arrays), frame)
    assert all(np.isfinite(array).all() for array in frame.values())

    for thorough in (False, True) if kind != "text" else (False,):
        scores = experiment.evaluate(thorough)
        assert {"nats"} | ({"bits", "train_bits"} if kind == "text" else {"accuracy", "exact_match"}) <= scores.keys()
        assert all(math.isfinite(score.value) for score in scores.values())
    rows = experiment.sample(5, 3)
    assert rows.shape == (5, s + a) and rows.dtype == np.float32
    assert np.array_equal(rows, experiment.sample(5, 3)) and not np.array_equal(rows, experiment.sample(5, 4))
    log_p = experiment.log_prob(rows)
    assert log_p.shape == (5,) and (log_p < 0).all()


def test_log_prob_sums_to_one_over_all_answers():
    experiment = experiment_of("transformer", length=2)
    task, source = experiment.config.task, experiment.config.task.sample(1, np.random.default_rng(0))[0, :3]
    size = len(task.vocabulary)
    answers = np.stack(np.meshgrid(np.arange(size), np.arange(size)), -1).reshape(-1, 2)
    rows = np.concatenate([np.tile(source, (len(answers), 1)), answers], 1).astype(np.float32)
    assert np.exp(experiment.log_prob(rows).astype(np.float64)).sum() == pytest.approx(1, abs=1e-5)


def test_exact_match_is_that_of_what_is_written():
    """The score reads the right answers; a causal model that writes makes the first mistake at the same place."""
    experiment = experiment_of("transformer", length=3, lr=1e-2, batch=32, warmup=5, execution="eager")
    for _ in range(60):
        experiment.step()
    scorer, net = experiment.view.scorer, experiment.current().model
    rows = scorer.rows["valid"]
    _, right, counted = scorer.judge(net, rows)
    quick = scorer.exact_match(net, rows, right, counted, len(rows))
    net.causal = False  # now it has to write, and recomputes everything
    try:
        written = scorer.exact_match(net, rows, right, counted, len(rows))
    finally:
        net.causal = True
    assert 0.05 < quick < 1 and quick == written


# ---- attention and gradients ---------------------------------------------------------------------


@pytest.mark.parametrize("positions", ["none", "rotary", "alibi"])
@pytest.mark.parametrize("kind, which", [("transformer", "self"), ("crossed", "cross"), ("crossed", "encoder")])
def test_one_head_by_hand_gives_the_models_weights(positions, kind, which):
    config = config_of(**KINDS[kind], positions=positions)
    net, row = initial_model(config), torch.from_numpy(config.task.sample(1, np.random.default_rng(0))[0]).long()
    maps = attention_maps(net, row[None])[which]
    for layer, head, query in ((0, 0, 1), (1, 1, 3)):
        steps = head_by_hand(net, row, query, layer, head, which)
        assert torch.allclose(steps["weights"], maps[0, layer, head, query], atol=1e-6)
        assert torch.allclose(steps["output"], steps["weights"] @ steps["values"], atol=1e-6)
        size = steps["queries"].shape[1]
        assert torch.allclose(steps["scores"], steps["products"] / math.sqrt(size), atol=1e-6)
        if positions != "rotary":
            assert torch.allclose(steps["products"], steps["keys"] @ steps["queries"][query], atol=1e-5)


def test_rollout_multiplies_layers():
    weights = torch.rand(2, 3, 4, 5, 5, generator=torch.Generator().manual_seed(0)).tril()
    weights = weights / weights.sum(4, keepdim=True)
    found = rollout(weights)
    expected = np.eye(5)
    for layer in range(3):
        mixed = 0.5 * weights[1, layer].mean(0).numpy() + 0.5 * np.eye(5)
        expected = mixed @ expected
        assert np.allclose(found[1, layer], expected, atol=1e-6)
    assert np.allclose(found.sum(3), 1, atol=1e-5)


@every_kind
def test_gradients_by_inputs_are_those_of_finite_differences(kind):
    config = config_of(**KINDS[kind])
    net = initial_model(config)
    row = torch.from_numpy(config.task.sample(1, np.random.default_rng(0))[0]).long()
    found = input_gradients(net, row[None])[0]
    parts = [net.embedding(ids) for ids in net.parts(row[None])]
    inputs = sum(part.shape[1] for part in parts)
    s = config.task.source_length
    assert found.shape == (len(row) - s, inputs)
    j, direction = 2, torch.randn(net.width, generator=torch.Generator().manual_seed(1))
    direction = direction / direction.norm()
    logits = []
    for step in (-1e-2, 1e-2):
        moved = [part.clone() for part in parts]
        moved[0][0, 1] += step * direction
        with torch.no_grad():
            logits.append(float(net.read(tuple(moved))[0, j, row[s + j]]))
    exact = [part.detach().requires_grad_() for part in parts]
    (gradient,) = torch.autograd.grad(net.read(tuple(exact))[0, j, row[s + j]], exact[:1])
    assert float(gradient[0, 1] @ direction) == pytest.approx((logits[1] - logits[0]) / 2e-2, abs=2e-3)
    assert float(found[j, 1]) == pytest.approx(float(gradient[0, 1].norm()), rel=1e-3, abs=1e-6)


def test_reach_is_the_mean_over_outputs():
    gradients = torch.arange(12.0).view(1, 2, 6)  # outputs stand at positions 4 and 5
    found = reach(gradients)
    assert float(found[0]) == (gradients[0, 0, 4] + gradients[0, 1, 5]) / 2
    assert float(found[4]) == (gradients[0, 0, 0] + gradients[0, 1, 1]) / 2
    assert float(found[5]) == gradients[0, 1, 0]


def test_a_linear_rnn_reaches_back_by_powers_of_its_matrix():
    """With the state's matrix a times a rotation and small numbers, the gradient falls by a with every step."""
    config = config_of(data="copy", gap=20, model="rnn", layers=1, match=False)
    net = initial_model(config)
    with torch.no_grad():
        net.decoder[0].weight_hh.mul_(0.8)
        net.decoder[0].weight_ih.copy_(1e-3 * torch.eye(16))
    row = torch.from_numpy(config.task.sample(1, np.random.default_rng(0))[0]).long()
    found = reach(input_gradients(net, row[None]))
    assert torch.allclose(found[11:20] / found[10:19], torch.full((9,), 0.8), atol=0.02)
