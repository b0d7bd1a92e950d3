"""Transformers and recurrent networks equal torch's with the same weights, and see nothing that comes later."""

import math

import numpy as np
import pytest
import torch
from support.sequences import (
    CASES,
    HEADS,
    LENGTH,
    SHAPES,
    VOCABULARY,
    WIDTH,
    N,
    filled,
    model_of,
    numbers,
    rng,
    rows_of,
)
from torch import nn
from torch.nn import functional as F

from playground.families.transformer.networks import positions as places
from playground.families.transformer.networks.attention import MultiHead, attention
from playground.families.transformer.networks.bahdanau import AdditiveAttention
from playground.families.transformer.networks.block import Block
from playground.families.transformer.networks.dropout import Dropout
from playground.families.transformer.networks.recurrent import Layer
from playground.families.transformer.networks.transformer import Transformer
from playground.training.scan import CELLS, scan

CLOSE = {"rtol": 1e-5, "atol": 1e-5}


# ---- attention -----------------------------------------------------------------------------------


@pytest.mark.parametrize("causal", [False, True])
def test_attention_equals_torchs(causal):
    q, k, v = (numbers(N, HEADS, LENGTH, 4, seed=seed) for seed in range(3))
    hidden = torch.ones(LENGTH, LENGTH).triu(1).bool()
    bias = torch.zeros(LENGTH, LENGTH).masked_fill(hidden, -math.inf) if causal else None
    found, weights = attention(q, k, v, bias)
    assert torch.allclose(found, F.scaled_dot_product_attention(q, k, v, is_causal=causal), **CLOSE)
    assert torch.allclose(weights.sum(3), torch.ones(N, HEADS, LENGTH), **CLOSE)
    assert not causal or (weights[..., hidden] == 0).all()


@pytest.mark.parametrize("kind", places.KINDS)
@pytest.mark.parametrize("causal", [False, True])
def test_the_kernel_of_training_equals_what_is_looked_at(kind, causal):
    heads, positions = filled(MultiHead(WIDTH, HEADS)), places.KINDS[kind](LENGTH, WIDTH)
    x, seed = numbers(N, LENGTH, WIDTH).requires_grad_(), numbers(N, LENGTH, WIDTH, seed=3)
    outputs = [heads(x, positions, causal), heads(x, positions, causal, found=[])]
    assert torch.allclose(*outputs, **CLOSE)
    slopes = [torch.autograd.grad((y * seed).sum(), [x, heads.qkv.weight]) for y in outputs]
    assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in zip(*slopes, strict=True))


def copy_attention(ours: MultiHead, theirs: nn.MultiheadAttention) -> None:
    theirs.in_proj_weight.data, theirs.in_proj_bias.data = ours.qkv.weight.data, ours.qkv.bias.data
    theirs.out_proj.weight.data, theirs.out_proj.bias.data = ours.output.weight.data, ours.output.bias.data


def copy_block(ours: Block, theirs) -> None:
    copy_attention(ours.attention, theirs.self_attn)
    norms = [ours.attention_norm, ours.mlp_norm]
    if ours.cross is not None:
        copy_attention(ours.cross, theirs.multihead_attn)
        norms.insert(1, ours.cross_norm)
    for number, norm in enumerate(norms, 1):
        other = getattr(theirs, f"norm{number}")
        other.weight.data, other.bias.data = norm.scale.data, norm.shift.data
    for name, linear in (("linear1", ours.mlp.up), ("linear2", ours.mlp.down)):
        getattr(theirs, name).weight.data, getattr(theirs, name).bias.data = linear.weight.data, linear.bias.data


@pytest.mark.parametrize("pre", [False, True])
@pytest.mark.parametrize("activation", ["gelu", "relu"])
def test_a_block_equals_torchs_encoder_layer_and_its_gradients(pre, activation):
    ours = filled(Block(WIDTH, HEADS, 4, activation, pre))
    theirs = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, activation, batch_first=True, norm_first=pre)
    copy_block(ours, theirs)
    x = numbers(N, LENGTH, WIDTH).requires_grad_()
    mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
    for causal in (False, True):
        found, expected = ours(x, places.Positions(), causal), theirs(x, src_mask=mask if causal else None)
        assert torch.allclose(found, expected, **CLOSE)
        seed = numbers(N, LENGTH, WIDTH, seed=5)
        (dx,), (expected_dx,) = (torch.autograd.grad((y * seed).sum(), x) for y in (found, expected))
        assert torch.allclose(dx, expected_dx, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("pre", [False, True])
def test_a_crossed_block_equals_torchs_decoder_layer(pre):
    ours = filled(Block(WIDTH, HEADS, 4, "relu", pre, crossed=True))
    theirs = nn.TransformerDecoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, "relu", batch_first=True, norm_first=pre)
    copy_block(ours, theirs)
    x, memory = numbers(N, LENGTH, WIDTH), numbers(N, 5, WIDTH, seed=2)
    expected = theirs(x, memory, tgt_mask=nn.Transformer.generate_square_subsequent_mask(LENGTH))
    assert torch.allclose(ours(x, places.Positions(), True, memory), expected, **CLOSE)


