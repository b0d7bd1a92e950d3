"""Snapshots and scores of a VAE of pictures.

The density of the data is not known; with at most two latent dimensions log p(x) of the model is, by quadrature.
"""

import math
from functools import cached_property

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground.core.score import Score
from playground.data.images.digits import DIGITS, PART_SIZES, Digits, Part
from playground.training import batches
from playground.training.checkpoint import BestCheckpoint
from playground.training.view import Current
from playground.training.view import View as BaseView

from .. import bounds
from ..config import VaeConfig
from ..context import Context
from ..model import Vae, kl
from ..sampling import active_dimensions, drawn, send
from ..training_data import training_data

SHOWN_PICTURES, SHOWN_CODES, OUTLINE_COUNT, OUTLINE_POINTS = 16, 297, 30, 20
"""Numbers of pictures on a sheet, of codes shown, of posteriors outlined, of points on an outline."""
MAP_SIDE = 12
"""Pictures along each side of the decoded latent plane."""
MAP_REACH = 2.6
"""The largest coordinate of the codes on this plane."""
QUADRATURE_NODES = {1: 2001, 2: 161}
"""Quadrature nodes along each latent dimension, by number of dimensions."""
FINAL_DRAWS, IWAE_CODES = 20, (50, 1000)
"""Codes drawn for the ELBO of each test picture; numbers of codes K of the importance-weighted bounds."""
NO_FLOOR = (float("nan"),) * 3
"""The floor of a score: the score of a perfect model is not known here."""


