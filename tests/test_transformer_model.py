"""Training of Transformers and recurrent networks: the loss, schedules, sizes, exact resumption, settings."""

import math

import numpy as np
import pytest
import torch
from support.transformer_runs import KINDS, config_of, every_kind, experiment_of, same
from torch.nn import functional as F

from playground.core.config import parse, relevant, specs
from playground.core.errors import UserError
from playground.core.preset import PRESET_GROUPS
from playground.families.transformer import schedules
from playground.families.transformer.config import (
    RECURRENT,
    TransformerConfig,
    effective_width,
    parameter_counts,
)
from playground.families.transformer.experiment import TransformerExperiment
from playground.families.transformer.formulas import FORMULAS, switched_on
from playground.families.transformer.model import Likelihood, build, initial_model, token_nats
from playground.families.transformer.networks.transformer import Transformer
from playground.families.transformer.presets import PRESETS

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
