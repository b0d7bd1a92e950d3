"""Fixed pairs of data and noise on the plane, such as those of training; what is drawn and scored of them."""

import numpy as np
import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from ..batches import coupled
from ..conditioning import chosen_class, target_data
from ..config import DiffusionConfig
from ..processes import Process
from ..reflow_schedule import TeacherPairs
from .densities import density_grids, kernel_density_grids


class FixedPairs:
    """Pairs (n, 2) each, with `labels` (n, classes) where the network is given classes; `paired` couples them in
    batches of the size of training."""

    def __init__(self, config: DiffusionConfig, process: Process, x: Tensor, noise: Tensor, labels: Tensor | None):
        self._config, self._process, self._labels = config, process, labels
        self.pairs = TeacherPairs(x, self.paired(x, noise, labels), last=False)
        self.independent = config.coupling == "independent"
        """Whether data and noise are independent, before any reflow."""
        self._of_class: tuple[int, TeacherPairs] | None = None
        self._cached: tuple[Tensor, tuple[float, ...], np.ndarray] | None = None

    def paired(self, x: Tensor, noise: Tensor, labels: Tensor | None) -> Tensor:
        """The noise (n, 2), paired with data (n, 2) as in training."""
        rows = x if labels is None else torch.cat([x, labels], 1)
        return coupled(self._config.coupling, rows, noise, x.shape[1], self._config.batch)

    def density(
        self,
        config: DiffusionConfig,
        data: Distribution,
        teacher: TeacherPairs | None,
        times: tuple[float, ...],
        size: int,
    ) -> np.ndarray:
        """The density (times, size, size) of noised data: in closed form if the noise is independent, else on the
        lines between these pairs, or those of a round of reflow."""
        if self.independent and not teacher:
            return density_grids(target_data(config, data), self._process, times, size)
        return self._on_lines(teacher or self._wanted(config), times, data.bounds, size)

    def _wanted(self, config: DiffusionConfig) -> TeacherPairs:
        """The pairs of the class to sample, if it is a single one, or all."""
        label = chosen_class(config)
        if label is None or self._labels is None:
            return self.pairs
        if self._of_class is None or self._of_class[0] != label:
            rows = self._labels[:, label] > 0
            self._of_class = label, TeacherPairs(self.pairs.data[rows], self.pairs.noise[rows], last=False)
        return self._of_class[1]

    def _on_lines(
        self, pairs: TeacherPairs, times: tuple[float, ...], bounds: tuple[float, float], size: int
    ) -> np.ndarray:
        """Kept for as long as the pairs."""
        cached = self._cached
        if cached is None or cached[0] is not pairs.data or cached[1] != times:
            ends, levels = (pairs.data.cpu(), pairs.noise.cpu()), self._process.levels(times)
            cached = self._cached = pairs.data, times, kernel_density_grids(*ends, levels, bounds, size)
        return cached[2]