def test_norm_gradients_equal_torchs():
    ours, theirs = filled(Block(WIDTH, HEADS, 4, "gelu", True)).attention_norm, nn.LayerNorm(WIDTH)
    theirs.weight.data, theirs.bias.data = ours.scale.data, ours.shift.data
    x, seed = numbers(N, LENGTH, WIDTH).requires_grad_(), numbers(N, LENGTH, WIDTH, seed=2)
    found = torch.autograd.grad((ours(x) * seed).sum(), [x, ours.scale, ours.shift])
    expected = torch.autograd.grad((theirs(x) * seed).sum(), [x, theirs.weight, theirs.bias])
    assert all(torch.allclose(a, b, **CLOSE) for a, b in zip(found, expected, strict=True))


# ---- positions -----------------------------------------------------------------------------------


def test_sinusoids_are_the_papers():
    table = places.sinusoids(50, 16).numpy()
    for t in (0, 7, 49):
        for i in range(8):
            angle = t / 10_000 ** (2 * i / 16)
            assert table[t, 2 * i] == pytest.approx(math.sin(angle), abs=1e-6)
            assert table[t, 2 * i + 1] == pytest.approx(math.cos(angle), abs=1e-6)


def test_rotary_is_a_rotation_in_the_complex_plane():
    x = numbers(N, HEADS, LENGTH, 8)
    turned = places.Rotary().turn(x, start=3)
    z = torch.complex(x[..., :4].double(), x[..., 4:].double())
    frequency = torch.tensor([10_000 ** (-2 * i / 8) for i in range(4)], dtype=torch.float64)
    angle = torch.arange(3, 3 + LENGTH)[:, None] * frequency
    expected = z * torch.polar(torch.ones_like(angle), angle)
    assert torch.allclose(turned.double(), torch.cat([expected.real, expected.imag], 3), **CLOSE)


def test_rotary_products_depend_on_the_distance_alone():
    q, k = numbers(1, 1, 1, 8, seed=1), numbers(1, 1, 1, 8, seed=2)
    turn = places.Rotary().turn
    products = [float((turn(q, start=t + 5) * turn(k, start=t)).sum()) for t in (0, 11, 90)]
    assert products == pytest.approx([products[0]] * 3, abs=1e-4)


def test_alibi_is_the_papers():
    bias = places.ALiBi.distances(8, 2, 3, 5)
    assert bias.shape == (8, 3, 5)
    for head in range(8):
        for query in range(3):
            for key in range(5):
                assert bias[head, query, key] == pytest.approx(-(2.0 ** -(head + 1)) * abs(query + 2 - key))


# ---- recurrent networks --------------------------------------------------------------------------

TORCHS = {"rnn": nn.RNN, "gru": nn.GRU, "lstm": nn.LSTM}


@pytest.mark.parametrize("cell", CELLS)
def test_a_layer_equals_torchs_and_its_gradients(cell):
    ours, theirs = filled(Layer(cell, 5, WIDTH)), TORCHS[cell](5, WIDTH, batch_first=True)
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    for name in names:
        getattr(theirs, f"{name}_l0").data = getattr(ours, name).data.clone()
    x, state = numbers(N, LENGTH, 5).requires_grad_(), (numbers(N, WIDTH, seed=2), numbers(N, WIDTH, seed=3))
    h, (last, c) = ours(x, state)
    start = tuple(part[None] for part in state) if cell == "lstm" else state[0][None]
    expected, after = theirs(x, start)
    assert torch.allclose(h, expected, **CLOSE) and torch.equal(last, h[:, -1])
    seed, cell_seed = numbers(N, LENGTH, WIDTH, seed=4), numbers(N, WIDTH, seed=5)
    totals = [(h * seed).sum(), (expected * seed).sum()]
    if cell == "lstm":
        assert torch.allclose(c, after[1][0], **CLOSE)
        totals = [totals[0] + (c * cell_seed).sum(), totals[1] + (after[1][0] * cell_seed).sum()]
    found = torch.autograd.grad(totals[0], [x, *(getattr(ours, name) for name in names)])
    wanted = torch.autograd.grad(totals[1], [x, *(getattr(theirs, f"{name}_l0") for name in names)])
    assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-5) for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("cell", CELLS)
