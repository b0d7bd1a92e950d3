"""What can be seen of a GAN in training: one view for points of the plane, one for pictures; `VIEWS` chooses.

A view holds what never changes (the real samples shown, the noise they are compared with) and turns the
players as they are now into arrays.
"""

from typing import Protocol

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground.data.dataset import dataset_of
from playground.metrics.distances import nearest
from playground.training import batches
from playground.training.learner import Tensors

from .config import GanConfig
from .model import Game, Judge

SHOWN, ARROWS = 400, 200
"""How many samples a view looks at, and how many arrows it has."""
CELLS, WEAVE = 41, 21
"""Places of the belief along each axis, and threads of the manifold."""
GRID, COMPARED = 8, 32
"""Pictures along each side of a sheet, and how many are compared with the training pictures."""


class View(Protocol):
    def arrays(self, game: Game, state: Tensors) -> dict[str, np.ndarray]: ...


class Plane:
    """Samples, the discriminator's belief everywhere, the noise carried along, and where G is told to go."""

    def __init__(self, config: GanConfig, device: torch.device):
        self.device, data = device, dataset_of(config)
        self._data, self._noise = _fixed(config)
        self._real, self._z = self._tensor(self._data), self._tensor(self._noise)
        self._places = self._tensor(_lattice(*data.bounds, CELLS))
        woven = _weave(config)
        self._woven = None if woven is None else self._tensor(woven)

    def arrays(self, game: Game, state: Tensors) -> dict[str, np.ndarray]:
        """All float32: `data` (400, 2) fixed; `noise` (400, 1 or 2), its first axes; `fake` (400, 2)
        the same noise carried through G; `belief` (41, 41) of D, row 0 the lowest y, from 0 generated
        to 1 real; `manifold` (21, 21, 2) the noise's grid of equal masses carried, (1, 201, 2) for noise of one
        dimension, absent beyond two; `gradients` (200, 2) minus the gradient of G's loss by the
        first samples, times their number; `d_real`, `d_fake` (400,) beliefs; `losses` (2,) of D and G.
        """
        judge = _judge(game, state)
        with torch.no_grad():
            woven = () if self._woven is None else (self._woven.flatten(0, -2),)
            fake, *carried = game.generate(game.g.views(state["g_ema"]), torch.cat([self._z, *woven])).split(
                [SHOWN, *(len(w) for w in woven)]
            )
            everywhere = judge(torch.cat([self._real, self._places]))
            on_real, scores = everywhere[:SHOWN], everywhere[SHOWN:]
        on_fake, gradients = self._pull(game, judge, fake)
        seen = torch.cat([on_real, on_fake])
        drawn = {
            "fake": fake,
            "belief": game.objective.belief(scores, seen).view(CELLS, CELLS),
            "gradients": gradients,
            **_verdicts(game, on_real, on_fake),
        }
        if carried:
            drawn["manifold"] = carried[0].view(*self._woven.shape[:-1], 2)
        return {"data": self._data.copy(), "noise": self._noise[:, :2].copy(), **_numpy(drawn)}

    def _pull(self, game: Game, judge: Judge, fake: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of samples, and where the generator's loss pulls the first of them."""
        with torch.enable_grad():
            places = fake.detach().requires_grad_()
            scores = judge(places)
            first = scores[:ARROWS]
            (slope,) = torch.autograd.grad(game.objective.generator(first) * ARROWS, places)
        return scores.detach(), -slope[:ARROWS]

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device)


class Pictures:
    """Pictures in sheets: real ones, generated ones, a way through the noise, and the nearest training pictures."""

    def __init__(self, config: GanConfig, device: torch.device):
        self._data, self._noise = _fixed(config)
        self._shape = dataset_of(config).shape
        self._training = dataset_of(config).vectors("train")
        self._real = torch.from_numpy(self._data).to(device)
        self._z = torch.from_numpy(np.concatenate([self._noise, ways(config)])).to(device)

    def arrays(self, game: Game, state: Tensors) -> dict[str, np.ndarray]:
        """All float32: `data` (64, 8, 8) fixed real pictures; `noise` (400, 1 or 2), its first axes; `fake`
        (64, 8, 8) its first points carried through G; `way` (64, 8, 8) the noise of `ways` carried through G;
        `near` (32, 8, 8) the training pictures nearest to the first of `fake`, `near_distance` (32,) how far they
        are; `d_real`, `d_fake` (400,) beliefs from 0 generated to 1 real; `losses` (2,) of D and G.
        """
        judge = _judge(game, state)
        with torch.no_grad():
            fake, way = game.generate(game.g.views(state["g_ema"]), self._z).split([SHOWN, GRID**2])
            on_real, on_fake = judge(torch.cat([self._real, fake])).split(SHOWN)
        drawn = _numpy({"fake": fake[: GRID**2], "way": way, **_verdicts(game, on_real, on_fake)})
        which, far = nearest(drawn["fake"][:COMPARED], self._training)
        sheets = {
            "data": self._data[: GRID**2].copy(),
            "fake": drawn.pop("fake"),
            "way": drawn.pop("way"),
            "near": self._training[which],
        }
        return {
            **{name: sheet.reshape(-1, *self._shape) for name, sheet in sheets.items()},
            "noise": self._noise[:, :2].copy(),
            "near_distance": far.astype(np.float32),
            **drawn,
        }


