"""OadTR and its rivals equal what torch makes of the same weights and have the papers' sizes; TRN's loops have the
gradients that autograd finds."""

from dataclasses import replace

import pytest
import torch
from support.detectors import BASE, SPECS, net_of, windows
from support.sequences import filled, numbers
from torch import nn
from torch.nn import functional as F

from playground.families.oadtr.model import build
from playground.families.oadtr.networks.attention import MultiHead, attention
from playground.families.oadtr.networks.blocks import DecoderBlock, EncoderBlock
from playground.families.oadtr.networks.oadtr import OadTR
from playground.families.oadtr.networks.recurrent import LSTM
from playground.families.oadtr.networks.trn import TRN
from playground.families.oadtr.sizes import Spec
from playground.training.networks import initial

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
N, LENGTH, WIDTH, HEADS = 3, 6, 16, 4
OADTR_PAPER = Spec("oadtr", 3072, 22, 64, 1024, queries=8, heads=8, layers=3, decoder_layers=5)
TRN_PAPER = Spec("trn", 3072, 22, 64, 4096, queries=8, features=3072)


# ---- sizes ---------------------------------------------------------------------------------------


def test_oadtr_has_the_papers_number_of_parameters():
    """The authors' training log says 74 709 036; 8 x 1024 of these are positions of the queries that their code never
    uses, and that do not exist here."""
    with torch.device("meta"):
        net = build(OADTR_PAPER)
    count = sum(parameter.numel() for parameter in net.parameters())
    assert count == OADTR_PAPER.parameters == 74_709_036 - 8 * 1024


def test_trn_has_the_authors_number_of_parameters():
    with torch.device("meta"):
        net = build(TRN_PAPER)
    assert sum(parameter.numel() for parameter in net.parameters()) == TRN_PAPER.parameters == 357_828_630


@pytest.mark.parametrize("name", SPECS)
def test_counts_in_closed_form(name):
    assert SPECS[name].parameters == sum(p.numel() for p in build(SPECS[name]).parameters())


# ---- attention and blocks ------------------------------------------------------------------------


@pytest.mark.parametrize("causal", [False, True])
def test_attention_equals_torchs(causal):
    q, k, v = (numbers(N, HEADS, LENGTH, 4, seed=seed) for seed in range(3))
    found, weights = attention(q, k, v, causal)
    assert torch.allclose(found, F.scaled_dot_product_attention(q, k, v, is_causal=causal), **CLOSE)
    assert torch.allclose(weights.sum(3), torch.ones(N, HEADS, LENGTH), **CLOSE)
    assert not causal or (weights.triu(1) == 0).all()


def copy_attention(ours: MultiHead, theirs: nn.MultiheadAttention) -> None:
    bias = ours.qkv.bias
    theirs.in_proj_weight.data = ours.qkv.weight.data
    theirs.in_proj_bias.data = torch.zeros(len(ours.qkv.weight)) if bias is None else bias.data
    theirs.out_proj.weight.data, theirs.out_proj.bias.data = ours.output.weight.data, ours.output.bias.data


def copy_block(ours, theirs) -> None:
    copy_attention(ours.attention, theirs.self_attn)
    norms = [ours.attention_norm, ours.mlp_norm]
    if isinstance(ours, DecoderBlock):
        copy_attention(ours.cross, theirs.multihead_attn)
        norms.insert(1, ours.cross_norm)
    for number, norm in enumerate(norms, 1):
        copy_norm(norm, getattr(theirs, f"norm{number}"))
    for name, linear in (("linear1", ours.mlp.up), ("linear2", ours.mlp.down)):
        getattr(theirs, name).weight.data, getattr(theirs, name).bias.data = linear.weight.data, linear.bias.data


def copy_norm(ours, theirs) -> None:
    theirs.weight.data, theirs.bias.data = ours.scale.data, ours.shift.data


def encoder_layer(ours: EncoderBlock) -> nn.TransformerEncoderLayer:
    theirs = nn.TransformerEncoderLayer(WIDTH, HEADS, WIDTH, 0.0, "gelu", batch_first=True, norm_first=True)
    copy_block(ours, theirs)
    return theirs


def decoder_layer(ours: DecoderBlock) -> nn.TransformerDecoderLayer:
    theirs = nn.TransformerDecoderLayer(WIDTH, HEADS, WIDTH, 0.0, "gelu", batch_first=True)
    copy_block(ours, theirs)
    return theirs


