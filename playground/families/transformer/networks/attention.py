"""Attention: each query takes a weighted mean of the values, with weights by how well it matches the keys
(Vaswani et al. 2017, section 3.2)."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.constants import beside

from .cache import Cache
from .linear import ScaledLinear
from .positions import Positions

Weights = dict[str, list[Tensor]]
"""The attention weights of a pass, (n, heads, queries, keys) for each layer, by what attends to what."""


def attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """softmax(q k^T / sqrt(size) + bias) v, equation 1.

    q (n, heads, queries, size), k and v (n, heads, keys, size); `bias` (queries, keys) or (heads, queries, keys) is
    minus infinity where a key is hidden. Returns (n, heads, queries, size), and the weights (n, heads, queries, keys).
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(2, 3)  # (n, heads, queries, keys)
    weights = (scores if bias is None else scores + bias).softmax(-1)  # (n, heads, queries, keys)
    return weights @ v, weights


def fused_attention(q: Tensor, k: Tensor, v: Tensor, bias: Tensor | None = None, causal: bool = False) -> Tensor:
    """The same in one kernel of torch's, which never holds all weights (Dao et al. 2022): for where nobody looks at
    them. `causal`, in place of a bias, hides later keys."""
    return F.scaled_dot_product_attention(q, k, v, attn_mask=bias, is_causal=causal)


class MultiHead(nn.Module):
    """Attention in several heads, each with queries, keys and values of its own (section 3.2.2)."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.qkv, self.output = nn.Linear(width, 3 * width), ScaledLinear(width, width)

    def forward(
        self,
        x: Tensor,
        positions: Positions,
        causal: bool,
        context: Tensor | None = None,
        cache: Cache | None = None,
        name: str = "",
        found: list[Tensor] | None = None,
    ) -> Tensor:
        """What x (n, queries, width) attends to: (n, queries, width).

        Without `context` it attends to itself, only backwards if `causal`; otherwise to `context` (n, keys, width),
        which has no positions here. `cache` keeps keys and values under `name`. The weights are added to `found`.
        """
        start = cache.length if cache is not None else 0
        if context is None:
            q, k, v = self.project(x)
            q, k = positions.turn(q, start), positions.turn(k, start)
            if cache is not None:
                k, v = cache.append(name, k, v)
        else:
            before = None if cache is None else cache.entries.get(name)
            q, k, v = self.project(x, context, before)
            if cache is not None:
                cache.entries[name] = (k, v)
            causal = False
        bias = score_bias(positions, self.heads, start, q.shape[2], k.shape[2], causal)
        bias = None if bias is None else beside(bias, x)
        if found is None and x.device.type == "cpu":  # on a GPU its gradients are not the same every time
            only_mask = causal and start == 0 and type(positions).distances is Positions.distances
            heads = fused_attention(q, k, v, None if only_mask else bias, only_mask)
        else:
            heads, weights = attention(q, k, v, bias)
            if found is not None:
                found.append(weights)
        n, queries = x.shape[:2]
        return self.output(heads.transpose(1, 2).reshape(n, queries, -1))  # (n, queries, width)

    def project(
        self, x: Tensor, context: Tensor | None = None, known: tuple[Tensor, ...] | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries of x, and keys and values of `context`, or of x itself; of a context they may be `known` already.
        (n, heads, length, width / heads) each."""
        if context is None:
            q, k, v = self._split(self.qkv(x), 3)
            return q, k, v
        sizes = [x.shape[2], 2 * x.shape[2]]
        (own, other), (own_bias, other_bias) = self.qkv.weight.split(sizes), self.qkv.bias.split(sizes)
        (q,) = self._split(F.linear(x, own, own_bias), 1)
        k, v = known or self._split(F.linear(context, other, other_bias), 2)
        return q, k, v

    def _split(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """(n, length, parts * width) -> `parts` times (n, heads, length, width / heads)."""
        n, length = x.shape[:2]
        return x.view(n, length, parts, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)


def score_bias(positions: Positions, heads: int, start: int, queries: int, keys: int, causal: bool) -> Tensor | None:
    """What is added to the scores: the mask, and what the positions add; None where that is nothing."""
    return _bias(type(positions), heads, start, queries, keys, causal)


@lru_cache(maxsize=256)
def _bias(kind: type[Positions], heads: int, start: int, queries: int, keys: int, causal: bool) -> Tensor | None:
    added = kind.distances(heads, start, queries, keys)
    if causal and queries > 1:  # a single query is the newest token, before which all keys lie
        later = np.arange(keys)[None] > np.arange(start, start + queries)[:, None]  # (queries, keys)
        added = np.where(later, -np.inf, 0.0 if added is None else added)
    return None if added is None else torch.from_numpy(np.ascontiguousarray(added, np.float32))
