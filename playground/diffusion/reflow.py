"""Reflow: a flow learns from the pairs it made itself, and its paths straighten (Liu et al. 2023, algorithm 1)."""

from collections import deque
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import torch

from ..learner import Tensors, prepare
from ..pool import Pool, gaussian, generator
from .model import Diffusion
from .processes import Process
from .samplers import Field, sample


class Numbered(Protocol):
    """Batches of an update by number, such as `batches.Batches`."""

    def __getitem__(self, number: int) -> Tensors: ...


class Pairs:
    """Noise and the data that a field makes of it, as batches to learn from; decided by field and seed.

    `last`: only the far end of the paths is learned, the step from pure noise. That is the distillation of a
    flow into one step (ibidem, section 2.2): the same loss at t = 1 alone.
    """

    def __init__(self, field: Field, process: Process, dim: int, size: int, seed: int, device: torch.device, *,
                 count: int = 8192, sampler: str = "heun", steps: int = 50, last: bool = False):
        noise = torch.from_numpy(gaussian(dim)(count, generator(seed, "reflow"))).to(device)
        (end,) = deque(sample(sampler, field, process, noise, steps), maxlen=1)
        self.noise, self.data = noise, end.x  # (count, dim)
        self._which = Pool(lambda n, generator: generator.integers(count, size=n), size, seed, "pairs", device)
        self._levels = Pool(_ends(process) if last else process.draw, size, seed, "levels", device)

    def __getitem__(self, number: int) -> Tensors:
        which = self._which[number]
        return {"data": self.data[which], "noise": self.noise[which], "level": self._levels[number]}


def _ends(process: Process):
    """Levels, all of them where the path ends: a `pool.Draw`."""
    row = np.array(process.level(1.0), np.float32)
    return lambda n, generator: np.tile(row, (n, 1))


def train(model: Diffusion, state: Tensors, batches: Numbered, steps: int, *, lr: float = 1e-3,
          ema: float = 0.999) -> tuple[Tensors, float]:
    """`steps` updates from batch 0 on, the learning rate falling along a half cosine; the state, and the mean loss
    of the last tenth."""
    device = state["w"].device
    settings = {"lr": torch.tensor(lr, device=device), "ema": torch.tensor(ema, device=device)}
    program = prepare(model.update, (state, settings, batches[0]), model.config.way)
    losses = deque(maxlen=max(1, steps // 10))
    for number in range(steps):
        settings["lr"] = torch.tensor(lr * (1 + np.cos(np.pi * number / steps)) / 2, device=device)
        state, scalars = program(state, settings, batches[number])
        losses.append(scalars["loss"])
    return {name: tensor.clone() for name, tensor in state.items()}, sum(losses) / max(1, len(losses))


def reflow(model: Diffusion, process: Process, state: Tensors, rounds: int, steps: int, *, lr: float = 1e-3,
           count: int = 8192) -> Iterator[Tensors]:
    """`rounds` times: pairs from the current model, and `steps` updates on them; yields the state after each."""
    for number in range(1, rounds + 1):
        state, _ = train(model, state, _pairs(model, process, state, number, count), steps, lr=lr)
        yield state


def distil(model: Diffusion, process: Process, state: Tensors, steps: int, *, lr: float = 1e-3,
           count: int = 8192) -> Tensors:
    """A model whose one step from pure noise goes where the given one's whole path goes."""
    return train(model, state, _pairs(model, process, state, 0, count, last=True), steps, lr=lr)[0]


def _pairs(model: Diffusion, process: Process, state: Tensors, number: int, count: int, last: bool = False) -> Pairs:
    return Pairs(model.field(state["average"]), process, model.dim, model.config.batch, model.config.seed + number,
                 state["w"].device, count=count, last=last)
