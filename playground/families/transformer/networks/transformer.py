"""The Transformer (Vaswani et al. 2017): decoder only, encoder only, or both."""

from typing import Any

from torch import Tensor, nn

from playground.training.norm import LayerNorm

from .attention import Weights
from .block import Block
from .cache import Cache
from .dropout import KEEP, Dropout
from .positions import KINDS
from .sequence import SequenceModel, Shape


class Stack(nn.Module):
    """Positions and blocks; pre-norm has one more norm at the end."""

    def __init__(self, name: str, positions: nn.Module, blocks: list[Block], width: int, causal: bool):
        super().__init__()
        self.name, self.causal = name, causal
        self.positions: Any = positions
        self.blocks: Any = nn.ModuleList(blocks)
        self.norm = LayerNorm(width) if blocks[0].pre else None

    @property
    def sites(self) -> int:
        return 1 + sum(block.sites for block in self.blocks)

    def forward(
        self, x: Tensor, memory: Tensor | None, cache: Cache | None, look: Weights | None, drop: Dropout
    ) -> Tensor:  # (n, length, width) -> (n, length, width)
        x = drop(self.positions.add(x, cache.length if cache is not None else 0))
        for number, block in enumerate(self.blocks):
            x = block(x, self.positions, self.causal, memory, cache, f"{self.name} {number}", look, drop)
        return x if self.norm is None else self.norm(x)


class Transformer(SequenceModel):
    """`layers` blocks of `heads` heads in the encoder and in the decoder. A decoder without `causal` attends to later
    tokens, too, among them the one that it should predict: the leak."""

    def __init__(
        self,
        shape: Shape,
        width: int,
        layers: int,
        heads: int,
        ratio: int = 4,
        positions: str = "sinusoidal",
        pre: bool = True,
        activation: str = "gelu",
        tied: bool = False,
        causal: bool = True,
    ):
        super().__init__(shape, width, tied)
        self.causal = causal and shape.architecture != "encoder"
        both = shape.architecture == "encoder_decoder"

        def stack(name: str, length: int, causal: bool, crossed: bool) -> Stack:
            blocks = [Block(width, heads, ratio, activation, pre, crossed) for _ in range(layers)]
            return Stack(name, KINDS[positions](length, width), blocks, width, causal)

        self.encoder = stack("encoder", shape.source, False, False) if both else None
        length = shape.answer if both else shape.longest
        self.decoder = stack("decoder", length, self.causal, both)
        self.sites = self.decoder.sites + (self.encoder.sites if self.encoder is not None else 0)

    def encode(self, source: Tensor, look: Weights | None = None, drop: Dropout = KEEP) -> Tensor:
        assert self.encoder is not None
        return self.encoder(source, None, None, look, drop)  # (n, source, width)

    def decode(
        self,
        x: Tensor,
        memory: Tensor | None = None,
        cache: Cache | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        h = self.decoder(x, memory, cache, look, drop)  # (n, length, width)
        if cache is not None:
            cache.length += x.shape[1]
        return h
