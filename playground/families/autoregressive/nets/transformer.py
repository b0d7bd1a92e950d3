"""A small causal Transformer over bits (Vaswani et al. 2017; decoder only, as in GPT)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..orders import Order
from .net import Net, Plain


class Norm(nn.Module):
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
    """Attention to the places before, and a network for each place, both added to what is there (pre-norm)."""

    def __init__(self, channels: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm, self.into, self.out = Norm(channels), nn.Linear(channels, 3 * channels), Plain(channels, channels)
        self.then, self.up, self.down = Norm(channels), nn.Linear(channels, 4 * channels), Plain(4 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:  # (n, places, channels)
        n, places, channels = x.shape
        apart = self.into(self.norm(x)).view(n, places, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        q, k, v = apart.unbind(0)  # (n, heads, places, channels / heads) each
        later = torch.ones(places, places, dtype=torch.bool, device=x.device).triu(1)
        scores = (q @ k.transpose(2, 3)) * q.shape[-1] ** -0.5
        heard = scores.masked_fill(later, -1e9).softmax(-1) @ v
        x = x + self.out(heard.transpose(1, 2).reshape(n, places, channels))
        return x + self.down(F.gelu(self.up(self.then(x))))


class Transformer(Net):
    """At place k stands what was there before, bit k - 1 (at the first one nothing), and which bit is asked for;
    attention hears places up to k, so the logit of bit k follows from the bits before it."""

    def __init__(self, orders: list[Order], channels: int, blocks: int, heads: int, leak: bool = False):
        super().__init__(orders, leak)
        self.value = Plain(1, channels, bias=False, spread=1.0)
        self.asked = Plain(channels, self.dim, bias=False, spread=0.3)  # (dim, channels): one row for each place
        self.blocks = nn.ModuleList([Block(channels, heads) for _ in range(blocks)])
        self.norm, self.head = Norm(channels), Plain(channels, self.dim)

    def forward(self, x: Tensor, which: Tensor) -> Tensor:
        signs = 2 * self.along(x) - 1  # (n, dim)
        if not self.leak:
            signs = F.pad(signs[:, :-1], (1, 0))
        h = self.value(signs.unsqueeze(2)) + self.asked.weight  # (n, dim, channels)
        for block in self.blocks:
            h = block(h)
        return self.back((self.norm(h) * self.head.weight).sum(2) + self.head.bias)
