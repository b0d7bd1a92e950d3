"""The network from which attention came: a recurrent decoder that looks back at every state of the encoder
(Bahdanau et al. 2015)."""

from typing import Any

import torch
from torch import Tensor, nn

from .attention import Weights
from .cache import Cache
from .dropout import KEEP, Dropout
from .linear import ScaledLinear
from .recurrent import Layer, run
from .sequence import SequenceModel, Shape


class AdditiveAttention(nn.Module):
    """Scores v^T tanh(W s + U h_j) of a decoder's state s and the encoder's states h_j (appendix A.1.2)."""

    def __init__(self, width: int):
        super().__init__()
        self.query = ScaledLinear(width, width, bias=False)
        self.key = nn.Linear(width, width)
        self.score = ScaledLinear(width, 1, bias=False)

    def forward(self, s: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """s (n, width); keys U h and values h (n, source, width) -> their weighted mean (n, width), and the weights
        (n, source)."""
        scores = self.score(torch.tanh(self.query(s)[:, None] + keys)).squeeze(2)  # (n, source)
        weights = scores.softmax(1)
        return (weights[:, None] @ values).squeeze(1), weights


class AttentiveRecurrent(SequenceModel):
    """A recurrent encoder and decoder; with each token the decoder also reads what its state attends to.

    The input of a step depends on the state before it, so here nothing can be made for all times at once.
    """

    def __init__(self, shape: Shape, cell: str, width: int, layers: int, tied: bool = False, gain: float = 1.0):
        super().__init__(shape, width, tied)
        self.encoder = nn.ModuleList([Layer(cell, width, width, gain) for _ in range(layers)])
        self.attention = AdditiveAttention(width)
        self.decoder: Any = nn.ModuleList([Layer(cell, width if k else 2 * width, width, gain) for k in range(layers)])
        self.sites = layers + 3

    def encode(self, source: Tensor, look: Weights | None = None, drop: Dropout = KEEP) -> Any:
        """The encoder's outputs (n, source, width), and the states with which the decoder starts."""
        return run(self.encoder, source, None, drop)

    def decode(
        self,
        x: Tensor,
        memory: Any = None,
        cache: Cache | None = None,
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        if cache is not None and cache.entries:
            values, keys = cache.entries["memory"]
            states = [cache.entries[f"layer {number}"] for number in range(len(self.decoder))]
        else:
            values, states = memory
            keys = self.attention.key(values)  # (n, source, width)
        x, outputs, found = drop(x), [], []
        for t in range(x.shape[1]):
            attended, weights = self.attention(states[-1][0], keys, values)
            h, after = torch.cat([x[:, t], attended], 1), []  # (n, 2 width)
            for layer, state in zip(self.decoder, states, strict=True):
                after.append(layer.step(h, state))
                h = after[-1][0]  # (n, width)
            states = after
            outputs.append(h)
            found.append(weights)
        if look is not None:
            look.setdefault("cross", []).append(torch.stack(found, 1)[:, None])  # (n, 1, length, source)
        if cache is not None:
            after = {f"layer {number}": state for number, state in enumerate(states)}
            cache.entries = {"memory": (values, keys), **after}
            cache.length += x.shape[1]
        return drop(torch.stack(outputs, 1))  # (n, length, width)
