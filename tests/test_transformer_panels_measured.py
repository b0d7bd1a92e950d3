"""The panels about positions, and about time against length."""

import numpy as np
import pytest
import torch
from support.transformer_panels import REVERSE, ask, run_of

from playground.core.config import parse
from playground.families.transformer import timing
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.model import initial_model
from playground.families.transformer.networks.positions import Rotary, slopes
from playground.families.transformer.position_maps import turned_pairs

# ---- positions -----------------------------------------------------------------------------------


def test_pictures_of_positions_equal_their_formulas():
    rotary, sinusoidal, alibi = (
        ask(run_of(positions=name), "positions")[0] for name in ("rotary", "sinusoidal", "alibi")
    )
    d, waves = np.arange(64), 10_000.0 ** (-np.arange(0, 8, 2) / 8)  # of heads of 8 numbers
    assert np.allclose(rotary["encoding"], np.cos(d[:, None] * waves), atol=1e-5)
    assert np.allclose(rotary["by_distance"][0], np.cos(d[:, None] * waves).mean(1), atol=1e-5)
    long = 10_000.0 ** (-np.arange(0, 16, 2) / 16)
    assert np.allclose(sinusoidal["encoding"][:, 1::2], np.cos(d[:, None] * long), atol=1e-5)
    assert np.allclose(sinusoidal["by_distance"][0], np.cos(d[:, None] * long).mean(1), atol=1e-4)
    assert np.allclose(alibi["by_distance"], -slopes(2)[:, None] * d, atol=1e-5)


def test_what_rotary_turns_is_what_the_model_turns():
    vectors = torch.randn(2, 8, generator=torch.Generator().manual_seed(0))
    places = torch.tensor([[5.0, 2.0], [9.0, 6.0]])
    turned = Rotary().turn(vectors[None, :, None].expand(1, 2, 12, 8).contiguous())[0]  # (2, 12, 8)
    for pair in range(4):
        found = turned_pairs(vectors, pair, places)
        for moment, both in enumerate(places.int().tolist()):
            for k, place in enumerate(both):
                assert torch.allclose(found[moment, k], turned[k, place, [pair, pair + 4]], atol=1e-5)
    answer, _ = ask(run_of(), "positions", pair=2, distance=4)
    products = (answer["turned"][:, 0] * answer["turned"][:, 1]).sum(1)
    assert np.allclose(products, answer["product"][0], atol=1e-5)


def test_accuracy_at_each_length_is_counted():
    run = run_of(4)
    answer, _ = ask(run, "positions")
    assert answer["lengths"].tolist() == [2 * n + 1 for n in (3, 6, 9, 12, 18, 24)]
    context = run.view.context(run.current())
    longer = run.dataset.longer(2)
    rows = context.fresh(longer, 2500 // longer.dim)
    with torch.no_grad():
        right = context.net(rows, longer.source_length).argmax(2) == rows[:, longer.source_length :]
    assert answer["accuracy"][3] == pytest.approx(float(right.float().mean()), abs=1e-6)
    learned = ask(run_of(positions="learned"), "positions")[0]
    assert np.isnan(learned["accuracy"]).tolist() == [False, False, True, True, True, True]


# ---- time ----------------------------------------------------------------------------------------


def test_time_is_measured_within_its_budget():
    models = [initial_model(parse(TransformerConfig, {**REVERSE, "model": name})) for name in ("transformer", "rnn")]
    cpu = torch.device("cpu")
    for what in timing.PASSES:
        seconds = timing.against_length(models, what, (4, 8, 2000), 2, 0.5, cpu)
        assert seconds.shape == (2, 3) and (seconds[:, :2] > 0).all()
    spent = timing.against_length(models, "forward", (4, 8, 16), 2, 0.0, cpu)
    assert (spent[:, :2] > 0).all() and spent[:, 2:].isnan().all()


def test_a_pass_reads_every_token_and_a_step_has_every_gradient(monkeypatch):
    model, ids = initial_model(parse(TransformerConfig, REVERSE)), torch.arange(12).view(2, 6)
    seen = []
    monkeypatch.setattr(torch.autograd, "grad", lambda total, parameters: seen.append((total, parameters)))
    timing.training_step(model, ids)
    ((total, parameters),) = seen
    assert len(parameters) == len(list(model.parameters())) and total.requires_grad
    expected = model.logits(model.decode(model.embedding(ids))).square().mean()
    assert torch.allclose(total, expected)
