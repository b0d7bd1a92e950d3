"""What an update looks at: data, noise, the pairing of both, and how far on its path each pair is."""

import torch

from ..learner import Tensors
from ..pool import Draw, Pool, gaussian
from .couplings import COUPLINGS
from .processes import Process


class Batches:
    """Batches of `data`, `noise` (n, dim) and `level` (n, 5) by number, the same whoever asks."""

    def __init__(self, data: Draw, process: Process, dim: int, size: int, seed: int, device: torch.device,
                 coupling: str = "independent"):
        self._data = Pool(data, size, seed, "real", device)
        self._noise = Pool(gaussian(dim), size, seed, "noise", device)
        self._levels = Pool(process.draw, size, seed, "levels", device)
        self._couple = COUPLINGS[coupling]

    def __getitem__(self, number: int) -> Tensors:
        data, noise = self._data[number], self._noise[number]
        if self._couple is not COUPLINGS["independent"]:
            noise = torch.from_numpy(self._couple(data.cpu().numpy(), noise.cpu().numpy())).to(data)
        return {"data": data, "noise": noise, "level": self._levels[number]}
