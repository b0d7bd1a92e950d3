"""The panels about attention: their numbers are the model's own, by its weights, by hand and by gradients."""

import json
import math

import numpy as np
import pytest
import torch
from support.transformer_panels import BOTH, TEXT, ask, net_and_row, run_of

from playground.core.config import parse
from playground.core.errors import UserError
from playground.core.layers import Matrix
from playground.core.scene import Links
from playground.families.transformer.attention_maps import attention_maps, layers_of
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.model import initial_model
from playground.families.transformer.sampling import generate, greedy
from playground.families.transformer.tokens.typed import typed, written
from playground.live.panels import encode

# ---- attention -----------------------------------------------------------------------------------


@pytest.mark.parametrize("architecture", ["decoder", "encoder_decoder", "encoder"])
@pytest.mark.parametrize("view", ["head", "mean", "rollout"])
def test_attention_is_the_models_and_sums_to_one(architecture, view):
    run = run_of(3, architecture=architecture)
    net, row = net_and_row(run, 1)
    kinds = ("self", "cross", "encoder") if architecture == "encoder_decoder" else ("self",)
    for kind in kinds:
        dials = {"row": 2, "view": view, "layer": 2, "head": 2, **({"kind": kind} if len(kinds) > 1 else {})}
        if (view, kind) == ("rollout", "cross"):
            with pytest.raises(UserError, match="Rollout"):
                ask(run, "attends", **dials)
            continue
        answer, scenes = ask(run, "attends", **dials)
        assert np.allclose(answer["weights"].sum(1), 1, atol=1e-5)
        maps = attention_maps(net, row[None])[kind][0]  # (layers, heads, queries, keys)
        expected = maps[1, 1] if view == "head" else maps[1].mean(0)
        if view == "rollout":
            expected = by_hand(maps[1]) @ by_hand(maps[0])
        assert np.allclose(answer["weights"], expected, atol=1e-5)
        links = scenes[0][1].layer("links")
        assert isinstance(links, Links) and links.weights.shape == (len(links.targets), len(links.sources))


def by_hand(layer: torch.Tensor) -> torch.Tensor:
    """(heads, length, length): half the mean of the heads, half the residual connection."""
    length = layer.shape[1]
    return torch.tensor(
        [[0.5 * float(sum(layer[:, i, j])) / len(layer) + 0.5 * (i == j) for j in range(length)] for i in range(length)]
    )


@pytest.mark.parametrize("architecture", ["decoder", "encoder_decoder"])
def test_what_is_typed_is_answered_by_the_model(architecture):
    run = run_of(2, architecture=architecture)
    net, row = net_and_row(run)
    source = run.dataset.source_length
    text = written(run.dataset, row[:source].numpy())
    answer = generate(net, row[None, :source], 6, greedy, torch.zeros(1, 6)).ids[0]
    expected = attention_maps(net, torch.cat([row[:source], answer])[None])["self"][0, 0, 0]
    assert np.allclose(ask(run, "attends", text=text)[0]["weights"], expected, atol=1e-5)
    shorter, _ = ask(run, "attends", text="ab>")
    assert np.array_equal(shorter["weights"], ask(run, "attends", text="a b →")[0]["weights"])
    assert len(shorter["queries"]) == (3 + 6 if architecture == "decoder" else 6)


def test_of_a_text_every_typed_character_is_read():
    answer, _ = ask(run_of(**TEXT), "attends", text="The cat")
    task = parse(TransformerConfig, TEXT).task
    assert answer["queries"].astype(int).tolist() == [0, *typed(task, "The cat").tolist()]


@pytest.mark.parametrize("model, architecture", [("lstm", "decoder"), ("gru", "encoder_decoder"), ("rnn", "encoder")])
def test_gradients_are_those_of_a_direct_loop(model, architecture):
    run = run_of(2, model=model, architecture=architecture)
    net, row = net_and_row(run)
    parts = [net.embedding(ids).detach().requires_grad_() for ids in net.parts(row[None])]
    with torch.enable_grad():
        logits = net.read(tuple(parts))[0]  # (answer, vocabulary)
        rows = []
        for j, right in enumerate(row[run.dataset.source_length :]):
            slopes_of = torch.autograd.grad(logits[j, right], parts, retain_graph=True, allow_unused=True)
            pairs = zip(parts, slopes_of, strict=True)
            rows.append(torch.cat([(torch.zeros_like(x) if g is None else g)[0].norm(dim=1) for x, g in pairs]))
    expected = torch.stack(rows)
    answer, _ = ask(run, "attends", row=1)
    assert np.allclose(answer["weights"], expected / expected.max(1, keepdim=True).values, atol=1e-5)


# ---- one head by hand ----------------------------------------------------------------------------