def test_hand_gradients_equal_finite_differences(cell):
    gates = CELLS[cell][2] * 3
    inputs = [numbers(4, 2, gates), numbers(gates, 3, seed=2), numbers(gates, seed=3), numbers(2, 3), numbers(2, 3)]
    inputs = [tensor.double().requires_grad_() for tensor in inputs]
    used = 2 if cell == "lstm" else 1
    assert torch.autograd.gradcheck(lambda *tensors: scan(cell, *tensors)[:used], inputs)


def test_the_operators_keep_torchs_rules():
    gates = 4 * 3
    inputs = [numbers(4, 2, gates), numbers(gates, 3, seed=2), numbers(gates, seed=3), numbers(2, 3), numbers(2, 3)]
    torch.library.opcheck(scan, ("lstm", *inputs), test_utils=("test_schema", "test_faketensor"))


def test_additive_attention_equals_its_formula():
    net = filled(AdditiveAttention(WIDTH)).requires_grad_(False)
    s, h = numbers(N, WIDTH), numbers(N, 5, WIDTH, seed=2)
    mixed, weights = net(s, net.key(h), h)
    for row in range(N):
        scores = [
            float(
                net.score.weight[0].detach()
                @ torch.tanh(net.query.weight @ s[row] + net.key.weight @ h[row, j] + net.key.bias)
            )
            for j in range(5)
        ]
        expected = np.exp(scores) / np.exp(scores).sum()
        assert np.allclose(weights[row], expected, atol=1e-5)
        assert np.allclose(mixed[row], expected @ h[row].numpy(), atol=1e-5)


# ---- whole models --------------------------------------------------------------------------------


@pytest.mark.parametrize("name, architecture", CASES)
def test_no_output_sees_its_own_token_or_later_ones(name, architecture):
    model, rows = model_of(name, architecture), rows_of()
    with torch.no_grad():
        before = model(rows)
        assert before.shape == (N, 5, VOCABULARY)
        for t in range(5):
            other = rows.clone()
            other[:, 4 + t] = (rows[:, 4 + t] + 3) % (VOCABULARY - 1) + 1
            after = model(other)
            assert torch.allclose(after[:, : t + 1], before[:, : t + 1], rtol=0, atol=1e-6)
            if architecture != "encoder" and t < 4:
                assert not torch.allclose(after[:, t + 1], before[:, t + 1], atol=1e-4)


def test_without_the_mask_an_output_sees_its_own_token():
    model = filled(Transformer(SHAPES["decoder"], WIDTH, 2, HEADS, causal=False))
    rows = rows_of()
    other = rows.clone()
    other[:, -2] = rows[:, -2] % (VOCABULARY - 1) + 1
    with torch.no_grad():
        assert not torch.allclose(model(rows)[:, -2], model(other)[:, -2], atol=1e-4)


@pytest.mark.parametrize("name, architecture", CASES)
def test_the_source_is_seen(name, architecture):
    model, rows = model_of(name, architecture), rows_of()
    other = rows.clone()
    other[:, 0] = rows[:, 0] % (VOCABULARY - 1) + 1
    with torch.no_grad():
        assert not torch.allclose(model(rows)[:, -1], model(other)[:, -1], atol=1e-6)


def test_without_positions_a_bidirectional_transformer_does_not_know_the_order():
    model, rows = model_of("transformer none", "encoder"), rows_of()
    shuffled = torch.cat([rows[:, [2, 0, 3, 1]], rows[:, 4:]], 1)
    with torch.no_grad():
        assert torch.allclose(model(rows), model(shuffled), **CLOSE)
        ordered = model_of("transformer rotary", "encoder")
        assert not torch.allclose(ordered(rows), ordered(shuffled), atol=1e-3)


def test_dropout_keeps_the_mean_and_uses_its_numbers():
    u = torch.rand(2, 200, 30, 8, generator=rng())
    drop, x = Dropout(0.3, u), torch.ones(200, 30, 8)
    first, second = drop(x), drop(x)
    assert torch.equal(first == 0, u[0] < 0.3) and torch.equal(second == 0, u[1] < 0.3)
    assert float(first.mean()) == pytest.approx(1, abs=0.02) and float(first.max()) == pytest.approx(1 / 0.7)


@pytest.mark.parametrize("name, architecture", CASES)
def test_every_model_knows_how_often_it_drops_out(name, architecture):
    model, rows = model_of(name, architecture), rows_of()
    u = torch.rand(model.sites, N, 9, WIDTH, generator=rng())
    drop = Dropout(0.2, u)
    model(rows, drop=drop)
    with pytest.raises(StopIteration):
        drop(numbers(N, 9, WIDTH))
