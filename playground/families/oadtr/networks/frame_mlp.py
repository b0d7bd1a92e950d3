"""The floor of every model that remembers: a network that sees the current frame alone."""

from torch import Tensor, nn
from torch.nn import functional as F

from ..sizes import Spec
from .detector import Detector, Output


class FrameMLP(Detector):
    """Two hidden layers of `width` units."""

    def __init__(self, spec: Spec):
        super().__init__(spec)
        self.first, self.second = nn.Linear(spec.dim, spec.width), nn.Linear(spec.width, spec.width)
        self.classifier = nn.Linear(spec.width, spec.classes)

    def every(self, x: Tensor) -> Output:
        frame = x[:, -1 - self.spec.ahead]  # (n, dim): the window may end later
        h = F.relu(self.second(F.relu(self.first(frame))))  # (n, width)
        return Output(self.classifier(h)[:, None], None)  # (n, 1, classes)