@pytest.mark.parametrize("bias", [False, True])
def test_heads_equal_torchs_among_themselves_and_across(bias):
    ours, theirs = filled(MultiHead(WIDTH, HEADS, bias)), nn.MultiheadAttention(WIDTH, HEADS, batch_first=True)
    copy_attention(ours, theirs)
    x, context = numbers(N, LENGTH, WIDTH), numbers(N, 9, WIDTH, seed=2)
    for given in (None, context):
        keys = x if given is None else given
        found = []
        expected, weights = theirs(x, keys, keys, average_attn_weights=False)
        assert torch.allclose(ours(x, given), expected, **CLOSE)
        assert torch.allclose(ours(x, given, found=found), expected, **CLOSE)
        assert torch.allclose(found[0], weights, **CLOSE)


def test_blocks_equal_torchs_layers_and_their_gradients():
    x, memory = numbers(N, LENGTH, WIDTH).requires_grad_(), numbers(N, 9, WIDTH, seed=2).requires_grad_()
    ours = filled(EncoderBlock(WIDTH, HEADS))
    pairs = [([x], ours(x), encoder_layer(ours)(x))]
    crossed = filled(DecoderBlock(WIDTH, HEADS))
    mask = nn.Transformer.generate_square_subsequent_mask(LENGTH)
    pairs.append(([x, memory], crossed(x, memory), decoder_layer(crossed)(x, memory, tgt_mask=mask)))
    for inputs, found, expected in pairs:
        assert torch.allclose(found, expected, **CLOSE)
        slopes = [torch.autograd.grad((y * numbers(*y.shape, seed=5)).sum(), inputs) for y in (found, expected)]
        assert all(torch.allclose(a, b, rtol=1e-4, atol=1e-4) for a, b in zip(*slopes, strict=True))


# ---- OadTR ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["oadtr", "no_token", "no_decoder", "neither"])
def test_oadtr_is_its_layers_one_after_the_other(name):
    """Written out with torch's layers."""
    net, x = net_of(name), windows()
    assert isinstance(net, OadTR)
    h = F.linear(x, net.projection.weight, net.projection.bias)
    if net.token is not None:
        h = torch.cat([h, net.token.table.repeat(N, 1, 1)], 1)
    h = h + net.positions.table[None]
    for block in net.encoder:
        h = encoder_layer(block)(h)
    h = F.layer_norm(h, (WIDTH,), net.encoder_norm.scale, net.encoder_norm.shift)
    last, current, future = h[:, -1], h[:, -1], None
    if net.decoder is not None:
        q = net.queries.table.repeat(N, 1, 1)
        for block in net.decoder:
            q = decoder_layer(block)(q, h, tgt_mask=nn.Transformer.generate_square_subsequent_mask(BASE.queries))
        q = F.layer_norm(q, (WIDTH,), net.decoder_norm.scale, net.decoder_norm.shift)
        current, future = torch.cat([last, q.mean(1)], 1), F.linear(q, net.future.weight, net.future.bias)
    found = net(x)
    expected = F.linear(current, net.classifier.weight, net.classifier.bias)
    assert found.current.shape == (N, BASE.classes) and torch.allclose(found.current, expected, **CLOSE)
    assert (found.future is None) == (future is None)
    if future is not None and found.future is not None:
        assert found.future.shape == (N, BASE.queries, BASE.classes) and torch.allclose(found.future, future, **CLOSE)
    assert torch.allclose(net.encoded(x), last, **CLOSE)
    assert torch.allclose(net.projected(x), F.linear(x, net.projection.weight, net.projection.bias))


def test_what_the_token_attends_to():
    net, x = net_of("oadtr"), windows()
    assert isinstance(net, OadTR) and net.token is not None
    found = net.token_attention(x)
    assert found.shape == (N, BASE.layers, HEADS, BASE.window) and (found.sum(3) < 1).all()
    h = torch.cat([net.projected(x), net.token.table.repeat(N, 1, 1)], 1) + net.positions.table
    for layer, block in enumerate(net.encoder):  # by hand: the softmax of one row of scores
        q, k, _ = block.attention.project(block.attention_norm(h))
        scores = torch.einsum("nhs,nhks->nhk", q[:, :, -1], k) / (WIDTH / HEADS) ** 0.5
        assert torch.allclose(found[:, layer], scores.softmax(2)[:, :, :-1], **CLOSE)
        h = block(h)
    alone = net_of("no_token")
    assert isinstance(alone, OadTR)
    assert torch.allclose(alone.token_attention(x).sum(3), torch.ones(N, BASE.layers, HEADS), **CLOSE)


