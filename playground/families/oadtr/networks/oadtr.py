"""OadTR (Wang et al. 2021, "OadTR: Online Action Detection with Transformers", section 3).

The frames of a window and a task token go through an encoder. A decoder asks it with one query for each frame to come.
What is said of the current frame comes from the token and from the mean of the queries: the forecast takes part.
"""

from typing import Any

import torch
from torch import Tensor, nn

from playground.training.constants import beside
from playground.training.norm import LayerNorm
from playground.training.sinusoids import sinusoids

from ..sizes import Spec
from .blocks import DecoderBlock, EncoderBlock
from .detector import Detector, Output


class Vectors(nn.Module):
    """`count` learned vectors (count, width), normal with deviation `scale` at first."""

    def __init__(self, count: int, width: int, scale: float = 0.0):
        super().__init__()
        self.scale, self.table = scale, nn.Parameter(torch.empty(count, width))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.randn(self.table.shape, generator=generator) * self.scale


POSITION_SCALE = 0.5
"""About the size of what they are added to."""


class OadTR(Detector):
    """Without `token`, the output of the last frame takes its place; without `decoder`, nothing is forecast."""

    def __init__(self, spec: Spec):
        super().__init__(spec)
        d = spec.width
        self.projection = nn.Linear(spec.dim, d)
        self.token = Vectors(1, d) if spec.token else None  # begins at 0, as do the queries
        self.positions = Vectors(spec.tokens, d, POSITION_SCALE) if spec.positions == "learned" else None
        self.encoder: Any = nn.ModuleList([EncoderBlock(d, spec.heads) for _ in range(spec.layers)])
        self.encoder_norm = LayerNorm(d)
        self.decoder: Any = None
        if spec.decoder:
            self.queries = Vectors(spec.queries, d)
            self.decoder = nn.ModuleList([DecoderBlock(d, spec.heads) for _ in range(spec.decoder_layers)])
            self.decoder_norm = LayerNorm(d)
            self.future = nn.Linear(d, spec.classes)
        self.classifier = nn.Linear(2 * d if spec.decoder else d, spec.classes)

    def projected(self, x: Tensor) -> Tensor:
        """The features of the frames, mapped to the width of the network: (n, window, dim) -> (n, window, width)."""
        return self.projection(x)

    def memory(self, x: Tensor, found: list[Tensor] | None = None) -> Tensor:
        """What the encoder makes of the frames and, last, of the token: (n, window, dim) -> (n, tokens, width). The
        attention weights of each layer, (n, heads, tokens, tokens), are added to `found`."""
        h = self.projected(x)
        if self.token is not None:
            h = torch.cat([h, self.token.table.expand(len(h), 1, -1)], 1)  # (n, window + 1, width)
        h = h + (beside(sinusoids(*h.shape[1:]), h) if self.positions is None else self.positions.table)
        for block in self.encoder:
            h = block(h, found)
        return self.encoder_norm(h)

    def decoded(self, memory: Tensor, found: list[Tensor] | None = None) -> Tensor:
        """What the queries find: (n, tokens, width) -> (n, queries, width), the next frame first. The weights with
        which each layer reads the memory, (n, heads, queries, tokens), are added to `found`."""
        q = self.queries.table.expand(len(memory), -1, -1)  # (n, queries, width)
        for block in self.decoder:
            q = block(q, memory, found)
        return self.decoder_norm(q)

    def every(self, x: Tensor) -> Output:
        memory = self.memory(x)
        said = memory[:, -1]  # (n, width), of the token or the last frame
        if self.decoder is None:
            return Output(self.classifier(said)[:, None], None)
        q = self.decoded(memory)  # (n, queries, width)
        current = self.classifier(torch.cat([said, q.mean(1)], 1))  # (n, classes)
        return Output(current[:, None], self.future(q)[:, None])  # (n, 1, classes), (n, 1, queries, classes)

    def encoded(self, x: Tensor) -> Tensor:
        """The encoder's side of what is classified: (n, window, dim) -> (n, width)."""
        return self.memory(x)[:, -1]

    def token_attention(self, x: Tensor) -> Tensor:
        """How much the token, or the last frame in its place, attends to each frame: (n, window, dim) -> (n, layers,
        heads, window). What it attends to itself is left out, so the weights sum to less than 1 with a token."""
        found: list[Tensor] = []
        self.memory(x, found)
        return torch.stack([weights[:, :, -1, : self.spec.window] for weights in found], 1)
