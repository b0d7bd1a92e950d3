"""What a flow answers to the panels of its page: exact densities, samples, slices, a layer alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.distribution import Distribution
from playground.training import batches

from . import trajectory
from .config import NormalizingFlowConfig, plan
from .model import Flow
from .panels import SIZES, conditional

Answer = dict[str, np.ndarray]

ROWS = 4000
"""Densities are computed for so many places at a time: what then lies in the processor's cache is quicker."""
CELLS, LINE, WEAVE, SHOWN = 61, 401, 21, 300
"""Places along each axis of a map, along a line, threads of a grid, and points that come along."""


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    flow: Flow
    config: NormalizingFlowConfig
    data: Distribution
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.asarray(array, np.float32)).to(self.device)

    def log_prob(self, places: np.ndarray) -> np.ndarray:
        """The flow's log density at `places` (n, 2): (n,)."""
        with torch.no_grad():
            parts = [self.flow.log_prob(part) for part in self.tensor(places).split(ROWS)]
        return torch.cat(parts).cpu().numpy()

    def lattice(self, count: int) -> np.ndarray:
        """Places (count * count, 2) of the frame, rows from the lowest x2 on."""
        axis = np.linspace(*self.data.bounds, count, dtype=np.float32)
        return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)

    def noise(self, count: int, seed: int) -> np.ndarray:
        return batches.gaussian(2)(count, batches.generator(seed, "panel"))


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where a flow has no answer."""
    if len(question) != 1 or not ANSWERS.keys() & question.keys():
        raise UserError(N_("A flow can be asked about: {names}."), names=", ".join(ANSWERS))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != (2 if name == "z" else 1):
        raise UserError(N_("Of '{name}' a flow is asked with finite numbers."), name=name)
    return ANSWERS[name](values, asked)


def _send(z: np.ndarray, asked: Asked) -> Answer:
    if z.shape[1] != 2:
        raise UserError(N_("The noise of this flow has two numbers for each point."))
    with torch.no_grad():
        return {"x": asked.flow(asked.tensor(z))[0].cpu().numpy()}


def _density(dials: np.ndarray, asked: Asked) -> Answer:
    size = SIZES[_within(dials, 1, len(SIZES))]
    return {"log_p": asked.log_prob(asked.lattice(size)).reshape(size, size)}


def _generation(dials: np.ndarray, asked: Asked) -> Answer:
    count = _within(dials, 1, 2001)
    z = asked.noise(max(count, 1), _within(dials, 2, 1000)) * dials[0]
    return {"z": z, **_send(z, asked)}


def _inpainting(dials: np.ndarray, asked: Asked) -> Answer:
    """Draws by the inverse of the summed-up density along the line, from the same even numbers every time."""
    first, count = _within(dials, 0, 2) == 0, _within(dials, 2, 1001)
    at = np.linspace(*asked.data.bounds, LINE, dtype=np.float32)
    line = np.full_like(at, dials[1])
    log_p = asked.log_prob(np.stack([line, at] if first else [at, line], 1))
    p, _ = conditional(log_p.astype(np.float64), at.astype(np.float64))
    steps = np.concatenate([[0.0], np.cumsum((p[1:] + p[:-1]) / 2)])
    even = batches.generator(asked.config.seed, "inpainting").random(count)
    drawn = np.interp(even, steps / max(steps[-1], 1e-300), at)
    density = np.exp(asked.log_prob(asked.lattice(CELLS))).reshape(CELLS, CELLS)
    return {"at": at, "log_p": log_p, "drawn": drawn.astype(np.float32), "map": density}


def _stretching(dials: np.ndarray, asked: Asked) -> Answer:
    """The maps of one layer alone, on the places that it is given."""
    last = plan(asked.config)[-1][1]
    number = min(max(_within(dials, 0, 1000) - 1, 0), last) if len(dials) else 0
    before, alone = trajectory.tracks(
        asked.flow, (trajectory.before(asked.config, number), trajectory.layer(asked.config, number))
    )
    low, high = asked.data.bounds
    axis = np.linspace(low, high, WEAVE, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), -1)
    with torch.no_grad():
        _, log_det = trajectory.ahead(alone, asked.tensor(asked.lattice(CELLS)))
        after, _ = trajectory.ahead(alone, asked.tensor(grid.reshape(-1, 2)))
        points, _ = trajectory.ahead(before, asked.tensor(asked.noise(SHOWN, asked.config.seed)))
    return {
        "log_det": log_det.cpu().numpy().reshape(CELLS, CELLS),
        "before": grid,
        "after": after.cpu().numpy().reshape(WEAVE, WEAVE, 2),
        "points": points.cpu().numpy(),
    }


def _within(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value


ANSWERS: dict[str, Callable[[np.ndarray, Asked], Answer]] = {
    "z": _send,
    "density": _density,
    "generation": _generation,
    "inpainting": _inpainting,
    "stretching": _stretching,
}
"""What can be asked, by its name."""
