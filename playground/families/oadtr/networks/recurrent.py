"""Networks that carry a state from frame to frame, and the simplest of them."""

from abc import abstractmethod
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.recurrent import Layer
from playground.training.scan import scan

from ..sizes import Spec
from .detector import Detector, Output

State = tuple[Tensor, ...]
"""What is carried, (n, ...) each."""


class Recurrent(Detector):
    """In training it is judged at every frame of a window, as TRN is (Xu et al. 2019, section 3.2); then it reads a
    whole stream from its first frame on."""

    carries: ClassVar[bool] = True

    @abstractmethod
    def start(self, x: Tensor) -> State:
        """The state before the first frame, for as many streams as x has rows."""

    @abstractmethod
    def step(self, x: Tensor, state: State) -> tuple[Output, State]:
        """One more frame: x (n, dim) -> its `Output`, and the next state."""

    @abstractmethod
    def read(self, x: Tensor, state: State | None = None) -> tuple[Output, State]:
        """All steps at once, from a state on: x (n, length, dim) -> the `Output` and the state after each frame, (n,
        length, ...)."""

    def every(self, x: Tensor) -> Output:
        return self.read(x)[0]


class LSTM(Recurrent):
    """TRN without its decoder: features, one layer of cells, a classifier."""

    def __init__(self, spec: Spec):
        super().__init__(spec)
        features = spec.features or spec.width
        self.features, self.cell = nn.Linear(spec.dim, features), Layer("lstm", features, spec.width)
        self.classifier = nn.Linear(spec.width, spec.classes)

    def start(self, x: Tensor) -> State:
        return x.new_zeros(len(x), self.spec.width), x.new_zeros(len(x), self.spec.width)

    def step(self, x: Tensor, state: State) -> tuple[Output, State]:
        h, c = self.cell.step(F.relu(self.features(x)), (state[0], state[1]))  # (n, width) each
        return Output(self.classifier(h), None), (h, c)

    def read(self, x: Tensor, state: State | None = None) -> tuple[Output, State]:
        first_h, first_c = self.start(x) if state is None else state
        seen = F.relu(self.features(x)).transpose(0, 1)  # (length, n, features)
        inputs = F.linear(seen, self.cell.weight_ih, self.cell.bias_ih)  # (length, n, 4 width)
        h, c, _ = scan("lstm", inputs.contiguous(), self.cell.weight_hh, self.cell.bias_hh, first_h, first_c)
        h, c = h.transpose(0, 1), c.transpose(0, 1)  # (n, length, width) each
        return Output(self.classifier(h), None), (h, c)
