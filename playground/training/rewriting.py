"""Recorded operations rewritten into fewer or cheaper ones that compute the same.

A recording (see `learner`) holds what autograd happened to do, one operation after the other. On small tensors each
costs about a microsecond whatever it does, so what the maths does not need is taken away. `simplify` and
`constants_as_tensors` keep every bit; `expand_thin_products` keeps the numbers to rounding, for a compiler that fuses
what is left.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.fx import GraphModule, Node

aten = torch.ops.aten
VIEWS = (
    aten.t.default,
    aten.view.default,
    aten.unsqueeze.default,
    aten.squeeze.dim,
    aten.expand.default,
    aten.select.int,
)
"""Made once they serve everywhere: a view shows what its tensor holds, even when that is written into."""
NUMBERS = {
    aten.mul.Tensor: aten.mul.Tensor,
    aten.mul.Scalar: aten.mul.Tensor,
    aten.add.Tensor: aten.add.Tensor,
    aten.sub.Tensor: aten.sub.Tensor,
    aten.div.Tensor: aten.div.Tensor,
    aten.div.Scalar: aten.div.Tensor,
}
"""Operations that take a plain number, and the same with a tensor."""
MAX_THIN = 2
"""Products over so few numbers, or with so few rows or columns, are no work for a matrix kernel."""


def simplify(recorded: GraphModule) -> GraphModule:
    """Without detours that only gradients need, or that autograd takes."""
    seen: dict[Any, Node] = {}
    for node in [*recorded.graph.nodes]:
        same = _repeated(node)
        if same is None and node.target in VIEWS and not node.kwargs:
            same = seen.setdefault((node.target, repr(node.args)), node)
        if same is not None and same is not node:
            node.replace_all_uses_with(same)
        elif node.target is aten.view.default and _calls(node.args[0], aten.sum.dim_IntList):
            _flat_sum(node)
        elif node.target is aten.view.default and _calls(node.args[0], aten.stack.default):
            _flat_stack(node)
    return _recompile(recorded)


def _repeated(node: Node) -> Node | None:
    """What a node only repeats."""
    inputs: Any = node.args
    if node.target is aten.detach.default:  # means nothing where no gradients are taken
        return inputs[0]
    if node.target is aten.t.default and _calls(inputs[0], aten.t.default):  # many gradients go there and back
        return inputs[0].args[0]
    if node.target is aten.pow.Tensor_Scalar and inputs[1] == 1:  # the slope of a square
        return inputs[0]
    return None


def _flat_sum(view: Node) -> None:
    """A sum that keeps its rows as one, and then drops it: the slope of every bias."""
    total: Any = view.args[0]
    if total.args[1:] == ([0], True) and not total.kwargs and shape(total) == (1, *shape(view)):
        with view.graph.inserting_before(view):
            _replace(view, view.graph.call_function(aten.sum.dim_IntList, (total.args[0], [0])))


def _flat_stack(view: Node) -> None:
    """Columns (n, 1) stacked to (n, 1, k), seen as (n, k): put side by side at once."""
    stack: Any = view.args[0]
    columns, *place = stack.args
    if (
        place == [2]
        and all(shape(column)[1:] == (1,) for column in columns)
        and (shape(view) == (shape(columns[0])[0], len(columns)))
    ):
        with view.graph.inserting_before(view):
            _replace(view, view.graph.call_function(aten.cat.default, (columns, 1)))


def constants_as_tensors(recorded: GraphModule) -> GraphModule:
    """With tensors for plain numbers, which every replay would have to turn into tensors: one microsecond each."""
    kept: dict[Any, str] = {}
    for node in [*recorded.graph.nodes]:
        if node.target not in NUMBERS or node.kwargs or not isinstance(node.args[1], int | float):
            continue
        value = node.meta["val"]
        if value.dtype not in (torch.float32, torch.float64) or node.args[0].meta["val"].dtype != value.dtype:
            continue
        number, key = node.args[1], (node.args[1], value.dtype, value.device)
        if key not in kept:
            kept[key] = f"number_{len(kept)}"
            recorded.register_buffer(kept[key], torch.tensor(number, dtype=value.dtype, device=value.device))
        with recorded.graph.inserting_before(node):
            constant = recorded.graph.get_attr(kept[key])
            _replace(node, recorded.graph.call_function(NUMBERS[node.target], (node.args[0], constant)))
    return _recompile(recorded)


def expand_thin_products(recorded: GraphModule) -> GraphModule:
    """With thin matrix products written as products and sums of single numbers, which a compiler fuses with what
    stands around them: an eighth of a RealNVP's step."""
    for node in [*recorded.graph.nodes]:
        if node.target not in (aten.mm.default, aten.addmm.default) or node.kwargs:
            continue
        *bias, left, right = node.args
        (rows, inner), columns = shape(left), shape(right)[1]
        rule = _outer if inner <= MAX_THIN else _columns if columns <= MAX_THIN else _rows if rows <= MAX_THIN else None
        if rule is not None:
            with recorded.graph.inserting_before(node):
                found = rule(recorded.graph.call_function, left, right, rows, inner, columns)
                _replace(node, recorded.graph.call_function(aten.add.Tensor, (found, *bias)) if bias else found)
    return _recompile(recorded)


Call = Callable[..., Node]


def _outer(call: Call, left: Node, right: Node, rows: int, inner: int, columns: int) -> Node:
    parts = [
        call(
            aten.mul.Tensor,
            (call(aten.slice.Tensor, (left, 1, i, i + 1)), call(aten.slice.Tensor, (right, 0, i, i + 1))),
        )
        for i in range(inner)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = call(aten.add.Tensor, (total, part))
    return total


def _columns(call: Call, left: Node, right: Node, rows: int, inner: int, columns: int) -> Node:
    turned = call(aten.t.default, (right,))  # (columns, inner)
    parts = [
        call(
            aten.sum.dim_IntList,
            (call(aten.mul.Tensor, (left, call(aten.slice.Tensor, (turned, 0, i, i + 1)))), [1], True),
        )
        for i in range(columns)
    ]
    return parts[0] if columns == 1 else call(aten.cat.default, (parts, 1))


def _rows(call: Call, left: Node, right: Node, rows: int, inner: int, columns: int) -> Node:
    turned = call(aten.t.default, (left,))  # (inner, rows)
    parts = [
        call(
            aten.sum.dim_IntList,
            (call(aten.mul.Tensor, (call(aten.slice.Tensor, (turned, 1, i, i + 1)), right)), [0], True),
        )
        for i in range(rows)
    ]
    return parts[0] if rows == 1 else call(aten.cat.default, (parts, 0))


def shape(node: Node) -> tuple[int, ...]:
    return tuple(node.meta["val"].shape)


def _calls(node: Any, target: Callable) -> bool:
    return isinstance(node, Node) and node.target is target


def _replace(node: Node, other: Node) -> None:
    other.meta = dict(node.meta)
    node.replace_all_uses_with(other)


def _recompile(recorded: GraphModule) -> GraphModule:
    recorded.graph.eliminate_dead_code()
    recorded.recompile()
    return recorded
