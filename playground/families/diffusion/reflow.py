"""Reflow: a flow learns from the pairs it made itself, and its paths straighten (Liu et al. 2023, algorithm 1)."""

import math
from collections import deque
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from playground.training.batches import BatchStream, Draw, gaussian, generator
from playground.training.learner import Tensors, prepare
from playground.training.optimisers import init_moments

from .model import Diffusion
from .processes import Process
from .samplers import Field, sample

PAIRS = 8192
"""How many pairs a round learns from; four times as many have straightened paths no further."""
BLOCK = 1024
"""How many of them are made at a time, when a batch first needs them: nobody waits for all."""
SOLVER, STEPS, SPACING = "heun", 25, "quadratic"
"""How a field is followed to make a pair. Of a mode as narrow as 0.02 it gives the width to 3 percent; with even steps,
too long near the data, less than half of it."""


class Numbered(Protocol):
    """Batches of an update by number, such as `batches.Batches`."""

    def __getitem__(self, number: int) -> Tensors: ...


class Pairs:
    """Noise and the data that a field makes of it, as batches to learn from; decided by field and seed.

    `last`: only the far end of the paths is learned, the step from pure noise. That is the distillation of a
    flow into one step (ibidem, section 2.2): the same loss at t = 1 alone.
    """

    def __init__(
        self,
        field: Field,
        process: Process,
        dim: int,
        size: int,
        seed: int,
        device: torch.device,
        *,
        count: int = PAIRS,
        last: bool = False,
    ):
        self._field, self._process, self._noise, self._seed, self._device = field, process, gaussian(dim), seed, device
        self._rows = min(count, BLOCK)
        self._blocks: list[tuple[Tensor, Tensor] | None] = [None] * max(1, count // self._rows)
        self._judged: tuple[Tensor, Tensor] | None = None
        self._which = BatchStream(
            lambda n, generator: generator.integers(self._rows, size=n), size, seed, "pairs", device
        )
        self._levels = BatchStream(_ends(process) if last else process.draw, size, seed, "levels", device)

    def __getitem__(self, number: int) -> Tensors:
        noise, data = self.block(number % len(self._blocks))
        which = self._which[number]
        return {"data": data[which], "noise": noise[which], "level": self._levels[number]}

    def block(self, place: int) -> tuple[Tensor, Tensor]:
        """Noise and its data, (rows, dim) each; made when first asked for."""
        if self._blocks[place] is None:
            self._blocks[place] = self._made(self._rows, "reflow", place)
        return self._blocks[place]

    def judged(self) -> tuple[Tensor, Tensor]:
        """As many pairs that are never learned from."""
        if self._judged is None:
            self._judged = self._made(BLOCK, "judged pairs", 0)
        return self._judged

    def _made(self, n: int, stream: str, place: int) -> tuple[Tensor, Tensor]:
        noise = torch.from_numpy(self._noise(n, generator(self._seed, stream, place))).to(self._device)
        return noise, carried(self._field, self._process, noise)


def carried(field: Field, process: Process, noise: Tensor) -> Tensor:
    """Where a field takes `noise` (n, dim)."""
    (end,) = deque(sample(SOLVER, field, process, noise, STEPS, spacing=SPACING), maxlen=1)
    return end.x


def _ends(process: Process) -> Draw:
    """Levels, all of them where the path ends."""
    row = np.array(process.level(1.0), np.float32)
    return lambda n, generator: np.tile(row, (n, 1))


def pace(step: int, steps: int) -> float:
    """By what the learning rate is multiplied for step number `step` of a round: along a half cosine to nothing
    (Loshchilov and Hutter 2017, equation 5), since what is learned here has no noise but that of the steps."""
    return (1 + math.cos(math.pi * step / steps)) / 2


def reset_optimiser(state: Tensors) -> Tensors:
    """The state in which a round begins: at the averaged weights of the one before, as if nothing had been learned."""
    average = state["average"]
    return {**state, "w": average, **init_moments("adam", average)}


def train(
    model: Diffusion, state: Tensors, batches: Numbered, steps: int, *, lr: float = 1e-3, ema: float = 0.999
) -> tuple[Tensors, float]:
    """`steps` updates from batch 0 on at the `pace` of a round; the state, and the mean loss of the last tenth."""
    device = state["w"].device
    settings = {"lr": torch.tensor(lr, device=device), "ema": torch.tensor(ema, device=device)}
    program = prepare(model.update, (state, settings, batches[0]), model.config.execution)
    losses = deque(maxlen=max(1, steps // 10))
    for number in range(steps):
        settings["lr"] = torch.tensor(lr * pace(number, steps), device=device)
        state, scalars = program(state, settings, batches[number])
        losses.append(scalars["loss"])
    return {name: tensor.clone() for name, tensor in state.items()}, sum(losses) / max(1, len(losses))


def reflow(
    model: Diffusion, process: Process, state: Tensors, rounds: int, steps: int, *, lr: float = 1e-3, count: int = PAIRS
) -> Iterator[Tensors]:
    """`rounds` times: pairs from the current model, and `steps` updates on them; yields the state after each."""
    for number in range(1, rounds + 1):
        state, _ = train(model, reset_optimiser(state), _pairs(model, process, state, number, count), steps, lr=lr)
        yield state


def distil(
    model: Diffusion, process: Process, state: Tensors, steps: int, *, lr: float = 1e-3, count: int = PAIRS
) -> Tensors:
    """A model whose one step from pure noise goes where the given one's whole path goes."""
    return train(model, reset_optimiser(state), _pairs(model, process, state, 0, count, last=True), steps, lr=lr)[0]


def _pairs(model: Diffusion, process: Process, state: Tensors, number: int, count: int, last: bool = False) -> Pairs:
    return Pairs(
        model.field(state["average"]),
        process,
        model.dim,
        model.config.batch,
        model.config.seed + number,
        state["w"].device,
        count=count,
        last=last,
    )