def test_token_and_queries_begin_at_nothing():
    values = initial(build(BASE), torch.Generator().manual_seed(0))
    assert (values["token.table"] == 0).all() and (values["queries.table"] == 0).all()
    assert values["positions.table"].shape == (BASE.window + 1, WIDTH) and values["positions.table"].std() > 0.3


def test_earlier_queries_do_not_see_later_ones():
    net, x = net_of("oadtr"), windows()
    before = net(x).future
    net.queries.table[2] += 1
    after = net(x).future
    assert torch.equal(before[:, :2], after[:, :2]) and not torch.allclose(before[:, 2], after[:, 2])


def test_positions_tell_the_order():
    for positions in ("learned", "sinusoidal"):
        net, x = net_of("no_token", positions=positions), windows()
        shuffled = torch.cat([x[:, :-1].flip(1), x[:, -1:]], 1)
        assert not torch.allclose(net(x).current, net(shuffled).current, atol=1e-3)


# ---- rivals --------------------------------------------------------------------------------------


def test_the_mlp_sees_the_current_frame_alone():
    for ahead in (0, 2):
        net, x = net_of("mlp", ahead=ahead), windows()
        other = torch.randn_like(x)
        other[:, -1 - ahead] = x[:, -1 - ahead]
        assert torch.equal(net(x).current, net(other).current) and net(x).future is None


def test_the_lstm_equals_torchs():
    net, x = net_of("lstm"), windows()
    assert isinstance(net, LSTM)
    theirs = nn.LSTM(WIDTH, WIDTH, batch_first=True)
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        getattr(theirs, f"{name}_l0").data = getattr(net.cell, name).data
    h, (last, cell) = theirs(F.relu(net.features(x)))
    output, (states, cells) = net.read(x)
    assert torch.allclose(output.current, net.classifier(h), **CLOSE)
    assert torch.allclose(states[:, -1], last[0], **CLOSE) and torch.allclose(cells[:, -1], cell[0], **CLOSE)


@pytest.mark.parametrize("name", ["trn", "trn features", "lstm"])
def test_all_at_once_equals_frame_by_frame(name):
    net, x = net_of(name), windows()
    assert isinstance(net, TRN | LSTM)
    output, states = net.read(x)
    state = net.start(x[:, 0])
    for t in range(BASE.window):
        one, state = net.step(x[:, t], state)
        assert torch.allclose(one.current, output.current[:, t], **CLOSE)
        assert all(torch.allclose(a, b[:, t], **CLOSE) for a, b in zip(state, states, strict=True))
        assert (one.future is None) == (output.future is None)
        if one.future is not None and output.future is not None:
            assert torch.allclose(one.future, output.future[:, t], **CLOSE)
    first, carried = net.read(x[:, :4])
    rest, _ = net.read(x[:, 4:], tuple(part[:, -1] for part in carried))
    assert torch.allclose(torch.cat([first.current, rest.current], 1), output.current, **CLOSE)


@pytest.mark.parametrize("queries", [1, 3])
def test_trns_gradients_by_hand_equal_autograds(queries):
    """In double precision, from every output back to every weight, the frames and the state before them."""
    net = filled(build(replace(SPECS["trn features"], queries=queries))).double()
    assert isinstance(net, TRN)
    x = windows().double().requires_grad_()
    begin = tuple(numbers(*part.shape, seed=7).double().requires_grad_() for part in net.start(x))

    def stepwise():
        state, found = begin, []
        for t in range(BASE.window):
            output, state = net.step(x[:, t], state)
            found.append((*output, *state))
        return [torch.stack(part, 1) for part in zip(*found, strict=True)]

    def at_once():
        output, states = net.read(x, begin)
        return [*output, *states]

    leaves = [*net.parameters(), x, *begin]
    slopes = []
    for outputs in (stepwise(), at_once()):
        total = sum((y * numbers(*y.shape, seed=seed).double()).sum() for seed, y in enumerate(outputs))
        slopes.append(torch.autograd.grad(total, leaves, materialize_grads=True))
    for name, a, b in zip([*(n for n, _ in net.named_parameters()), "x", "h", "c", "f"], *slopes, strict=True):
        assert torch.allclose(a, b, rtol=1e-8, atol=1e-10), name
        assert queries == 1 or a.abs().max() > 1e-8, name
