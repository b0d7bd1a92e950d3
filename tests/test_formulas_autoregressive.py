"""The formulas of the lesson on autoregressive models, written out in numpy, bit by bit, give the code's numbers."""

import numpy as np
import pytest
import torch

from playground.core.config import parse
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.families.autoregressive.formulas import FORMULAS
from playground.families.autoregressive.model import bit_log_prob, build, log_prob, mask_set
from playground.families.autoregressive.networks.transformer import Block
from playground.training.networks import initial

BITS = {"data": "xor", "width": 6, "channels": 8, "blocks": 1, "heads": 2}


def network(**settings):
    """A network with random weights, and bits (5, dim)."""
    net = build(parse(AutoregressiveConfig, {**BITS, **settings}))
    net.load_state_dict(initial(net, torch.Generator().manual_seed(1)))
    random = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.4 * torch.randn(parameter.shape, generator=random))
    return net.double(), np.random.default_rng(3).integers(0, 2, (5, net.dim if "bins" not in settings else 2))


def logits(net, x):
    x = torch.from_numpy(x).double()
    with torch.no_grad():
        return net(x, mask_set(0, x)).numpy()


def numbers(parameter):
    return parameter.detach().numpy()


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def says(name, *parts):
    assert all(part in FORMULAS[name].latex for part in parts), FORMULAS[name].latex


@pytest.mark.parametrize("order", ["rows", "shuffled"])
def test_fvsbn(order):
    net, x = network(model="fvsbn", order=order)
    w, b, places = numbers(net.linear.weight), numbers(net.linear.bias), list(net.orders[0])
    for row, found in zip(x, sigmoid(logits(net, x)), strict=True):
        for rank, i in enumerate(places):
            total = b[i] + sum(w[i, j] * row[j] for j in places[:rank])
            assert found[i] == pytest.approx(sigmoid(total))
    says("fvsbn", r"\sigma\Bigl(b_i + \sum_{j<i} w_{ij}\, x_j\Bigr)")


@pytest.mark.parametrize("order", ["rows", "shuffled"])
def test_nade(order):
    net, x = network(model="nade", order=order)
    w, c, v, b = (numbers(part) for part in (net.into.weight, net.into.bias, net.out.weight, net.out.bias))
    places = list(net.orders[0])
    for row, found in zip(x, sigmoid(logits(net, x)), strict=True):
        for rank, i in enumerate(places):
            h = sigmoid(c + sum(w[:, j] * row[j] for j in places[:rank]))
            assert found[i] == pytest.approx(sigmoid(b[i] + v[i] @ h))
    says("nade", r"\sigma\Bigl(c + \sum_{j<i} W_{\cdot j}\, x_j\Bigr)", r"\sigma(b_i + V_i\, h_i)")


@pytest.mark.parametrize("direct", [True, False])
def test_made(direct):
    """With the page's masks, counting bits from 1 in the order; A = 0 without direct connections."""
    net, x = network(model="made", direct=direct, depth=1)
    (into, out), n = net.net.linear, net.dim
    degree = (net.masks[0][0].numpy() == 1).sum(1)  # m_k: how many bits unit k hears
    bit = 1 + np.arange(n)
    m, m_out, m_direct = bit <= degree[:, None], degree < bit[:, None], bit < bit[:, None]
    a = numbers(net.direct.weight) * m_direct if direct else np.zeros((n, n))
    for row, found in zip(x, logits(net, x), strict=True):
        h = np.maximum(0, (numbers(into.weight) * m) @ row + numbers(into.bias))
        assert found == pytest.approx((numbers(out.weight) * m_out) @ h + a @ row + numbers(out.bias))
    says("made", r"\mathrm{relu}\bigl((W \odot M)\, x + c\bigr)", r"(V \odot M')\, h + (A \odot M'')\, x + b")
    assert "Without direct connections $A = 0$" in FORMULAS["made"].text