class View(BaseView):
    """The fixed pictures and noise with which one experiment is shown and scored; they depend on the settings only."""

    def __init__(self, config: VaeConfig, dataset: Digits, device: torch.device):
        super().__init__(config, dataset, device)
        self._training_data, self._latent = training_data(config), config.latent
        self._valid = self.tensor(self._training_data.part("valid"))
        self._noise = self.tensor(self._gaussian(SHOWN_PICTURES, "shown noise"))
        self._map_codes = self.tensor(_map_grid())
        angle = torch.linspace(0, 2 * math.pi, OUTLINE_POINTS + 1, device=device)
        self._circle = torch.stack([angle.cos(), angle.sin()], 1)

    @cached_property
    def _parts(self) -> dict[str, tuple[Tensor, Tensor]]:
        """The validation pictures and as many training pictures, each with noise for two codes."""
        count = PART_SIZES["valid"]
        return {
            part: (
                self.tensor(self._training_data.part(part)[:count]),
                self.tensor(self._gaussian(2 * count, f"codes of {part}")).unflatten(0, (2, -1)),
            )
            for part in ("train", "valid")
        }

    def negative_elbo(self, vae: Vae, part: Part) -> float:
        """The mean -ELBO of a split in nats, with fixed noise."""
        return -float(bounds.elbo(vae, *self._parts[part]).mean())

    def validate(self, model: Vae) -> float:
        """The mean -ELBO of the validation pictures in nats."""
        return self.negative_elbo(model, "valid")

    def _negative_elbos(self, newest: Vae, best: BestCheckpoint | None) -> np.ndarray:
        """(4,): -ELBO of training and of validation pictures with the newest weights, of validation pictures with the
        best weights, and the step of the best weights."""
        assert best is not None  # digits have validation data
        valid = self.negative_elbo(newest, "valid")
        return np.array([self.negative_elbo(newest, "train"), valid, min(best.score, valid), best.step], np.float32)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays. Codes are shown along the two latent dimensions `chosen` (2,) with the largest KL: `real` and `back`
        (16, 8, 8), validation pictures and their reconstructions; `samples` (16, 8, 8), decoded means of codes drawn
        from the prior; `map` (144, 8, 8), decoded grid of codes, top row first; `means`, `stds` (297, 2) of posteriors;
        `outline` (30, 21, 2), two standard deviations around the first means; `noise` (16, 2); `kls` (latent,), mean KL
        of each dimension; `parts` (3,), reconstruction, KL and -ELBO; `judged` (4,), see `_negative_elbos`. Pictures
        and codes are in half precision.
        """
        vae = now.model
        with torch.no_grad():
            mean, log_std = vae.encode(self._valid)
            rates = kl(mean, log_std).mean(0)
            chosen = [0, self._latent - 1] if self._latent <= 2 else sorted(rates.topk(2).indices.tolist())
            codes = torch.zeros(MAP_SIDE * MAP_SIDE, self._latent, device=self.device)
            codes[:, chosen] = self._map_codes if self._latent > 1 else self._map_line()
            several = torch.cat([mean[:SHOWN_PICTURES], self._noise, codes])
            back, samples, table = (
                vae.generate(several)
                .view(-1, *DIGITS.shape)
                .split([SHOWN_PICTURES, SHOWN_PICTURES, MAP_SIDE * MAP_SIDE])
            )
            flat, stds = mean[:, chosen], log_std.exp()[:, chosen]
            if self._latent == 1:
                flat, stds = _band(flat), stds * torch.tensor([1.0, 0.25], device=self.device)
            outline = flat[:OUTLINE_COUNT, None] + 2 * stds[:OUTLINE_COUNT, None] * self._circle
            cost, rate = bounds.parts(vae, *self._parts["valid"])
            parts = torch.stack([cost.mean(), rate.mean(), (cost + rate).mean()])
        pictures = {
            "real": self._valid[:SHOWN_PICTURES].view(-1, *DIGITS.shape),
            "back": back,
            "samples": samples,
            "map": table,
            "means": flat,
            "stds": stds,
            "outline": outline,
            "noise": self._noise[:, chosen],
        }
        return {
            "chosen": np.array(chosen, np.float32),
            "kls": rates.cpu().numpy(),
            "parts": parts.cpu().numpy(),
            **{name: tensor.half().cpu().numpy() for name, tensor in pictures.items()},
            "judged": self._negative_elbos(now.newest, now.best),
        }

    def _map_line(self) -> Tensor:
        """One-dimensional codes at equal prior masses, in both columns that `chosen` names."""
        count = MAP_SIDE * MAP_SIDE
        line = ndtri((np.arange(count) + 0.5) / count).astype(np.float32)
        return self.tensor(np.stack([line, line], 1))

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """-ELBO of training and validation pictures in nats, `train_elbo` and `valid_elbo`. `thorough`: for all test
        pictures `elbo` with its terms `reconstruction` and `kl`, the importance-weighted bounds, the number of `active`
        dimensions, and `nll` by quadrature with at most two latent dimensions.
        """
        vae = now.model if thorough else now.newest
        found = {f"{part}_elbo": self.negative_elbo(vae, part) for part in ("train", "valid")}
        if thorough:
            x = self.tensor(self._training_data.part("test"))
            eps = self.tensor(self._gaussian(FINAL_DRAWS * len(x), "test codes")).unflatten(0, (FINAL_DRAWS, -1))
            cost, rate = (float(part.mean()) for part in bounds.parts(vae, x, eps))
            with torch.no_grad():
                active = active_dimensions(vae.encode(x)[0])
            found |= {"elbo": cost + rate, "reconstruction": cost, "kl": rate, "active": active}
            random = torch.Generator().manual_seed(self.config.seed)
            for count in IWAE_CODES:
                found[f"iwae{count}"] = -float(bounds.iwae(vae, x, count, random).mean())
            if self._latent in QUADRATURE_NODES and not self.config.autoregressive:
                found["nll"] = -float(bounds.exact(vae, x, QUADRATURE_NODES[self._latent]).mean())
        return {name: Score(value, *NO_FLOOR) for name, value in found.items()}

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` samples (n, 64) float32, pixels in [0, 1]."""
        return drawn(now.model, n, seed, self.device).clip(0, 1)

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, self._training_data, self.device)

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        return send(now.model, z, self.device)

    def _gaussian(self, n: int, stream: str) -> np.ndarray:
        return batches.gaussian(self._latent)(n, batches.generator(self.config.seed, stream))


def _map_grid() -> np.ndarray:
    """Codes on a grid, the largest second coordinate first, as in the sheet of pictures: (144, 2)."""
    axis = np.linspace(-MAP_REACH, MAP_REACH, MAP_SIDE, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)


def _band(codes: Tensor) -> Tensor:
    """One-dimensional codes, given in both columns, as points on a band: (n, 2)."""
    spread = torch.linspace(0, len(codes) * 0.618034, len(codes), device=codes.device).frac() * 2 - 1
    return torch.stack([codes[:, 0], spread], 1)
