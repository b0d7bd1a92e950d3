"""Rewritten recordings compute what the recorded ones did, with fewer operations."""

import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from playground.training.rewriting import aten, constants_as_tensors, expand_thin_products, simplify


def network(x, a, b, c, slope):
    """A small loss and its gradients, by hand and by autograd, as updates are: (n, 1), ..."""
    leaves = [tensor.detach().requires_grad_() for tensor in (a, b, c)]
    hidden = torch.relu(torch.addmm(leaves[1], x, leaves[0].t()))  # (n, 8)
    t, u = (
        torch.addmm(leaves[2][:2], hidden, leaves[0].view(2, 4, 1).expand(2, 4, 2).reshape(2, 8).t())
        .view(-1, 1, 2)
        .unbind(2)
    )
    loss = ((x * (u * 0.25).exp() + t - 1) / 3).square().mean() + 2
    return loss, *torch.autograd.grad(loss, leaves), slope + 1


def inputs(kind=torch.float32):
    random = torch.Generator().manual_seed(0)
    return (
        *(torch.randn(shape, generator=random).to(kind) for shape in ((32, 1), (8, 1), (8,), (3,))),
        torch.tensor(3.0, dtype=kind),
    )


def count(recorded, *targets):
    return sum(node.target in targets for node in recorded.graph.nodes)


@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
def test_fewer_operations_and_the_same_bits(kind):
    given = inputs(kind)
    recorded = make_fx(network)(*given)
    before, expected = len(recorded.graph.nodes), recorded(*given)
    got = simplify(recorded)(*given)
    fewer = len(recorded.graph.nodes)
    again = constants_as_tensors(recorded)(*given)
    assert fewer < before - 5 and count(recorded, aten.detach.default, aten.stack.default) == 0
    assert all(torch.equal(a, b) for row in (got, again) for a, b in zip(expected, row, strict=True))
    assert not any(
        isinstance(number, float)
        for node in recorded.graph.nodes
        if node.target is aten.mul.Tensor
        for number in node.args
    )


def test_views_show_what_was_written_meanwhile():
    def update(x):
        first = x.clone()
        before = first.select(0, 0) * 1
        first.mul_(2)
        return before, first.select(0, 0) * 1

    given = torch.arange(1.0, 4.0)
    recorded = simplify(make_fx(update)(given))
    assert [value.item() for value in recorded(given)] == [1, 2]


def test_whole_numbers_stay_whole():
    given = torch.arange(3)
    assert constants_as_tensors(make_fx(lambda x: x * 2 + 1)(given))(given).dtype is torch.int64
    assert torch.equal(constants_as_tensors(make_fx(lambda x: x * 0.5)(given))(given), given * 0.5)


@pytest.mark.parametrize("sizes", [(5, 1, 7), (5, 2, 7), (5, 7, 1), (5, 7, 2), (1, 7, 5), (2, 7, 5), (5, 7, 5)])
def test_thin_products_are_the_same_to_rounding(sizes):
    rows, inner, columns = sizes
    random = torch.Generator().manual_seed(1)
    given = [torch.randn(shape, generator=random) for shape in ((columns,), (rows, inner), (inner, columns))]
    recorded = expand_thin_products(make_fx(lambda bias, a, b: (a @ b, torch.addmm(bias, a, b)))(*given))
    expected = given[1] @ given[2], given[1] @ given[2] + given[0]
    assert all(torch.allclose(a, b, rtol=0, atol=1e-5) for a, b in zip(recorded(*given), expected, strict=True))
    assert count(recorded, aten.mm.default, aten.addmm.default) == (0 if min(sizes) <= 2 else 2)
