"""What is computed of a model of bits: pictures as they are drawn, what each bit depends on, how likely data are."""

import math
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.config import Config
from playground.core.score import Score
from playground.data.bits.binary import Binary, states
from playground.data.images.digits import Part
from playground.metrics.scores import rounding
from playground.training import batches, view
from playground.training.view import Current, half_precision

from ..model import log_prob, mask_set
from ..networks.fvsbn import FVSBN
from ..networks.made import MADE
from ..networks.network import BitNetwork
from ..sampling import sample, sample_mixture
from .frames import MAX_NATS, STEP_UNIT, keyframes
from .panel_data.context import Context

SHOWN_COUNT, VALIDATION_COUNT = 16, 300
"""Vectors of each kind that a frame holds, and how many of a part are scored while training."""
MAX_SAMPLES_AT_ONCE = 1000
MAX_DEPENDENCY_DIM = 256
"""Vectors longer than this are too long to ask for every bit what it depends on."""
NO_FLOOR = (math.nan, math.nan, math.nan)
"""Of a score for which it is not known what a perfect model would have."""


class View(view.View):
    """Vectors and random numbers of one experiment, and the nats of the weights that were validated last."""

    dataset: Binary

    def __init__(self, config: Config, dataset: Binary, device: torch.device):
        super().__init__(config, dataset, device)
        self._u = self.fixed(batches.uniform(dataset.dim, 0.0), SHOWN_COUNT, "shown")
        self._real = self.tensor(dataset.rows("valid")[:SHOWN_COUNT])
        self.validated = {"train": MAX_NATS, "valid": MAX_NATS}

    @cached_property
    def _scored(self) -> dict[str, Tensor]:
        return {part: self.tensor(self.dataset.rows(part)[:VALIDATION_COUNT]) for part in ("train", "valid")}

    def nats(self, net: BitNetwork, part: Part) -> float:
        """Mean of -log p over the first vectors of a part."""
        with torch.no_grad():
            return -float(log_prob(net, self._scored[part]).mean())

    def validate(self, model: BitNetwork) -> float:
        """Nats of the validation part."""
        self.validated = {part: self.nats(model, part) for part in ("train", "valid")}
        return self.validated["valid"]

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays: `bits` (16, dim) sampled from random numbers that never change, and the probability with which each
        was set, `chances` (16, dim); `real` (16, dim), the same of validation vectors; `hears` (h, dim), how much each
        bit before it moves the log odds of the bit sampled after each keyframe (none of long vectors); `judged` (4,)
        nats of training and validation vectors by the weights validated last, of the latter by the best ones, and the
        step of these in units of `STEP_UNIT`; `MAX_NATS` before any were validated.
        """
        net, best = now.model, now.best
        assert best is not None  # bits have validation data
        with torch.no_grad():
            bits, probabilities = sample(net, self._u)
            real = torch.sigmoid(net(self._real, mask_set(0, self._real)))
            dependencies = self._dependencies(net)
        nats = [min(value, MAX_NATS) for value in (*self.validated.values(), best.score)]
        return {
            "bits": half_precision(bits),
            "chances": half_precision(probabilities),
            "real": half_precision(real),
            "hears": half_precision(dependencies),
            "judged": np.array([*nats, best.step / STEP_UNIT], np.float32),
        }

    def _dependencies(self, net: BitNetwork) -> Tensor:
        """How far the logit of a bit moves when another is flipped, in the mean over a few real vectors: a row for the
        bit after each keyframe, (h, dim)."""
        dim = self.dataset.dim
        if dim > MAX_DEPENDENCY_DIM:
            return torch.zeros(0, dim)
        base = self._real[: 4 if isinstance(net, FVSBN | MADE) else 1]
        return flip_sensitivity(net, base)[torch.from_numpy(net.orders[0][keyframes(dim)[:-1]]).to(self.device)]

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """Nats per vector by the weights validated last, `train_nll` and `valid_nll`; `thorough`: by the shown ones, on
        all vectors of each part, with `test_nll`, too. Where the distribution is known, `nll_gap` is exact: the
        divergence from the truth, summed over all vectors, so that only rounding leaves it uncertain.
        """
        net, found = now.model, {}
        for part in ("train", "valid", "test") if thorough else ("train", "valid"):
            if thorough:
                log_p = self.log_prob(now, self.dataset.rows(part))
                value, count = -float(log_p.mean()), len(log_p)
            else:
                value, count = self.validated[part], len(self._scored["valid"])
                if value >= MAX_NATS:
                    value = self.nats(net, part)
            found[f"{part}_nll"] = Score(value, *self._floor(count))
        if self.dataset.entropy is not None:
            slack = rounding(self.dataset.entropy)
            found["nll_gap"] = Score(self._gap(net), 0.0, -slack, slack)
        return found

    def _floor(self, count: int) -> tuple[float, float, float]:
        """The truth's own mean of -log p over `count` vectors: its expectation and 95 % interval, where known."""
        data, interval = self.dataset, self.dataset.nll_interval(count)
        if data.entropy is None or interval is None:
            return NO_FLOOR
        return data.entropy, *interval

    def _gap(self, net: BitNetwork) -> float:
        every = states(self.dataset.dim)
        log_p = self.dataset.log_prob(every)
        with torch.no_grad():
            log_q = log_prob(net, self.tensor(every)).cpu().double().numpy()
        return float(np.exp(log_p) @ (log_p - log_q))

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh vectors (n, dim) float32 of bits."""
        net, generator = now.model, batches.generator(seed, "samples")
        u = self.tensor(generator.random((n, self.dataset.dim), np.float32))
        sets = torch.from_numpy(generator.integers(len(net.orders), size=n)).to(self.device)
        parts = zip(u.split(MAX_SAMPLES_AT_ONCE), sets.split(MAX_SAMPLES_AT_ONCE), strict=True)
        with torch.no_grad():
            return torch.cat([sample_mixture(net, *part) for part in parts]).cpu().numpy()

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """log p in nats of vectors (n, dim): (n,)."""
        with torch.no_grad():
            return log_prob(now.model, self.tensor(x)).cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, self.dataset, self.device)


def flip_sensitivity(net: BitNetwork, base: Tensor, number: int = 0) -> Tensor:
    """How far the logit of bit i moves when bit j of vectors `base` (n, dim) is flipped, in the mean: (dim, dim)."""
    which, eye = mask_set(number, base), torch.eye(base.shape[1], device=base.device)
    moved = [(net((x - eye).abs(), which) - net(x[None], which)).abs().t() for x in base]
    return torch.stack(moved).mean(0)
