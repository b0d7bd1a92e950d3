"""The loss of fields on the plane at single noise levels, on fixed pairs of data and noise; and its lowest value."""

import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from ..guidance import GuidedDenoiser, optimal_guided_denoiser
from ..levels import Level
from ..loss import denoising_loss
from ..optimal_denoiser import optimal_denoiser
from ..processes import Process, training_levels
from ..reflow_schedule import TeacherPairs
from ..samplers.field import ClassField

PAIR_COUNT = 1024
"""Pairs in all."""


class LossByLevel:
    """Of pairs (1024, 2) each, with `labels` (1024, classes) where the network is given classes.

    A round of reflow brings pairs of its own, which take the place of these; their lowest loss is 0. That of pairs
    that are not `independent` in another way is unknown: what the data were then depends on more than the point."""

    def __init__(
        self,
        objective: tuple[str, str],
        process: Process,
        dataset: Distribution,
        pairs: tuple[Tensor, Tensor],
        labels: Tensor | None,
        independent: bool = True,
    ):
        self._objective, self._process, self._pairs, self._labels = objective, process, pairs, labels
        self._independent = independent
        device = pairs[0].device
        self._optimal = (
            GuidedDenoiser(optimal_denoiser(dataset).to(device), ())
            if labels is None
            else optimal_guided_denoiser(dataset, device)
        )
        self._lowest: dict[tuple[int, int], Tensor] = {}

    def levels(self, count: int, teacher: TeacherPairs | None = None) -> list[Level[float]]:
        """Levels that are equally likely in training; where only the single step is learned, pure noise."""
        if teacher and teacher.last:
            return self._process.levels([self._process.span[1]] * count)
        return training_levels(self._process, count)

    def __call__(self, field: ClassField, count: int, pairs: int, teacher: TeacherPairs | None = None) -> Tensor:
        """The loss at `count` levels, of so many pairs each: (count, pairs)."""
        x0, eps = (part[: count * pairs].view(count, pairs, 2) for part in (teacher[:2] if teacher else self._pairs))
        fields = [field] * count
        if self._labels is not None:
            fields = [field.given(label) for label in self._labels[: count * pairs].split(pairs)]
        return torch.stack(
            [
                denoising_loss(fields[i], *self._objective, (x0[i], eps[i]), level)
                for i, level in enumerate(self.levels(count, teacher))
            ]
        )

    def lowest(self, count: int, pairs: int, teacher: TeacherPairs | None = None) -> Tensor | None:
        """That of the optimal denoiser on the same pairs, or None where it is unknown."""
        if teacher:
            return self._pairs[0].new_zeros(count, pairs)
        if not self._independent:
            return None
        if (count, pairs) not in self._lowest:
            self._lowest[count, pairs] = self(self._optimal, count, pairs)
        return self._lowest[count, pairs]
