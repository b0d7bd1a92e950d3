"""Training of Transformers and recurrent networks: the loss, schedules, sizes, exact resumption, and what is seen."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from playground.core.config import parse, relevant, specs
from playground.core.contract import Frame
from playground.core.errors import UserError
from playground.core.preset import PRESET_GROUPS
from playground.families.transformer import schedules
from playground.families.transformer.attention_maps import attention_maps, head_by_hand, rollout
from playground.families.transformer.config import (
    RECURRENT,
    TransformerConfig,
    effective_width,
    parameter_counts,
)
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.formulas import FORMULAS, switched_on
from playground.families.transformer.gradients import input_gradients, reach
from playground.families.transformer.model import Likelihood, build, initial_model, token_nats
from playground.families.transformer.networks.transformer import Transformer
from playground.families.transformer.presets import PRESETS

SMALL: dict[str, Any] = {"data": "reverse", "length": 4, "batch": 8, "width": 16, "layers": 2, "heads": 2}
BOTH = {"architecture": "encoder_decoder"}
KINDS = {
    "transformer": {},
    "crossed": BOTH,
    "encoder": {"architecture": "encoder"},
    "dropout": {"dropout": 0.2, "smoothing": 0.1, "schedule": "cosine", "horizon": 9},
    "ends": {"data": "number_words", "digits": 2, **BOTH},
    "lstm": {"model": "lstm"},
    "gru": {"model": "gru", **BOTH, "attention": False},
    "rnn": {"model": "rnn", "architecture": "encoder", "dropout": 0.1},
    "attentive": {"model": "lstm", **BOTH},
    "text": {"data": "alice", "window": 16, "tied": True},
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def config_of(**settings) -> TransformerConfig:
    return parse(TransformerConfig, SMALL | settings)


def experiment_of(kind: str, **settings) -> TransformerExperiment:
    return TransformerExperiment(config_of(**KINDS[kind], **settings))


def same(first, second) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)


# ---- the loss ------------------------------------------------------------------------------------


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_nats_equal_torchs_cross_entropy(smoothing):
    generator = torch.Generator().manual_seed(0)
    logits, answers = torch.randn(3, 5, 7, generator=generator), torch.randint(7, (3, 5), generator=generator)
    found = token_nats(logits, answers, smoothing)
    expected = F.cross_entropy(logits.transpose(1, 2), answers, reduction="none", label_smoothing=smoothing)
    assert torch.allclose(found, expected, atol=1e-6)


def test_answers_after_the_end_are_not_judged():
    experiment = experiment_of("ends")
    batch = experiment.batch(0)
    task, rows = experiment.config.task, batch["rows"].numpy()
    assert np.array_equal(batch["counted"].numpy() > 0, task.counted(rows)) and (batch["counted"] == 0).any()
    other = rows.copy()
    other[:, task.source_length :] = np.where(task.counted(rows), rows[:, task.source_length :], 7)
    state, settings = experiment.get_state()
    update = experiment.objective.update
    # What is not judged comes after the end, so neither the loss nor any judged output depends on it.
    losses = [update(state, settings, batch | {"rows": torch.from_numpy(r)})[1]["loss"] for r in (rows, other)]
    assert torch.allclose(*losses, atol=1e-6)


def test_an_update_is_adam_on_the_likelihood():
    """Three updates equal torch's AdamW on torch's cross entropy."""
    experiment = experiment_of("transformer", decay=0.5, warmup=0, clip=1000.0, execution="eager")
    net = build(experiment.config)
    experiment.objective.load_weights(net, {"average": experiment._state["w"]}, {})
    adamw = torch.optim.AdamW(net.parameters(), lr=experiment.config.lr, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.5)
    source = experiment.config.task.source_length
    for number in range(3):
        rows = experiment.batch(number)["rows"].long()
        loss = F.cross_entropy(net(rows).transpose(1, 2), rows[:, source:])
        adamw.zero_grad()
        loss.backward()
        adamw.step()
        assert experiment.step()["loss"] == pytest.approx(loss.item(), abs=1e-5)
    ours = experiment.objective.parameters.views(experiment._state["w"])
    for name, parameter in net.named_parameters():
        assert torch.allclose(ours[name], parameter, atol=2e-4), name


# ---- schedules -----------------------------------------------------------------------------------


def rates(name: str, warmup: float, horizon: float, steps: int) -> np.ndarray:
    count = torch.arange(1.0, steps + 1)
    return schedules.SCHEDULES[name](count, torch.tensor(warmup), torch.tensor(horizon)).numpy()


def test_schedules_are_what_is_said():
    t = np.arange(1, 41)
    assert np.allclose(rates("constant", 10, 100, 40), np.minimum(1, t / 10))
    assert np.allclose(rates("constant", 0, 100, 40), 1)
    paper = np.minimum(t**-0.5, t * 10**-1.5)  # equation 3, but for the factor d^-0.5
    assert np.allclose(rates("inverse_sqrt", 10, 100, 40), paper / paper.max())
    cosine = rates("cosine", 10, 30, 40)
    assert np.allclose(cosine[:10], t[:10] / 10)
    rest = schedules.FINAL
    assert np.allclose(cosine[19], rest + (1 - rest) / 2) and np.allclose(cosine[29:], rest)
    assert (np.diff(cosine[9:30]) < 0).all()


def test_the_rate_in_force_is_told():
    experiment = experiment_of("transformer", warmup=4, lr=8e-3, execution="eager")
    assert [experiment.step()["rate"] for _ in range(6)] == pytest.approx([2e-3, 4e-3, 6e-3, 8e-3, 8e-3, 8e-3])


# ---- sizes ---------------------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize(
    "more", [{}, {"tied": True}, {"positions": "learned", "norm": "post"}, {"ratio": 2, "layers": 3}]
)
def test_parameters_are_counted_without_a_network(kind, more):
    config = config_of(**KINDS[kind] | more)
    counted, width = parameter_counts(config)[config.model]
    assert counted == Likelihood(config).parameters.size and width == effective_width(config)


@pytest.mark.parametrize("architecture", ["decoder", "encoder_decoder", "encoder"])
@pytest.mark.parametrize("width", [32, 48, 64, 128])
@pytest.mark.parametrize("layers", [1, 2, 4])
def test_rivals_have_as_many_parameters(architecture, width, layers):
    settings = {"data": "copy", "gap": 30, "architecture": architecture, "width": width, "layers": layers}
    counts = parameter_counts(config_of(**settings, model="lstm"))
    assert all(counts[model][0] == pytest.approx(counts["transformer"][0], rel=0.02) for model in RECURRENT)
    assert effective_width(config_of(**settings, model="gru", match=False)) == width


# ---- exactness -----------------------------------------------------------------------------------


@every_kind
def test_traced_and_eager_agree_to_the_bit(kind):
    runs = [experiment_of(kind, execution=execution) for execution in ("eager", "traced")]
    rows = [[run.step() for _ in range(4)] for run in runs]
    assert rows[0] == rows[1] and same(*(run.state_dict() for run in runs))
    assert runs[1].execution == ("eager" if kind == "attentive" else "traced")


@every_kind
def test_resuming_is_exact(kind):
    whole, half = experiment_of(kind, execution="eager"), experiment_of(kind, execution="eager")
    for _ in range(5):
        whole.step()
    for _ in range(2):
        half.step()
    rest = experiment_of(kind, execution="eager")
    rest.load_state_dict(half.state_dict())
    for _ in range(3):
        rest.step()
    assert same(rest.state_dict(), whole.state_dict()) and same(rest.snapshot(), whole.snapshot())


def test_live_settings_need_no_new_preparation():
    experiment = experiment_of("transformer")
    experiment.step()
    program = experiment._program("update")
    live = {s.name for s in specs(TransformerConfig) if s.live}
    assert live == {"lr", "warmup", "horizon", "decay", "clip", "ema"}
    experiment.configure(experiment.config.changed(lr=1e-4, warmup=7, ema=0.5))
    assert experiment._program("update") is program


@pytest.mark.parametrize("model", ["transformer", *RECURRENT])
def test_a_default_run_fits_into_its_timeline(model):
    from playground.engine.limits import Limits

    experiment = TransformerExperiment(parse(TransformerConfig, {"model": model, "execution": "eager"}))
    state = sum(array.nbytes for array in experiment.state_dict().values())
    frame = sum(array.nbytes for array in experiment.snapshot().values())
    limits = Limits()
    assert state * limits.states + frame * limits.frames < 40e6 and state < 4e6


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


# ---- settings ------------------------------------------------------------------------------------


def test_few_settings_are_shown_at_first():
    for model in ("transformer", *RECURRENT):
        for architecture in ("decoder", "encoder_decoder", "encoder"):
            values = TransformerConfig(model=model, architecture=architecture).model_dump()
            shown = [s for s in relevant(TransformerConfig, values) if s.key is not None and s.group != "data"]
            assert 3 <= len(shown) <= 5, [s.name for s in shown]


def test_settings_without_a_part_are_hidden():
    def names(**settings):
        return {s.name for s in relevant(TransformerConfig, TransformerConfig(**settings).model_dump())}

    assert {"heads", "positions", "norm"} <= names() and not {"match", "attention"} & names()
    assert not {"heads", "positions", "norm", "causal"} & names(model="lstm") and "match" in names(model="lstm")
    assert "attention" in names(model="gru", architecture="encoder_decoder")
    assert not {"architecture", "attention"} & names(data="alice", model="gru", architecture="encoder_decoder")
    assert "ratio" in names(model="lstm") and "ratio" not in names(model="lstm", match=False)
    assert "causal" not in names(architecture="encoder")


def test_learned_positions_say_where_they_end():
    config = config_of(positions="learned")
    net = initial_model(config)
    assert isinstance(net, Transformer)
    with pytest.raises(UserError):
        net(torch.ones(1, 20, dtype=torch.long), source=10)


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_trained(name):
    preset = PRESETS[name]
    assert preset.group in PRESET_GROUPS
    config = parse(TransformerConfig, preset.settings | {"execution": "eager", "batch": 8})
    shown = {s.name for s in relevant(TransformerConfig, config.model_dump())}
    assert preset.settings.keys() <= shown
    experiment = TransformerExperiment(config)
    assert all(math.isfinite(value) for value in experiment.step().values())
    assert all(formula in FORMULAS for formula in switched_on(config))