@pytest.mark.parametrize("positions", ["none", "sinusoidal", "rotary", "alibi"])
@pytest.mark.parametrize("kind", ["self", "cross", "encoder"])
def test_the_output_by_hand_is_that_of_the_layer(positions, kind):
    run = run_of(3, positions=positions, **BOTH)
    net, row = net_and_row(run)
    seen = {}
    hook = layers_of(net, kind)[1].output.register_forward_pre_hook(lambda _, given: seen.update(heads=given[0]))
    with torch.no_grad():
        net(row[None])
    hook.remove()
    answer, scenes = ask(run, "head", kind=kind, layer=2, head=2, place=5)
    assert np.allclose(answer["output"], seen["heads"][0, 4, 8:], atol=1e-5)  # the second of two heads of eight numbers
    assert np.allclose(answer["weights"].sum() + answer["rest"], 1, atol=1e-5)
    assert np.allclose(answer["parts"].sum(0) + answer["others"], answer["output"], atol=1e-5)
    assert np.allclose(answer["products"], answer["turned_keys"] @ answer["turned_query"], atol=1e-4)
    assert np.allclose(answer["scores"], answer["products"] / math.sqrt(8), atol=1e-5)
    hidden = np.isinf(answer["bias"])
    assert (answer["weights"][hidden] == 0).all() and hidden.any() == (kind == "self")
    assert (hidden == (answer["key_places"] > 5)).all() or kind != "self"
    table = scenes[1][1].layer("scores")
    assert isinstance(table, Matrix) and table.numbers is not None
    assert np.allclose(table.numbers[-1, 3, : len(answer["keys"])], answer["weights"], atol=1e-6)
    total = scenes[1][1].layer("values").numbers[-1]
    for shown in (total, table.numbers[-1, 3:]):  # what stands in the tables adds up
        assert np.allclose(shown[:, :-1].sum(1), shown[:, -1], atol=1e-5)


def test_steps_show_only_what_is_computed_so_far():
    _, scenes = ask(run_of(), "head")
    layers = [layer for _, scene in scenes for layer in scene.layers]
    known = [np.isfinite(layer.numbers).sum((1, 2)) for layer in layers]
    for counts in known:
        assert (np.diff(counts) >= 0).all() and counts[-1] == counts.max()
    assert (known[1][:2] == 0).all() and known[1][2] > 0 and known[2][0] == 0
    packed = encode({}, scenes, str)
    assert np.isnan(numbers_in(packed, 1)[0]).all() and np.isfinite(numbers_in(packed, 1)[-1]).any()


def numbers_in(message: bytes, which: int) -> np.ndarray:
    """The numbers of a matrix as they travel."""
    size = int.from_bytes(message[4:8], "little")
    at = 8 + size + sum(json.loads(message[8 : 8 + size])["sizes"][:which])
    own = int.from_bytes(message[at + 4 : at + 8], "little")
    kind, shape, offset = json.loads(message[at + 8 : at + 8 + own])["layers"][0]["arrays"]["numbers"]
    assert kind == "f4"
    return np.frombuffer(message, "<f4", math.prod(shape), at + 8 + own + offset).reshape(shape)


# ---- how far back --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["transformer", "lstm", "gru", "rnn"])
def test_gradients_reach_back_as_a_loop_says(model):
    run = run_of(3, model=model)
    answer, _ = ask(run, "reach")
    before = run_of(0, model=model)
    assert np.allclose(answer["initial"], ask(before, "reach")[0]["now"], rtol=1e-4, atol=1e-9)
    assert np.allclose(answer["initial"], answer[f"initial_{model}"], rtol=1e-5)
    assert not np.allclose(answer["now"], answer["initial"], rtol=1e-3)
    for net, name in ((net_and_row(run)[0], "now"), (initial_model(run.config), "initial")):
        sums: dict[int, list[float]] = {}
        for row in run.view._shown[:2]:
            x = net.embedding(net.parts(row[None])[0]).detach().requires_grad_()
            with torch.enable_grad():
                logits = net.read((x,))[0]
            for j, right in enumerate(row[7:]):
                slope = torch.autograd.grad(logits[j, right], x, retain_graph=True)[0][0].norm(dim=1)
                for back in range(7 + j + 1):
                    sums.setdefault(back, []).append(float(slope[7 + j - back]))
        expected = [np.mean(sums[back]) for back in range(13)]
        assert np.allclose(answer[name], expected, rtol=1e-4, atol=1e-9)


def test_accuracy_by_distance_is_counted():
    run = run_of(5)
    answer, _ = ask(run, "reach")
    assert answer["distances"].tolist() == [2, 4, 6, 8, 10, 12]
    context = run.view.context(run.current())
    rows = context.fresh(run.dataset, 256)
    with torch.no_grad():
        right = (context.net(rows).argmax(2) == rows[:, 7:]).float().mean(0)
    assert np.allclose(answer["accuracy"], right, atol=1e-6) and (answer["counts"] == 256).all()
    assert "accuracy" not in ask(run_of(data="sort"), "reach")[0]