def test_attention():
    """h_i = sum over j <= i of softmax_j(q_i k_j / sqrt d) v_j: the block less its residual and second half."""
    block = Block(6, 1)
    block.load_state_dict(initial(block, torch.Generator().manual_seed(4)))
    block = block.double()
    with torch.no_grad():
        block.projection.weight.copy_(torch.eye(6)), block.projection.bias.zero_()
        block.down.weight.zero_(), block.down.bias.zero_()
        x = torch.randn(1, 5, 6, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
        found = (block(x) - x)[0].numpy()
        q, k, v = (part.numpy() for part in block.qkv(block.attention_norm(x))[0].split(6, 1))
    for i in range(5):
        weights = np.exp([q[i] @ k[j] / np.sqrt(6) for j in range(i + 1)])
        assert found[i] == pytest.approx(sum(w * v[j] for j, w in enumerate(weights / weights.sum())))
    says("transformer", r"\sum_{j \le i} \mathrm{softmax}_j\!\left(\frac{q_i^\top k_j}{\sqrt{d}}\right) v_j")


def test_the_input_of_the_transformer_is_shifted():
    """Position i is given x_1, ..., x_{i-1} only."""
    net, x = network(model="transformer")
    plain = logits(net, x)
    for i in range(net.dim):
        changed = x.copy()
        changed[:, i:] = 1 - changed[:, i:]
        assert np.allclose(logits(net, changed)[:, : i + 1], plain[:, : i + 1])
    assert not np.allclose(logits(net, 1 - x)[:, 1:], plain[:, 1:])


def test_masked_convolution():
    """The first layer: b + sum over the pixels before (r, c), row by row, of W (2 x - 1), in a window of five."""
    net, x = network(model="pixelcnn", data="digits", channels=8)
    height, width = net.shape
    pictures = torch.from_numpy(x).double().view(-1, 1, height, width)
    with torch.no_grad():
        found = net.first(2 * pictures - 1).numpy()
    w, b = numbers(net.first.linear.weight).reshape(-1, 5, 5), numbers(net.first.linear.bias)
    picture = x[0].reshape(height, width)
    for r, c in ((0, 0), (0, 5), (3, 4), (7, 7), (5, 0)):
        total = b.copy()
        for u in range(max(r - 2, 0), r + 1):
            for v in range(max(c - 2, 0), min(c + 3, width)):
                if (u, v) < (r, c):
                    total += w[:, u - r + 2, v - c + 2] * (2 * picture[u, v] - 1)
        assert found[0, :, r, c] == pytest.approx(total)
    says("pixelcnn", r"W_{u-r,\,v-c}\; (2 x_{u,v} - 1)")


@pytest.mark.parametrize("model", ["fvsbn", "nade", "made", "transformer", "pixelcnn"])
def test_the_product_of_the_conditionals(model):
    """p(x) = prod p(x_i | x_1, ..., x_{i-1}): the code's log p is the log of this product."""
    net, x = network(model=model)
    p = sigmoid(logits(net, x))
    product = np.prod(np.where(x == 1, p, 1 - p), 1)
    x = torch.from_numpy(x).double()
    with torch.no_grad():
        assert log_prob(net, x).exp().numpy() == pytest.approx(product)
        assert bit_log_prob(net(x, mask_set(0, x)), x).sum(1).exp().numpy() == pytest.approx(product)


def test_cells_of_the_plane():
    """p(x) = p(k_1) p(k_2 | k_1) / Delta^2 in the cell (k_1, k_2)."""
    net = build(parse(AutoregressiveConfig, {"data": "moons", "bins": 16, "units": 16, "layers": 1}))
    net.load_state_dict(initial(net, torch.Generator().manual_seed(1)))
    with torch.no_grad():
        net.first.weight.copy_(torch.randn(1, 16, generator=torch.Generator().manual_seed(2)))
        first, second = net.log_first().exp().numpy(), net.log_second(torch.eye(16)).exp().numpy()
        x = torch.rand(20, 2, generator=torch.Generator().manual_seed(3)) * 6 - 3
        found = net(x, torch.tensor(3.0)).exp().numpy()
    width = 6 / 16
    k = np.floor((x.numpy() + 3) / width).astype(int)
    assert found == pytest.approx(first[k[:, 0]] * second[k[:, 0], k[:, 1]] / width**2, rel=1e-4)
    says("plane", r"p(k_1)\; p(k_2 \mid k_1)\, /\, \Delta^2")
