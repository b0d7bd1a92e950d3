"""The layers of encoder and decoder: attention, then a network for each position, each added to what came in."""

from torch import Tensor, nn

from playground.training.norm import LayerNorm

from .attention import FeedForward, MultiHead


class EncoderBlock(nn.Module):
    """x + f(norm(x)) for each part f: pre-norm. No mask: a window ends at the current frame, so none of it is future.
    Queries, keys and values have no biases."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attention_norm, self.attention = LayerNorm(width), MultiHead(width, heads, bias=False)
        self.mlp_norm, self.mlp = LayerNorm(width), FeedForward(width)

    def forward(self, x: Tensor, found: list[Tensor] | None = None) -> Tensor:  # (n, length, width)
        x = x + self.attention(self.attention_norm(x), found=found)
        return x + self.mlp(self.mlp_norm(x))


class DecoderBlock(nn.Module):
    """norm(x + f(x)) for each part f: post-norm. Queries attend to earlier queries, then to all of `memory`."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.attention, self.attention_norm = MultiHead(width, heads, bias=True), LayerNorm(width)
        self.cross, self.cross_norm = MultiHead(width, heads, bias=True), LayerNorm(width)
        self.mlp, self.mlp_norm = FeedForward(width), LayerNorm(width)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:  # (n, queries, width), (n, length, width)
        x = self.attention_norm(x + self.attention(x, causal=True))
        x = self.cross_norm(x + self.cross(x, memory))
        return self.mlp_norm(x + self.mlp(x))  # (n, queries, width)
