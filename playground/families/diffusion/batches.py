"""What an update looks at: data, noise, the pairing of both, and how far on its path each pair is."""

import torch

from playground.training.batches import BatchStream, Draw, gaussian, uniform
from playground.training.learner import Tensors

from .couplings import COUPLINGS
from .processes import Process


class Batches:
    """Batches of `data`, `noise` (n, dim) and `level` (n, 5) by number, the same whoever asks.

    With `classes`, `data` draws (n, dim + classes), and batches also have `label` (n, classes): the unit vector of the
    class, or with the chance `drop` zeros.
    """

    def __init__(
        self,
        data: Draw,
        process: Process,
        dim: int,
        size: int,
        seed: int,
        device: torch.device,
        coupling: str = "independent",
        classes: int = 0,
        drop: float = 0.0,
    ):
        self._dim, self._classes, self._drop = dim, classes, drop
        self._kept = BatchStream(uniform(1, 0.0), size, seed, "kept", device) if classes else None
        self._data = BatchStream(data, size, seed, "real", device)
        self._noise = BatchStream(gaussian(dim), size, seed, "noise", device)
        self._levels = BatchStream(process.draw, size, seed, "levels", device)
        self._couple = COUPLINGS[coupling]

    def __getitem__(self, number: int) -> Tensors:
        rows, noise = self._data[number], self._noise[number]
        data = rows[:, : self._dim].contiguous() if self._classes else rows
        if self._couple is not COUPLINGS["independent"]:
            noise = torch.from_numpy(self._couple(data.cpu().numpy(), noise.cpu().numpy())).to(data)
        batch = {"data": data, "noise": noise, "level": self._levels[number]}
        if self._classes:
            batch["label"] = rows[:, self._dim :] * (self._kept[number] >= self._drop)
        return batch
