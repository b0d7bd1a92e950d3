"""The batches of the updates: data, noise, their pairing, and the noise level of each pair."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from playground.training.batches import BatchStream, Draw, gaussian, uniform
from playground.training.learner import Tensors

from .couplings import paired
from .processes import Process


class Stream(Protocol):
    """One tensor of every batch, by the number of the batch."""

    def __getitem__(self, number: int, /) -> Tensor: ...


@dataclass(frozen=True)
class Derived:
    """What a function makes of the number of a batch."""

    make: Callable[[int], Tensor]

    def __getitem__(self, number: int) -> Tensor:
        return self.make(number)


def training_streams(
    data: Draw,
    process: Process,
    dim: int,
    size: int,
    seed: int,
    device: torch.device,
    coupling: str = "independent",
    classes: int = 0,
    drop: float = 0.0,
) -> dict[str, Stream]:
    """`data`, `noise` (n, dim) and `level` (n, 5) by number; a number always gives the same batch.

    The coupling pairs data and noise within each class.
    With `classes`, the argument `data` draws (n, dim + classes), and there is also `label` (n, classes): the unit
    vector of the class, or, with probability `drop`, zeros."""
    rows = BatchStream(data, size, seed, "real", device)
    noise = BatchStream(gaussian(dim), size, seed, "noise", device)
    levels = BatchStream(process.draw, size, seed, "levels", device)
    streams: dict[str, Stream] = {"data": rows, "noise": noise, "level": levels}
    if classes:
        kept = BatchStream(uniform(1, 0.0), size, seed, "kept", device)
        streams["data"] = Derived(lambda number: rows[number][:, :dim].contiguous())
        streams["label"] = Derived(lambda number: rows[number][:, dim:] * (kept[number] >= drop))
    if coupling != "independent":
        streams["noise"] = Derived(lambda number: coupled(coupling, rows[number], noise[number], dim))
    return streams


def coupled(coupling: str, rows: Tensor, noise: Tensor, dim: int, size: int | None = None) -> Tensor:
    """The noise (n, dim), paired in batches of `size` with data `rows` (n, dim + classes): see `couplings.paired`."""
    points = rows.cpu().numpy()
    labels = points[:, dim:] if points.shape[1] > dim else None
    return torch.from_numpy(paired(coupling, points[:, :dim], noise.cpu().numpy(), labels, size)).to(noise)


@dataclass(frozen=True)
class Batches:
    """Batches by number, of streams by name."""

    streams: Mapping[str, Stream]

    def __getitem__(self, number: int) -> Tensors:
        return {name: stream[number] for name, stream in self.streams.items()}
