"""What all networks share: a window of frames in, what is going on at its end out."""

from abc import abstractmethod
from typing import ClassVar, NamedTuple

from torch import Tensor, nn

from ..sizes import Spec


class Output(NamedTuple):
    """Logits. With `Detector.every` both have one more axis after the first, that of the frames that are judged."""

    current: Tensor
    """Of the current frame: (n, classes)."""
    future: Tensor | None
    """Of the frames +1, +2, ... after it: (n, queries, classes); None: nothing is forecast."""


class Detector(nn.Module):
    """Windows (n, window, dim) -> `Output` of their current frames."""

    carries: ClassVar[bool] = False
    """Whether it carries a state from frame to frame, so that it needs no window."""

    def __init__(self, spec: Spec):
        super().__init__()
        self.spec = spec

    @abstractmethod
    def every(self, x: Tensor) -> Output:
        """What is trained on: (n, window, dim) -> logits of the last `judged` frames, (n, judged, classes) and (n,
        judged, queries, classes)."""

    def forward(self, x: Tensor) -> Output:
        current, future = self.every(x)
        return Output(current[:, -1], None if future is None else future[:, -1])
