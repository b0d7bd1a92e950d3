"""The floor of every model that remembers: a network that sees the current frame alone."""

from typing import Any

from torch import Tensor, nn

from playground.training.norm import LayerNorm

from ..sizes import Spec
from .attention import FeedForward
from .detector import Detector, Output


class FrameMLP(Detector):
    """OadTR's encoder without attention: as deep, so that what OadTR gains over it comes from other frames."""

    def __init__(self, spec: Spec):
        super().__init__(spec)
        d = spec.width
        self.projection = nn.Linear(spec.dim, d)
        self.norms: Any = nn.ModuleList([LayerNorm(d) for _ in range(spec.layers)])
        self.layers: Any = nn.ModuleList([FeedForward(d) for _ in range(spec.layers)])
        self.norm, self.classifier = LayerNorm(d), nn.Linear(d, spec.classes)

    def every(self, x: Tensor) -> Output:
        h = self.projection(x[:, -1 - self.spec.ahead])  # (n, width), of the current frame: the window may end later
        for norm, layer in zip(self.norms, self.layers, strict=True):
            h = h + layer(norm(h))
        return Output(self.classifier(self.norm(h))[:, None], None)  # (n, 1, classes)
