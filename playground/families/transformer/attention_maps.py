"""What attends to what: the weights of every layer and head, all layers together, and one head by hand."""

from typing import Any

import torch
from torch import Tensor

from .networks.attention import MultiHead, score_bias
from .networks.positions import Positions
from .networks.sequence import SequenceModel

Arrays = dict[str, Tensor]


@torch.no_grad()
def attention_maps(model: SequenceModel, rows: Tensor, source: int | None = None) -> Arrays:
    """The attention weights for rows (n, dim) of ids, (n, layers, heads, queries, keys) each; every query's sum to 1.
    `source`: how many tokens of each row are given, where that is not as in training.

    `self`: of the decoder, or of an encoder alone; `encoder` and `cross` of an encoder-decoder. A recurrent network
    has only `cross`, and that with additive attention: without any, it is empty.
    """
    look: dict[str, list[Tensor]] = {}
    model(rows, source, look)
    return {kind: torch.stack(layers, 1) for kind, layers in look.items()}


def rollout(weights: Tensor) -> Tensor:
    """How much of each input reaches each position after each layer: (n, layers, queries, keys), rows summing to 1.

    `weights` (n, layers, heads, length, length). The residual connection counts half, heads count alike, and layers are
    multiplied (Abnar and Zuidema 2020, section 3). It is a summary of the weights, not of what the values carry.
    """
    length = weights.shape[-1]
    mixed = 0.5 * weights.mean(2) + 0.5 * torch.eye(length, device=weights.device)  # (n, layers, length, length)
    found = [mixed[:, 0]]
    for layer in mixed.unbind(1)[1:]:
        found.append(layer @ found[-1])
    return torch.stack(found, 1)


def layers_of(model: SequenceModel, kind: str = "self") -> list[MultiHead]:
    """The attentions of that kind in a `Transformer`, from the first layer on; see `attention_maps`."""
    stack: Any = model.encoder if kind == "encoder" else model.decoder
    return [block.cross if kind == "cross" else block.attention for block in stack.blocks]


@torch.no_grad()
def head_by_hand(
    model: SequenceModel, row: Tensor, query: int, layer: int = 0, head: int = 0, kind: str = "self"
) -> Arrays:
    """One head of a Transformer, step by step, for the token at position `query` of `row` (dim,).

    Arrays: `queries` (length, size), `keys`, `values` (keys, size), as the weights make them; `turned_queries`,
    `turned_keys` after rotary positions, the same without; `products` (keys,) of the query with each key; `scores`
    (keys,), divided by sqrt(size); `bias` (keys,) what positions and mask add, minus infinity where hidden; `weights`
    (keys,) their softmax; `parts` (keys, size), each value times its weight; `output` (size,), their sum.
    """
    chosen, seen = layers_of(model, kind)[layer], {}

    def keep(module: MultiHead, given: tuple[Any, ...], named: dict[str, Any]) -> None:
        seen["given"] = given

    hook = chosen.register_forward_pre_hook(keep, with_kwargs=True)
    try:
        model(row[None])
    finally:
        hook.remove()
    x, positions, causal, context, *_ = seen["given"]
    assert isinstance(positions, Positions)
    q, k, v = (part[0, head] for part in chosen.project(x, context))
    crossed = context is not None
    turned_q, turned_k = (q, k) if crossed else (positions.turn(part[None, None])[0, 0] for part in (q, k))
    added = None if crossed else score_bias(positions, chosen.heads, 0, len(q), len(k), causal)
    products = turned_k @ turned_q[query]  # (keys,)
    scores = products * q.shape[1] ** -0.5
    bias = torch.zeros_like(scores)
    if added is not None:
        bias = (added if added.dim() == 2 else added[head])[query].to(scores.device)
    weights = (scores + bias).softmax(0)
    parts = weights[:, None] * v
    return {
        "queries": q,
        "keys": k,
        "values": v,
        "turned_queries": turned_q,
        "turned_keys": turned_k,
        "products": products,
        "scores": scores,
        "bias": bias,
        "weights": weights,
        "parts": parts,
        "output": parts.sum(0),
    }
