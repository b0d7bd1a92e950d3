"""What an experiment on pictures looks at: their codes, reconstructions, samples, and how many nats it needs.

There is no exact density to compare with, but for a code of two numbers log p(x) itself is known by quadrature.
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
from ..source import source

SHOWN, CODES, OUTLINED, ROUND = 16, 297, 30, 20
"""Pictures of each kind on a sheet; pictures whose codes are drawn; posteriors that are outlined, places on each."""
MAP = 12
"""Pictures along each side of the map of the code."""
FAR = 2.6
"""How far from 0 the map goes."""
NODES = {1: 2001, 2: 161}
"""Of the quadrature along each dimension of the code."""
DRAWS, KS = 20, (50, 1000)
"""Draws of the code for each test picture, and sizes of the importance-weighted bound."""
UNKNOWN = (float("nan"),) * 3
"""The floor of a score: what a perfect model would score is not known here."""


class View(BaseView):
    """Pictures and draws of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: VaeConfig, dataset: Digits, device: torch.device):
        super().__init__(config, dataset, device)
        self._source, self._latent = source(config), config.latent
        self._valid = self.tensor(self._source.part("valid"))
        self._noise = self.tensor(self._gaussian(SHOWN, "shown noise"))
        self._woven = self.tensor(_map())
        angle = torch.linspace(0, 2 * math.pi, ROUND + 1, device=device)
        self._circle = torch.stack([angle.cos(), angle.sin()], 1)

    @cached_property
    def _parts(self) -> dict[str, tuple[Tensor, Tensor]]:
        """As many of the training pictures as there are for validation, and these; with draws of their codes."""
        count = PART_SIZES["valid"]
        return {
            part: (
                self.tensor(self._source.part(part)[:count]),
                self.tensor(self._gaussian(2 * count, f"codes of {part}")).unflatten(0, (2, -1)),
            )
            for part in ("train", "valid")
        }

    def judged(self, vae: Vae, part: Part) -> float:
        """Minus the mean ELBO of a part's judged pictures, in nats, by draws that never change."""
        return -float(bounds.elbo(vae, *self._parts[part]).mean())

    def validate(self, model: Vae) -> float:
        """Minus the mean ELBO of the validation pictures."""
        return self.judged(model, "valid")

    def _judgement(self, newest: Vae, best: BestCheckpoint | None) -> np.ndarray:
        """(4,): minus the ELBO of training and of validation pictures by the newest weights, of the latter by the best
        ones, and the step of these."""
        assert best is not None  # digits have validation data
        valid = self.judged(newest, "valid")
        return np.array([self.judged(newest, "train"), valid, min(best.score, valid), best.step], np.float32)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays; of codes the two dimensions `chosen` (2,) with the most KL: `real` and `back` (16, 8, 8) pictures
        kept from training, and their reconstructions; `samples` (16, 8, 8), expected pictures of codes drawn from the
        prior; `map` (144, 8, 8) of codes on a grid, top row first; `means`, `stds` (297, 2) of posteriors; `outline`
        (30, 21, 2) two standard deviations around the first; `noise` (16, 2); `kls` (latent,) mean KL of each
        dimension; `parts` (3,) reconstruction, KL and minus the ELBO. Pictures and places are in half precision.
        """
        vae = now.model
        with torch.no_grad():
            mean, log_std = vae.encode(self._valid)
            rates = kl(mean, log_std).mean(0)
            chosen = [0, self._latent - 1] if self._latent <= 2 else sorted(rates.topk(2).indices.tolist())
            codes = torch.zeros(MAP * MAP, self._latent, device=self.device)
            codes[:, chosen] = self._woven if self._latent > 1 else self._line()
            several = torch.cat([mean[:SHOWN], self._noise, codes])
            back, samples, table = vae.generate(several).view(-1, *DIGITS.shape).split([SHOWN, SHOWN, MAP * MAP])
            flat, stds = mean[:, chosen], log_std.exp()[:, chosen]
            if self._latent == 1:
                flat, stds = _band(flat), stds * torch.tensor([1.0, 0.25], device=self.device)
            outline = flat[:OUTLINED, None] + 2 * stds[:OUTLINED, None] * self._circle
            cost, rate = bounds.parts(vae, *self._parts["valid"])
            parts = torch.stack([cost.mean(), rate.mean(), (cost + rate).mean()])
        pictures = {
            "real": self._valid[:SHOWN].view(-1, *DIGITS.shape),
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
            "judged": self._judgement(now.newest, now.best),
        }

    def _line(self) -> Tensor:
        """Codes of one number in equal masses, twice for the two columns that they are written to."""
        count = MAP * MAP
        line = ndtri((np.arange(count) + 0.5) / count).astype(np.float32)
        return self.tensor(np.stack([line, line], 1))

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """Minus the ELBO of training and validation pictures in nats, `train_elbo` and `valid_elbo`; `thorough`: of all
        test pictures `elbo` with its parts `reconstruction` and `kl`, the importance-weighted bounds, `active`
        dimensions of the code, and by quadrature `nll`, where the code has one or two.
        """
        vae = now.model if thorough else now.newest
        found = {f"{part}_elbo": self.judged(vae, part) for part in ("train", "valid")}
        if thorough:
            x = self.tensor(self._source.part("test"))
            eps = self.tensor(self._gaussian(DRAWS * len(x), "test codes")).unflatten(0, (DRAWS, -1))
            cost, rate = (float(part.mean()) for part in bounds.parts(vae, x, eps))
            with torch.no_grad():
                active = active_dimensions(vae.encode(x)[0])
            found |= {"elbo": cost + rate, "reconstruction": cost, "kl": rate, "active": active}
            random = torch.Generator().manual_seed(self.config.seed)
            for count in KS:
                found[f"iwae{count}"] = -float(bounds.iwae(vae, x, count, random).mean())
            if self._latent in NODES and not self.config.autoregressive:
                found["nll"] = -float(bounds.exact(vae, x, NODES[self._latent]).mean())
        return {name: Score(value, *UNKNOWN) for name, value in found.items()}

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` draws (n, 64) float32, pixels in [0, 1]."""
        return drawn(now.model, n, seed, self.device).clip(0, 1)

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, self._source, self.device)

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        return send(now.model, z, self.device)

    def _gaussian(self, n: int, stream: str) -> np.ndarray:
        return batches.gaussian(self._latent)(n, batches.generator(self.config.seed, stream))


def _map() -> np.ndarray:
    """Codes on a grid, the largest second coordinate first, as pictures are laid out: (144, 2)."""
    axis = np.linspace(-FAR, FAR, MAP, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis[::-1]), -1).reshape(-1, 2)


def _band(codes: Tensor) -> Tensor:
    """Codes of one number, in both columns: as places on a band."""
    spread = torch.linspace(0, len(codes) * 0.618034, len(codes), device=codes.device).frac() * 2 - 1
    return torch.stack([codes[:, 0], spread], 1)
