"""Attention in several heads (Vaswani et al. 2017, section 3.2), and what follows it in every layer."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def attention(q: Tensor, k: Tensor, v: Tensor, causal: bool = False) -> tuple[Tensor, Tensor]:
    """softmax(q k^T / sqrt(size)) v, equation 1, with later keys hidden if `causal`.

    q (n, heads, queries, size), k and v (n, heads, keys, size) -> (n, heads, queries, size), and the weights (n, heads,
    queries, keys).
    """
    scores = (q * q.shape[-1] ** -0.5) @ k.transpose(2, 3)  # (n, heads, queries, keys)
    if causal:
        later = torch.ones(scores.shape[2:], dtype=torch.bool, device=q.device).triu(1)  # (queries, keys)
        scores = scores.masked_fill(later, -torch.inf)
    weights = scores.softmax(-1)
    return weights @ v, weights


class MultiHead(nn.Module):
    """Each head has queries, keys and values of its own. `bias`: of the maps that make them."""

    def __init__(self, width: int, heads: int, bias: bool):
        super().__init__()
        self.heads = heads
        self.qkv, self.output = nn.Linear(width, 3 * width, bias=bias), nn.Linear(width, width)

    def forward(
        self, x: Tensor, context: Tensor | None = None, causal: bool = False, found: list[Tensor] | None = None
    ) -> Tensor:
        """What x (n, queries, width) attends to: `context` (n, keys, width), or itself. The weights are added to
        `found`."""
        q, k, v = self.project(x, context)
        if found is None and x.device.type == "cpu":  # on a GPU the gradients of the kernel are not the same every time
            heads = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        else:
            heads, weights = attention(q, k, v, causal)
            if found is not None:
                found.append(weights)
        return self.output(heads.transpose(1, 2).reshape(x.shape))  # (n, queries, width)

    def project(self, x: Tensor, context: Tensor | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries of x, keys and values of `context` or of x: (n, heads, length, width / heads) each."""
        if context is None:
            q, k, v = self._split(self.qkv(x), 3)
            return q, k, v
        sizes, bias = [x.shape[2], 2 * x.shape[2]], self.qkv.bias
        own, other = self.qkv.weight.split(sizes)  # (width, width), (2 width, width)
        own_bias, other_bias = (None, None) if bias is None else bias.split(sizes)
        (q,) = self._split(F.linear(x, own, own_bias), 1)
        k, v = self._split(F.linear(context, other, other_bias), 2)
        return q, k, v

    def _split(self, x: Tensor, parts: int) -> tuple[Tensor, ...]:
        """(n, length, parts * width) -> `parts` times (n, heads, length, width / heads)."""
        n, length = x.shape[:2]
        return x.view(n, length, parts, self.heads, -1).permute(2, 0, 3, 1, 4).unbind(0)


class FeedForward(nn.Module):
    """Two linear layers for each position alone, as wide inside as outside."""

    def __init__(self, width: int):
        super().__init__()
        self.up, self.down = nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:  # (n, length, width) -> (n, length, width)
        return self.down(F.gelu(self.up(x)))
