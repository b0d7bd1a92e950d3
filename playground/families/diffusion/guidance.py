"""Classifier-free guidance of the optimal denoiser: the oracle for networks that know classes."""

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from .levels import Level
from .model import Labels
from .optimal_denoiser import optimal_denoiser
from .samplers.field import Field


class GuidedDenoiser:
    """The optimal denoisers of all data and of each class alone, as one field with classes and guidance: see
    `NetworkField`."""

    def __init__(self, whole: Field, members: Sequence[Field], label: Labels | None = None, guidance: float = 1.0):
        self._whole, self._members = whole, members
        self.label, self.guidance = label if guidance != 0 else None, guidance

    def given(self, label: Labels | None, guidance: float = 1.0) -> "GuidedDenoiser":
        """The same with other classes, or without."""
        return GuidedDenoiser(self._whole, self._members, label, guidance)

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        plain = self._whole(x, level)
        label = self.label(len(x)) if callable(self.label) else self.label
        if label is None:
            return plain
        conditional = [torch.zeros_like(x), torch.zeros_like(x)]
        for k in label.any(0).nonzero().flatten().tolist():
            for total, part in zip(conditional, self._members[k](x, level), strict=True):
                total += label[:, k : k + 1] * part
        return torch.lerp(plain[0], conditional[0], self.guidance), torch.lerp(plain[1], conditional[1], self.guidance)


def optimal_guided_denoiser(data: Distribution, device: torch.device) -> GuidedDenoiser:
    """Of data with classes."""
    members = [optimal_denoiser(data.one_class(k)).to(device) for k in range(data.classes)]
    return GuidedDenoiser(optimal_denoiser(data).to(device), members)
