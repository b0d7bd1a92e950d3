"""Frame by frame, as a camera gives them: and the same for whole parts of the data at once.

A model with a window keeps the last frames in a ring and passes once through its network for each new one; before the
window is full the first frame is repeated, as in training. A recurrent network carries its state instead. In a stream
nothing comes after the newest frame: a model that was trained to see later ones is given the newest in their place.
"""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from playground.data.streams.stream_data import Pooled

from .networks.detector import Detector, Output
from .networks.recurrent import Recurrent, State

ROWS_AT_ONCE = 512
"""Windows that pass through a network together."""
PIECE = 50
"""Frames that a recurrent network reads at a time: what its loops keep grows with them."""


class Streamer:
    """What a model says of a stream while it comes."""

    def __init__(self, net: Detector, window: int | None = None):
        self.net, self.window = net, net.spec.window if window is None else window
        self.ahead = min(net.spec.ahead, self.window - 1)
        self._ring: Tensor | None = None  # (window, dim), the oldest frame at `_at`
        self._at = 0
        self._state: State | None = None

    def restart(self) -> None:
        """A new stream begins."""
        self._ring = self._state = None

    @torch.no_grad()
    def push(self, x: Tensor | np.ndarray) -> tuple[Tensor, Tensor | None]:
        """The newest frame (dim,) -> the probabilities of its classes (classes,), and those of the next frames
        (queries, classes) where the model forecasts."""
        parameter = next(self.net.parameters())
        frame = (x if isinstance(x, Tensor) else torch.tensor(x)).to(parameter)  # a copy: frames of data are locked
        output = self._carry(self.net, frame) if isinstance(self.net, Recurrent) else self._look(frame)
        future = None if output.future is None else output.future[0].softmax(1)
        return output.current[0].softmax(0), future

    def _look(self, frame: Tensor) -> Output:
        if self._ring is None:
            self._ring, self._at = frame.repeat(self.window, 1), 0
        self._ring[self._at] = frame
        self._at = (self._at + 1) % self.window
        seen = torch.cat([self._ring[self._at :], self._ring[: self._at]])  # (window, dim), the newest last
        if self.ahead:
            seen = torch.cat([seen[self.ahead :], frame.expand(self.ahead, -1)])
        return self.net(seen[None])

    def _carry(self, net: Recurrent, frame: Tensor) -> Output:
        state = net.start(frame[None]) if self._state is None else self._state
        output, self._state = net.step(frame[None], state)
        return output if not self.ahead else _waited(net, frame[None], self._state, self.ahead)


def _waited(net: Recurrent, x: Tensor, state: State, steps: int) -> Output:
    """What it says after the same frame x (n, dim) has come `steps` times more."""
    output = Output(x, None)
    for _ in range(steps):
        output, state = net.step(x, state)
    return output


@torch.no_grad()
def predict(net: Detector, pooled: Pooled, frames: np.ndarray | None = None, online: bool = True) -> Output:
    """The probabilities that a model has for `frames` (n,) of a part, all by default: `current` (n, classes) and
    `future` (n, queries, classes).

    It equals what `Streamer` says of each stream; unless `online`, a model that was trained to see later frames is
    given the true ones.
    """
    frames = np.arange(len(pooled.labels)) if frames is None else np.asarray(frames)
    read = _read_streams(net, pooled, online) if isinstance(net, Recurrent) else None
    if read is not None:
        current, future = read
        chosen = torch.from_numpy(frames).to(current.device)
        found = Output(current[chosen], None if future is None else future[chosen])
    else:
        found = _joined([net(x) for x in _windows(net, pooled, frames, online)])
    return Output(found.current.softmax(-1), None if found.future is None else found.future.softmax(-1))


def _windows(net: Detector, pooled: Pooled, frames: np.ndarray, online: bool) -> Iterator[Tensor]:
    spec, parameter = net.spec, next(net.parameters())
    for at in range(0, len(frames), ROWS_AT_ONCE):
        some = frames[at : at + ROWS_AT_ONCE]
        rows = pooled.windows(some, spec.window, spec.ahead)  # (n, window)
        if online:
            rows = np.minimum(rows, some[:, None])
        yield torch.from_numpy(pooled.features[rows]).to(parameter)


def _joined(outputs: list[Output]) -> Output:
    current, future = zip(*outputs, strict=True)
    return Output(torch.cat(current), None if future[0] is None else torch.cat(future))


def _read_streams(net: Recurrent, pooled: Pooled, online: bool) -> Output:
    """The logits of all frames of a part, (N, classes) and (N, queries, classes). All streams are read side by side,
    the short ones beyond their end."""
    starts = np.unique(pooled.first)
    lengths = pooled.last[starts] - starts + 1
    ahead, parameter = net.spec.ahead, next(net.parameters())
    steps = np.arange(lengths.max() + ahead)
    rows = starts[:, None] + np.minimum(steps[None], lengths[:, None] - 1)  # (streams, steps)
    state, outputs = None, []
    for at in range(0, len(steps), PIECE):
        x = torch.from_numpy(pooled.features[rows[:, at : at + PIECE]]).to(parameter)  # (streams, piece, dim)
        output, states = net.read(x, state)
        state = tuple(part[:, -1].contiguous() for part in states)
        if online and ahead:
            flat = tuple(part.flatten(0, 1) for part in states)
            output = _unflattened(_waited(net, x.flatten(0, 1), flat, ahead), len(starts))
        outputs.append(output)
    current = torch.cat([output.current for output in outputs], 1)  # (streams, steps, classes)
    stream = np.searchsorted(starts, pooled.first)
    place = np.arange(len(pooled.first)) - pooled.first + (0 if online else ahead)
    chosen = torch.from_numpy(stream).to(current.device), torch.from_numpy(place).to(current.device)
    if outputs[0].future is None:
        return Output(current[chosen], None)
    future = torch.cat([output.future for output in outputs if output.future is not None], 1)
    return Output(current[chosen], future[chosen])


def _unflattened(output: Output, streams: int) -> Output:
    current, future = output
    return Output(current.unflatten(0, (streams, -1)), None if future is None else future.unflatten(0, (streams, -1)))
