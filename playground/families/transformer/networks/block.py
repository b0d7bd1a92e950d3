"""One layer of a Transformer: attention, then a network for each position, each added to what came in."""

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.norm import LayerNorm

from .attention import MultiHead, Weights
from .cache import Cache
from .dropout import KEEP, Dropout
from .linear import ScaledLinear
from .positions import Positions

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"gelu": F.gelu, "relu": F.relu}
NOWHERE = Positions()
"""The positions between a decoder and its encoder: there are none."""


class MLP(nn.Module):
    """Two linear layers for each position alone (Vaswani et al. 2017, section 3.3): `ratio` times as wide inside."""

    def __init__(self, width: int, ratio: int, activation: str):
        super().__init__()
        self.up, self.down = nn.Linear(width, ratio * width), ScaledLinear(ratio * width, width)
        self.activation = ACTIVATIONS[activation]

    def forward(self, x: Tensor) -> Tensor:  # (n, length, width) -> (n, length, width)
        return self.down(self.activation(self.up(x)))


class Block(nn.Module):
    """x + f(norm(x)) for each part f (pre-norm, Xiong et al. 2020), or norm(x + f(x)) as in the paper (post-norm).

    With `crossed`, a second attention reads what the encoder has made of the source.
    """

    def __init__(self, width: int, heads: int, ratio: int, activation: str, pre: bool, crossed: bool = False):
        super().__init__()
        self.pre = pre
        self.attention, self.attention_norm = MultiHead(width, heads), LayerNorm(width)
        self.cross = MultiHead(width, heads) if crossed else None
        self.cross_norm = LayerNorm(width) if crossed else None
        self.mlp, self.mlp_norm = MLP(width, ratio, activation), LayerNorm(width)

    @property
    def sites(self) -> int:
        """How often it drops out."""
        return 2 if self.cross is None else 3

    def forward(
        self,
        x: Tensor,
        positions: Positions,
        causal: bool,
        memory: Tensor | None = None,
        cache: Cache | None = None,
        name: str = "",
        look: Weights | None = None,
        drop: Dropout = KEEP,
    ) -> Tensor:
        """x (n, length, width) -> (n, length, width); `memory` (n, source, width) of an encoder. With `look`, the
        attention weights are written down."""
        found = None if look is None else look.setdefault("encoder" if name.startswith("encoder") else "self", [])
        x = self._add(
            x, self.attention_norm, drop, lambda h: self.attention(h, positions, causal, None, cache, name, found)
        )
        if self.cross is not None and self.cross_norm is not None:
            cross, found_across = self.cross, None if look is None else look.setdefault("cross", [])
            x = self._add(
                x,
                self.cross_norm,
                drop,
                lambda h: cross(h, NOWHERE, False, memory, cache, f"{name} cross", found_across),
            )
        return self._add(x, self.mlp_norm, drop, self.mlp)

    def _add(self, x: Tensor, norm: LayerNorm, drop: Dropout, part: Callable[[Tensor], Tensor]) -> Tensor:
        if self.pre:
            return x + drop(part(norm(x)))
        return norm(x + drop(part(x)))
