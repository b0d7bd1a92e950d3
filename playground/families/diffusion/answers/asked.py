"""Who is asked, and what every answer needs."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.training import batches

from ..config import DiffusionConfig
from ..guided import best
from ..plane import Plane
from ..processes import Process
from ..samplers import Field, Moment, sample
from ..truth import optimum

Answer = dict[str, np.ndarray]


class Flows(NamedTuple):
    """What rounds of reflow have led to."""

    fields: tuple[Field, ...]
    """Of each round up to now; the last is the present one."""
    distilled: bool
    """Whether the last learned only the step from pure noise."""
    coming: int | None
    """The step at which the next round begins."""


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    field: Field
    plane: Plane
    config: DiffusionConfig
    data: Distribution
    process: Process
    device: torch.device
    flows: Flows

    @property
    def exact(self) -> Field:
        return optimum(self.data).to(self.device)

    @property
    def ground(self) -> Field:
        """The field at places that are nobody's: they have no class of their own."""
        return self.field.everywhere() if self.config.classes else self.field

    def told(self) -> tuple[Field, Field]:
        """Network and best field for the shown data, told of which class each of these is, where there are classes."""
        if self.plane.labels is None:
            return self.field, self.exact
        return self.field.given(self.plane.labels), best(dataset_of(self.config), self.device).given(self.plane.labels)

    def with_eta(self, eta: float) -> "Asked":
        """The same, with another share of fresh noise for DDIM."""
        return replace(self, config=self.config.model_copy(update={"eta": float(np.clip(eta, 0, 1))}))

    def noise(self, n: int, seed: int = 0) -> Tensor:
        stream = batches.generator(self.config.seed + seed, "panel")
        return torch.from_numpy(batches.gaussian(2)(n, stream)).to(self.device)

    def run(self, name: str, noise: Tensor, steps: int, field: Field, process: Process | None = None) -> list[Moment]:
        generator = torch.Generator(self.device).manual_seed(self.config.seed)
        return list(sample(name, field, process or self.process, noise, steps, generator, eta=self.config.eta))


def within(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value
