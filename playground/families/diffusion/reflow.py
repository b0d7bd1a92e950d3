"""Reflow: a flow is trained on pairs that it generated, and its paths straighten (Liu et al. 2023, algorithm 1)."""

import math
from collections import deque
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from playground.training.batches import BatchStream, Draw, gaussian, generator
from playground.training.learner import Tensors, prepare

from .model import Diffusion
from .processes import Process
from .samplers import Field, sample

PAIR_COUNT = 8192
"""Pairs in a round; four times as many did not straighten paths further."""
BLOCK_SIZE = 1024
"""Pairs that are computed at a time, when a batch first needs them: so training starts at once."""
SOLVER, SOLVER_STEPS, SPACING = "heun", 25, "quadratic"
"""How a pair is computed. Accurate to 3 percent of the width of a mode as narrow as 0.02; even steps, too long near the
data, give less than half of that width."""


class NumberedBatches(Protocol):
    """Batches of an update by number, such as `batches.Batches`."""

    def __getitem__(self, number: int) -> Tensors: ...


class ReflowPairs:
    """Noise and the data that a field makes of it, as training batches; decided by field and seed.

    `last`: only the single step from pure noise is learned. This is the distillation of a flow into one step
    (ibidem, section 2.2): the same loss at t = 1 alone.
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
        count: int = PAIR_COUNT,
        last: bool = False,
    ):
        self._field, self._process, self._noise, self._seed, self._device = field, process, gaussian(dim), seed, device
        self._rows = min(count, BLOCK_SIZE)
        self._blocks: list[tuple[Tensor, Tensor] | None] = [None] * max(1, count // self._rows)
        self._held_out: tuple[Tensor, Tensor] | None = None
        self._indices = BatchStream(
            lambda n, generator: generator.integers(self._rows, size=n), size, seed, "pairs", device
        )
        self._levels = BatchStream(_end_levels(process) if last else process.draw, size, seed, "levels", device)

    def __getitem__(self, number: int) -> Tensors:
        noise, data = self.block(number % len(self._blocks))
        indices = self._indices[number]
        return {"data": data[indices], "noise": noise[indices], "level": self._levels[number]}

    def block(self, place: int) -> tuple[Tensor, Tensor]:
        """Noise and its data, (rows, dim) each; computed at first use."""
        block = self._blocks[place]
        if block is None:
            block = self._blocks[place] = self._compute(self._rows, "reflow", place)
        return block

    def held_out(self) -> tuple[Tensor, Tensor]:
        """Pairs of a block that are never trained on."""
        if self._held_out is None:
            self._held_out = self._compute(BLOCK_SIZE, "judged pairs", 0)
        return self._held_out

    def _compute(self, n: int, stream: str, place: int) -> tuple[Tensor, Tensor]:
        noise = torch.from_numpy(self._noise(n, generator(self._seed, stream, place))).to(self._device)
        return noise, follow_flow(self._field, self._process, noise)


def follow_flow(field: Field, process: Process, noise: Tensor) -> Tensor:
    """The data at the end of the paths from `noise` (n, dim)."""
    (end,) = deque(sample(SOLVER, field, process, noise, SOLVER_STEPS, spacing=SPACING), maxlen=1)
    return end.x


def _end_levels(process: Process) -> Draw:
    """Levels, all at the end of the path."""
    row = np.array(process.level(1.0), np.float32)
    return lambda n, generator: np.tile(row, (n, 1))


def lr_factor(step: int, steps: int) -> float:
    """The factor of the learning rate at step number `step` of a round: a half cosine that ends at 0 (Loshchilov and
    Hutter 2017, equation 5), since the optimiser's steps are the only noise here."""
    return (1 + math.cos(math.pi * step / steps)) / 2


def train(
    model: Diffusion, state: Tensors, batches: NumberedBatches, steps: int, *, lr: float = 1e-3, ema: float = 0.999
) -> tuple[Tensors, float]:
    """`steps` updates from batch 0 on with the `lr_factor` of a round; the state, and the mean loss of the last
    tenth."""
    device = state["w"].device
    settings = {"lr": torch.tensor(lr, device=device), "ema": torch.tensor(ema, device=device)}
    program = prepare(model.update, (state, settings, batches[0]), model.config.execution)
    losses = deque(maxlen=max(1, steps // 10))
    for number in range(steps):
        settings["lr"] = torch.tensor(lr * lr_factor(number, steps), device=device)
        state, scalars = program(state, settings, batches[number])
        losses.append(scalars["loss"])
    return {name: tensor.clone() for name, tensor in state.items()}, sum(losses) / max(1, len(losses))


def reflow(
    model: Diffusion,
    process: Process,
    state: Tensors,
    rounds: int,
    steps: int,
    *,
    lr: float = 1e-3,
    count: int = PAIR_COUNT,
) -> Iterator[Tensors]:
    """`rounds` times: pairs of the current model, and `steps` updates on them; yields the state after each."""
    for number in range(1, rounds + 1):
        state, _ = train(
            model, model.reset_optimiser(state, 0), _pairs(model, process, state, number, count), steps, lr=lr
        )
        yield state


def distil(
    model: Diffusion, process: Process, state: Tensors, steps: int, *, lr: float = 1e-3, count: int = PAIR_COUNT
) -> Tensors:
    """A model whose single step from pure noise ends where the path of the given one ends."""
    return train(
        model, model.reset_optimiser(state, 0), _pairs(model, process, state, 0, count, last=True), steps, lr=lr
    )[0]


def _pairs(
    model: Diffusion, process: Process, state: Tensors, number: int, count: int, last: bool = False
) -> ReflowPairs:
    return ReflowPairs(
        model.field(state["average"]),
        process,
        model.dim,
        model.config.batch,
        model.config.seed + number,
        state["w"].device,
        count=count,
        last=last,
    )