VIEWS = {"digits": Pictures}
"""Data -> how it is seen; all other data are points of the plane."""


def view(config: GanConfig, device: torch.device) -> View:
    """What is seen with these settings."""
    return VIEWS.get(config.data, Plane)(config, device)


def ways(config: GanConfig) -> np.ndarray:
    """The noise of a sheet of 64 pictures, (64, noise_dim), row by row.

    One dimension: from its first to its last 64th part, in equal masses. Two: a grid of equal masses. More:
    each row goes from one random place to another, where noise is Gaussian on the arc around 0, since nearly all
    of it lies at one distance from there (White 2016), else straight.
    """
    if config.noise_dim == 1:
        return _quantiles(config, GRID**2)[:, None]
    axis = _quantiles(config, GRID)
    if config.noise_dim == 2:
        return np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)
    ends = batches.NOISES[config.noise](config.noise_dim)(2 * GRID, batches.generator(config.seed, "ways"))
    a, b = ends.reshape(2, GRID, 1, -1)  # (row, 1, noise_dim)
    share = np.linspace(0, 1, GRID, dtype=np.float32)[:, None]
    if config.noise == "uniform":
        return (a + share * (b - a)).reshape(-1, config.noise_dim)
    lengths = np.linalg.norm(a, axis=-1, keepdims=True), np.linalg.norm(b, axis=-1, keepdims=True)
    a, b = a / lengths[0], b / lengths[1]
    angle = np.arccos((a * b).sum(-1, keepdims=True))
    arc = (np.sin((1 - share) * angle) * a + np.sin(share * angle) * b) / np.sin(angle)  # (row, picture, noise_dim)
    arc *= (1 - share) * lengths[0] + share * lengths[1]
    return arc.reshape(-1, config.noise_dim).astype(np.float32)


def _quantiles(config: GanConfig, count: int) -> np.ndarray:
    share = (np.arange(count) + 0.5) / count
    return (ndtri(share) if config.noise == "gaussian" else 2 * share - 1).astype(np.float32)


def _fixed(config: GanConfig) -> tuple[np.ndarray, np.ndarray]:
    """The real samples (400, dim) and the noise (400, noise_dim) that are shown, decided by the seed."""
    noise = batches.NOISES[config.noise](config.noise_dim)
    return (
        dataset_of(config).sample(SHOWN, batches.generator(config.seed, "shown data")),
        noise(SHOWN, batches.generator(config.seed, "shown noise")),
    )


def _judge(game: Game, state: Tensors) -> Judge:
    return game.judge(game.d.views(state["d"].clone()), state["d_norm"].clone())[0]


def _verdicts(game: Game, on_real: Tensor, on_fake: Tensor) -> Tensors:
    seen, objective = torch.cat([on_real, on_fake]), game.objective
    return {
        "d_real": objective.belief(on_real, seen),
        "d_fake": objective.belief(on_fake, seen),
        "losses": torch.stack([objective.discriminator(on_real, on_fake), objective.generator(on_fake)]),
    }


def _numpy(tensors: Tensors) -> dict[str, np.ndarray]:
    return {name: tensor.cpu().numpy() for name, tensor in tensors.items()}


def _lattice(low: float, high: float, count: int) -> np.ndarray:
    """Places (count * count, 2) of a square, rows from the lowest y on."""
    axis = np.linspace(low, high, count, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def _weave(config: GanConfig) -> np.ndarray | None:
    """Noise between whose lines equal masses lie: (21, 21, 2), or (1, 201, 1) for a thread."""
    if config.noise_dim > 2:
        return None
    count = 201 if config.noise_dim == 1 else WEAVE
    share = np.linspace(0.01, 0.99, count)
    axis = (ndtri(share) if config.noise == "gaussian" else 2 * share - 1).astype(np.float32)
    return axis[None, :, None] if config.noise_dim == 1 else np.stack(np.meshgrid(axis, axis), -1)
