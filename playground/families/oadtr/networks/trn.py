"""The Temporal Recurrent Network (Xu et al. 2019, "Temporal Recurrent Networks for Online Action Detection").

At every frame a decoder of cells imagines the next ones; the mean of what it imagines is read together with the frame
that comes. Here its first step is about the next frame, as in the paper; in the authors' code it is about the current
one.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from playground.training.recurrent import Layer

from ..sizes import Spec
from .detector import Output
from .recurrent import Recurrent, State
from .trn_loop import trn_loop


class TRN(Recurrent):
    """One classifier serves the current frame and those that are imagined."""

    def __init__(self, spec: Spec):
        super().__init__(spec)
        d, features = spec.width, spec.features or spec.width
        self.features = nn.Linear(spec.dim, features)
        self.cell = Layer("lstm", 2 * features, d)
        self.start_h, self.start_c = nn.Linear(d, d), nn.Linear(d, d)
        self.decoder = Layer("lstm", d, d)
        self.classifier = nn.Linear(d, spec.classes)
        self.scores, self.future = nn.Linear(spec.classes, d), nn.Linear(d, features)

    def start(self, x: Tensor) -> State:
        """h and c (n, width), and the mean of the imagined future (n, features)."""
        d = self.spec.width
        return x.new_zeros(len(x), d), x.new_zeros(len(x), d), x.new_zeros(len(x), self.future.weight.shape[0])

    def step(self, x: Tensor, state: State) -> tuple[Output, State]:
        h, c, future = state
        h, c = self.cell.step(torch.cat([F.relu(self.features(x)), future], 1), (h, c))  # (n, width) each
        imagined, scores, futures = (F.relu(self.start_h(h)), F.relu(self.start_c(c))), [], []
        u = torch.zeros_like(h)  # (n, width): what the decoder reads, at first nothing
        for _ in range(self.spec.queries):
            imagined = self.decoder.step(u, imagined)
            scores.append(self.classifier(imagined[0]))  # (n, classes)
            u = F.relu(self.scores(scores[-1]))
            futures.append(F.relu(self.future(imagined[0])))  # (n, features)
        future = torch.stack(futures).mean(0)
        return Output(self.classifier(h), torch.stack(scores, 1)), (h, c, future)

    def read(self, x: Tensor, state: State | None = None) -> tuple[Output, State]:
        first_h, first_c, first_future = self.start(x) if state is None else state
        features = F.relu(self.features(x)).transpose(0, 1)  # (length, n, features)
        from_frame, from_future = self.cell.weight_ih.split(features.shape[2], 1)  # (4 width, features) each
        # From a decoder's state to what its next step reads there is no nonlinearity before the last: one matrix.
        back = self.scores.weight @ self.classifier.weight  # (width, width)
        back_bias = self.scores.weight @ self.classifier.bias + self.scores.bias  # (width,)
        h, c, future, imagined = trn_loop(
            F.linear(features, from_frame, self.cell.bias_ih).contiguous(),  # (length, n, 4 width)
            torch.cat([self.cell.weight_hh, from_future], 1), self.cell.bias_hh,
            self.start_h.weight, self.start_h.bias, self.start_c.weight, self.start_c.bias,
            torch.cat([self.decoder.weight_ih, self.decoder.weight_hh], 1),
            self.decoder.bias_ih + self.decoder.bias_hh,
            torch.cat([back, self.future.weight]), torch.cat([back_bias, self.future.bias]),
            first_h, first_c, first_future, self.spec.queries,
        )[:4]  # fmt: skip
        h, c, future = (part.transpose(0, 1) for part in (h, c, future))  # (n, length, ...) each
        scores = self.classifier(imagined).permute(2, 0, 1, 3)  # (n, length, queries, classes)
        return Output(self.classifier(h), scores), (h, c, future)
