"""A small causal Transformer over bits (Vaswani et al. 2017; decoder only, as in GPT)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..orders import Order
from .network import BitNetwork, NormalLinear


class LayerNorm(nn.Module):
    """Layer normalisation (Ba et al. 2016), of operations whose gradients can be traced."""

    def __init__(self, channels: int):
        super().__init__()
        self.scale, self.shift = nn.Parameter(torch.empty(channels)), nn.Parameter(torch.empty(channels))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.full(self.scale.shape, 1.0 if name == "scale" else 0.0)

    def forward(self, x: Tensor) -> Tensor:
        x = x - x.mean(-1, keepdim=True)
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + 1e-5) * self.scale + self.shift


class Block(nn.Module):
    """Causal attention, then a network for each position; both residual, normalised first (pre-norm)."""

    def __init__(self, channels: int, heads: int):
        super().__init__()
        self.heads = heads
        self.attention_norm = LayerNorm(channels)
        self.qkv, self.projection = nn.Linear(channels, 3 * channels), NormalLinear(channels, channels)
        self.mlp_norm = LayerNorm(channels)
        self.up, self.down = nn.Linear(channels, 4 * channels), NormalLinear(4 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:  # (n, length, channels)
        n, length, channels = x.shape
        qkv = self.qkv(self.attention_norm(x)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = qkv.unbind(0)  # (n, heads, length, channels / heads) each
        later = torch.ones(length, length, dtype=torch.bool, device=x.device).triu(1)
        scores = (q @ k.transpose(2, 3)) * q.shape[-1] ** -0.5
        attended = scores.masked_fill(later, -1e9).softmax(-1) @ v
        x = x + self.projection(attended.transpose(1, 2).reshape(n, length, channels))
        return x + self.down(F.gelu(self.up(self.mlp_norm(x))))


class Transformer(BitNetwork):
    """The input at position k is bit k - 1 (nothing at the first position) and which bit is predicted there. Attention
    reaches positions up to k, so the logit of bit k depends only on the bits before it."""

    def __init__(self, orders: list[Order], channels: int, blocks: int, heads: int, leak: bool = False):
        super().__init__(orders, leak)
        self.value = NormalLinear(1, channels, bias=False, std=1.0)
        self.position = NormalLinear(channels, self.dim, bias=False, std=0.3)  # (dim, channels): a row per position
        self.blocks = nn.ModuleList([Block(channels, heads) for _ in range(blocks)])
        self.norm, self.head = LayerNorm(channels), NormalLinear(channels, self.dim)

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        signs = 2 * self.to_order(x) - 1  # (n, dim)
        if not self.leak:
            signs = F.pad(signs[:, :-1], (1, 0))
        h = self.value(signs.unsqueeze(2)) + self.position.weight  # (n, dim, channels)
        for block in self.blocks:
            h = block(h)
        return self.from_order((self.norm(h) * self.head.weight).sum(2) + self.head.bias)
