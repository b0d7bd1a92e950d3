"""The best field where classes are known: of each point's own class, or that overdone."""

from collections.abc import Sequence

import torch
from torch import Tensor

from playground.data.plane.distribution import Distribution

from .model import Labels
from .processes import Level
from .samplers.field import Field
from .truth import optimum


class Guided:
    """The best fields of all data and of each class alone, as one field that is told classes like a network:
    see `NetworkField`. What is known of a mixture of classes is known of its parts."""

    def __init__(self, whole: Field, members: Sequence[Field], label: Labels | None = None, guidance: float = 1.0):
        self._whole, self._members = whole, members
        self.label, self.guidance = label if guidance != 0 else None, guidance

    def given(self, label: Labels | None, guidance: float = 1.0) -> "Guided":
        """The same, told other classes, or none."""
        return Guided(self._whole, self._members, label, guidance)

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        plain = self._whole(x, level)
        label = self.label(len(x)) if callable(self.label) else self.label
        if label is None:
            return plain
        known = [torch.zeros_like(x), torch.zeros_like(x)]
        for k in label.any(0).nonzero().flatten().tolist():
            for total, part in zip(known, self._members[k](x, level), strict=True):
                total += label[:, k : k + 1] * part
        return torch.lerp(plain[0], known[0], self.guidance), torch.lerp(plain[1], known[1], self.guidance)


def best(data: Distribution, device: torch.device) -> Guided:
    """Of data with classes."""
    return Guided(optimum(data).to(device), [optimum(data.member(k)).to(device) for k in range(data.classes)])
