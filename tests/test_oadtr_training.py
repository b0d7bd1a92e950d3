"""Training to detect actions: the loss, schedules, several models in one run, batches, exact resumption, settings."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from support.detectors import Bare, pooled_of
from torch.nn import functional as F

from playground.core.config import parse, relevant, specs
from playground.core.preset import PRESET_GROUPS
from playground.data.streams.stream_data import AMBIGUOUS
from playground.families.oadtr import schedules
from playground.families.oadtr.config import OadtrConfig, specs_of
from playground.families.oadtr.experiment import class_weights, labels_around
from playground.families.oadtr.formulas import FORMULAS, switched_on
from playground.families.oadtr.model import Contestants, build_all, cross_entropy, initial_models, targets
from playground.families.oadtr.networks.oadtr import OadTR
from playground.families.oadtr.presets import DIVERGING, PRESETS
from playground.families.oadtr.streaming import predict
from playground.metrics.online_detection import mean_average_precision

SMALL: dict[str, Any] = {"batch": 8, "width": 16, "window": 6, "layers": 1, "queries": 3, "execution": "eager"}
KINDS = {
    "oadtr": {},
    "neither": {"token": False, "decoder": False},
    "trn": {"model": "trn"},
    "lstm": {"model": "lstm", "class_weight": "balanced"},
    "three": {"second": "trn", "third": "mlp", "lookahead": 2},
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def config_of(**settings) -> OadtrConfig:
    return parse(OadtrConfig, SMALL | {"second": "none", "third": "none"} | settings)


# ---- the loss ------------------------------------------------------------------------------------


def test_cross_entropy_equals_torchs():
    generator = torch.Generator().manual_seed(0)
    logits, labels = torch.randn(5, 2, 4, generator=generator), torch.randint(-1, 4, (5, 2), generator=generator)
    assert (labels < 0).any()
    for weights in (torch.ones(4), torch.rand(4, generator=generator)):
        found = cross_entropy(logits, labels, weights)
        expected = F.cross_entropy(logits.flatten(0, 1), labels.flatten(), weights, ignore_index=-1)
        assert torch.allclose(found, expected, atol=1e-6)
    assert cross_entropy(logits, torch.full_like(labels, -1), torch.ones(4)) == 0


def test_every_judged_frame_has_its_own_future():
    labels = torch.arange(2 * 9).view(2, 9)  # a window of 6 frames and 3 after it
    current, after = targets(labels, 6, 3)
    assert torch.equal(current, labels[:, :6]) and after.shape == (2, 6, 3)
    for t in range(6):
        assert torch.equal(after[:, t], labels[:, t + 1 : t + 4])
    current, after = targets(labels, 1, 3)
    assert torch.equal(current, labels[:, 5:6]) and torch.equal(after, labels[:, None, 6:])


def test_labels_around_a_frame_end_with_its_stream():
    pooled = pooled_of(5, 4, 9)
    found = labels_around(pooled, np.arange(18), 3, 2)
    for frame in range(18):
        for place, at in enumerate(range(frame - 2, frame + 3)):
            inside = pooled.first[frame] <= at <= pooled.last[frame]
            assert found[frame, place] == (pooled.labels[at] if inside else AMBIGUOUS)


def test_balanced_classes_weigh_the_same():
    labels = np.repeat([-1, 0, 1, 2], [3, 60, 30, 10])
    weights = class_weights(labels, 4, "balanced")
    assert np.allclose(weights[:3] * [60, 30, 10], 25) and np.isfinite(weights).all()
    assert (class_weights(labels, 4, "none") == 1).all()


def loss_by_hand(net, config, batch):
    """Of one model, from what it says of the windows."""
    output, labels = net.every(batch["x"]), batch["labels"]
    judged = output.current.shape[1]
    total = torch.zeros(())
    seen, rights = output.current.flatten(0, 1), labels[:, config.window - judged : config.window].flatten()
    total = total + F.cross_entropy(seen, rights, batch["weights"], ignore_index=-1)
    if output.future is not None:
        frames = range(config.window - judged + 1, config.window + 1)
        rights = torch.stack([labels[:, t : t + config.queries] for t in frames], 1)
        forecast = F.cross_entropy(output.future.flatten(0, 2), rights.flatten(), batch["weights"], ignore_index=-1)
        total = total + config.future_weight * forecast
    return total


@every_kind
def test_an_update_is_adam_on_each_model_alone(kind):
    """Three updates equal torch's AdamW on each model's own loss, its gradient clipped by itself."""
    config = config_of(**KINDS[kind], decay=0.5, clip=0.3, schedule="constant")
    experiment = Bare(config)
    nets = build_all(config)
    experiment.objective.load_weights(nets, {"average": experiment._state["w"]}, {})
    each = {name: nets[name] for name in config.contestants}
    adamws = {name: torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.5) for name, net in each.items()}
    for number in range(3):
        batch, scalars = experiment.batch(number), experiment.step()
        for place, (name, net) in enumerate(each.items()):
            suffix = f"_{place + 1}" if place else ""
            current = net(batch["x"]).current
            right = batch["labels"][:, config.window - 1]
            loss = F.cross_entropy(current, right, batch["weights"], ignore_index=-1)
            assert scalars[f"loss{suffix}"] == pytest.approx(loss.item(), abs=1e-5)
            adamws[name].zero_grad()
            loss_by_hand(net, config, batch).backward()
            length = torch.nn.utils.clip_grad_norm_(net.parameters(), config.clip)
            assert scalars[f"grad{suffix}"] == pytest.approx(length.item(), rel=1e-3)
            adamws[name].step()
    ours = experiment.objective.parameters.views(experiment._state["w"])
    for name, parameter in nets.named_parameters():
        assert torch.allclose(ours[name], parameter, atol=2e-4), name


def test_models_of_a_run_do_not_disturb_each_other():
    alone, beside = Bare(config_of()), Bare(config_of(second="trn", third="no_token"))
    for _ in range(4):
        first, second = alone.step(), beside.step()
        assert {name: second[name] for name in first} == pytest.approx(first, abs=1e-5)
    size = alone.objective.parameters.size
    assert torch.allclose(alone._state["w"], beside._state["w"][:size], atol=1e-5)


# ---- schedules -----------------------------------------------------------------------------------


def rates(name: str, horizon: float, steps: int) -> np.ndarray:
    return schedules.SCHEDULES[name](torch.arange(1.0, steps + 1), torch.tensor(horizon)).numpy()


def test_one_cycle_is_torchs():
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    theirs = torch.optim.lr_scheduler.OneCycleLR(optimiser, max_lr=1.0, total_steps=50, cycle_momentum=False)
    expected = []
    for _ in range(50):
        expected.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        if len(expected) < 50:
            theirs.step()
    found = rates("one_cycle", 50, 60)
    assert np.allclose(found[:50], expected, atol=1e-6) and np.allclose(found[50:], expected[-1], atol=1e-6)


def test_drops_are_the_papers():
    assert np.allclose(rates("drops", 40, 50), np.repeat([1, 0.1, 0.01, 0.001, 0.001], 10))
    assert (rates("constant", 40, 50) == 1).all()


# ---- batches and state ---------------------------------------------------------------------------


@pytest.mark.parametrize("lookahead", [0, 2])
def test_batches_are_windows_with_their_labels(lookahead):
    config = config_of(lookahead=lookahead)
    batch, pooled = Bare(config).batch(3), config.streams.pooled("train")
    assert batch["x"].shape == (8, 6, config.streams.dim) and batch["labels"].shape == (8, 9)
    for x, labels in zip(batch["x"].numpy(), batch["labels"].numpy(), strict=True):
        (frames,) = np.nonzero((pooled.features == x[-1 - lookahead]).all(1))
        (frame,) = frames
        assert labels[5] == pooled.labels[frame] >= 0
        assert np.array_equal(x, pooled.features[pooled.windows(np.array([frame]), 6, lookahead)[0]])


@every_kind
def test_traced_and_eager_agree_and_resume(kind):
    plain, traced = Bare(config_of(**KINDS[kind])), Bare(config_of(**KINDS[kind], execution="traced"))
    for number in range(6):
        if number == 3:
            kept = plain.state_dict()
        assert plain.step() == traced.step()
    state = plain.state_dict()
    again = Bare(config_of(**KINDS[kind]))
    again.load_state_dict(kept)
    for _ in range(3):
        again.step()
    for other in (traced, again):
        found = other.state_dict()
        assert found.keys() == state.keys() and all(np.array_equal(found[name], state[name]) for name in state)


def test_it_learns_more_than_the_commonest_class():
    """The entropy of the labels is what a model pays that knows their frequencies alone."""
    config = parse(OadtrConfig, {"model": "mlp", "second": "lstm", "width": 32, "horizon": 150, "lr": 1e-2})
    experiment = Bare(config)
    rows = [experiment.step() for _ in range(150)]
    labels = config.streams.pooled("train").labels
    shares = np.bincount(labels[labels >= 0]) / (labels >= 0).sum()
    entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
    one, memory = (np.mean([row[name] for row in rows[-20:]]) for name in ("loss", "loss_2"))
    assert memory < one < 0.8 * entropy


def test_shuffled_labels_teach_nothing():
    """Calibrated average precision is a half for who guesses."""
    found = {}
    for shuffled in (False, True):
        config = parse(OadtrConfig, {"model": "mlp", "shuffled": shuffled, "lr": 1e-2, "horizon": 150})
        experiment = Bare(config)
        for _ in range(150):
            experiment.step()
        pooled = config.streams.pooled("test")
        p = predict(experiment.model(experiment.weights())["mlp"], pooled).current.numpy()
        found[shuffled] = mean_average_precision(p, pooled.labels, calibrated=True)
    assert found[True] == pytest.approx(0.5, abs=0.03) and found[False] > 0.85


# ---- settings ------------------------------------------------------------------------------------


def test_contestants_are_the_different_networks():
    assert config_of().contestants == ("oadtr",)
    assert config_of(third="mlp").contestants == ("oadtr",)  # there is no third without a second
    assert config_of(second="no_token", third="no_decoder").contestants == ("oadtr", "no_token", "no_decoder")
    assert config_of(second="oadtr", third="lstm").contestants == ("oadtr", "lstm")
    assert config_of(token=False, second="no_token", third="mlp").contestants == ("oadtr", "mlp")
    assert config_of(model="trn", second="no_token", token=False).contestants == ("trn", "no_token")
    nets = build_all(config_of(second="no_token", third="no_decoder"))
    assert isinstance(nets, Contestants)
    found = [nets[name] for name in ("oadtr", "no_token", "no_decoder")]
    assert [(net.token is None, net.decoder is None) for net in found if isinstance(net, OadTR)] == [
        (False, False), (True, False), (False, True)
    ]  # fmt: skip


def test_parameters_of_the_page_are_those_of_the_networks():
    config = config_of(second="trn", third="lstm")
    nets = initial_models(config)
    counts = {name: sum(p.numel() for p in nets[name].parameters()) for name in config.contestants}
    assert {name: spec.parameters for name, spec in specs_of(config).items()} == counts and sum(
        counts.values()
    ) == Bare(config).parameters


def test_settings_that_play_no_part():
    def names(**settings) -> set[str]:
        return {s.name for s in relevant(OadtrConfig, config_of(**settings).model_dump())}

    own, forecast = {"token", "decoder", "positions", "heads"}, {"queries", "future_weight"}
    assert own | forecast | {"decoder_layers"} <= names()
    assert not (own | forecast | {"decoder_layers"}) & names(model="lstm", second="mlp")
    assert own <= names(model="lstm", second="no_token")
    assert "layers" in names(model="lstm", second="mlp") and "layers" not in names(model="lstm", second="trn")
    assert forecast <= names(model="trn") and "decoder_layers" not in names(model="trn")
    assert not forecast & names(decoder=False) and "decoder_layers" in names(model="mlp", second="oadtr")
    assert "lookahead" not in names(window=1) and config_of(window=3, lookahead=9).ahead == 2


def test_few_settings_are_shown_at_first():
    for data in OadtrConfig.model_fields["data"].annotation.__args__:
        values = OadtrConfig.model_construct(data=data).model_dump()
        keys = [s.name for s in relevant(OadtrConfig, values) if s.key is not None]
        assert len(keys) <= 5, (data, keys)
    assert {s.name for s in specs(OadtrConfig) if s.live} >= {"lr", "clip", "future_weight", "ema"}


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_trained(name):
    preset = PRESETS[name]
    assert preset.group in PRESET_GROUPS
    config = parse(OadtrConfig, preset.settings | {"execution": "eager", "batch": 8})
    assert preset.settings.keys() <= {s.name for s in relevant(OadtrConfig, config.model_dump())}
    assert all(math.isfinite(value) for value in Bare(config).step().values())
    assert all(formula in FORMULAS for formula in switched_on(config))


def test_divergence():
    experiment = Bare(config_of(**DIVERGING))
    assert any(not all(map(math.isfinite, experiment.step().values())) for _ in range(300))
