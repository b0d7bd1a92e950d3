"""What is computed of a model of bits: pictures as they are drawn, what each bit depends on, how likely data are."""

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.score import Score
from playground.data.bits.binary import MOST_STATES, Binary, Triples, states
from playground.data.images.digits import Part
from playground.training import batches

from ..config import AutoregressiveConfig, data_of
from ..model import log_prob, mask_set
from ..networks.fvsbn import FVSBN
from ..networks.made import MADE
from ..networks.network import BitNetwork
from ..sampling import sample, sample_mixture
from .checkpoint import BestCheckpoint
from .keyframes import keyframes
from .panel_data import Context, respond
from .validation import NOT_VALIDATED, VALIDATE_EVERY

SHOWN_COUNT, VALIDATION_COUNT = 16, 300
"""Vectors of each kind that a frame holds, and how many of a part are scored while training."""
MAX_DEPENDENCY_DIM = 256
"""Vectors longer than this are too long to ask for every bit what it depends on."""
NO_FLOOR = (math.nan,) * 3
"""Of a score for which it is not known what a perfect model would have."""


class BitView:
    """Data and random numbers of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: AutoregressiveConfig, device: torch.device):
        self._config, self._device, self.data = config, device, data_of(config)
        if not isinstance(self.data, Binary):
            raise TypeError(f"{config.data} are no bits")
        self._u = self._tensor(batches.generator(config.seed, "shown").random((SHOWN_COUNT, self.data.dim), np.float32))
        self._real = self._tensor(self.data.rows("valid")[:SHOWN_COUNT])

    @cached_property
    def _scored(self) -> dict[str, Tensor]:
        return {part: self._tensor(self.data.rows(part)[:VALIDATION_COUNT]) for part in ("train", "valid")}

    def nats(self, net: BitNetwork, part: Part) -> float:
        """Mean of -log p over the first vectors of a part."""
        with torch.no_grad():
            return -float(log_prob(net, self._scored[part]).mean())

    def validate(self, best: BestCheckpoint, net: BitNetwork, average: Tensor, step: int) -> BestCheckpoint:
        """The better of the best weights so far and the newest, of which `net` is made."""
        train, valid = self.nats(net, "train"), self.nats(net, "valid")
        if valid < best.nats:
            return BestCheckpoint(average.clone(), valid, step, train, valid)
        return replace(best, train=train, valid=valid)

    def snapshot(self, net: BitNetwork, best: BestCheckpoint) -> dict[str, np.ndarray]:
        """Arrays: `bits` (16, dim) sampled from random numbers that never change, and the probability with which each
        was set, `chances` (16, dim); `real` (16, dim), the same of validation vectors; `hears` (h, dim), how much each
        bit before it moves the log odds of the bit sampled after each keyframe (none of long vectors); `judged` (4,)
        nats of training and validation vectors by the weights validated last, of the latter by the best ones, and the
        step of these in units of `VALIDATE_EVERY`; `NOT_VALIDATED` before any were.
        """
        with torch.no_grad():
            bits, probabilities = sample(net, self._u)
            real = torch.sigmoid(net(self._real, mask_set(0, self._real)))
            dependencies = self._dependencies(net)
        nats = [best.train, best.valid, best.nats, best.step / VALIDATE_EVERY]
        return {
            "bits": _half(bits),
            "chances": _half(probabilities),
            "real": _half(real),
            "hears": _half(dependencies),
            "judged": np.array(nats, np.float32),
        }

    def _dependencies(self, net: BitNetwork) -> Tensor:
        """How far the logit of a bit moves when another is flipped, in the mean over a few real vectors: a row for the
        bit after each keyframe, (h, dim)."""
        dim = self.data.dim
        if dim > MAX_DEPENDENCY_DIM:
            return torch.zeros(0, dim)
        base = self._real[: 4 if isinstance(net, FVSBN | MADE) else 1]
        return flip_sensitivity(net, base)[torch.from_numpy(net.orders[0][keyframes(dim)[:-1]])]

    def evaluate(self, net: BitNetwork, best: BestCheckpoint, thorough: bool) -> dict[str, Score]:
        """Nats per vector by the weights validated last, `train_nll` and `valid_nll`; `thorough`: by the shown ones, on
        all vectors of each part, with `test_nll`, too. What a perfect model would need is known only of the XOR
        triples, where `nll_gap` is exact: the divergence from the truth, summed over all vectors.
        """
        found = {}
        for part in ("train", "valid", "test") if thorough else ("train", "valid"):
            value, count = getattr(best, part, NOT_VALIDATED), len(self._scored["valid"])
            if thorough:
                log_p = self.log_prob(net, self.data.rows(part))
                value, count = -float(log_p.mean()), len(log_p)
            elif value == NOT_VALIDATED:
                value = self.nats(net, part)
            found[f"{part}_nll"] = Score(value, *self._floor(count))
        if isinstance(self.data, Triples):
            found["nll_gap"] = Score(self._gap(net, self.data), 0.0, 0.0, 0.0)
        return found

    def _floor(self, count: int) -> tuple[float, float, float]:
        """The truth's own mean of -log p over `count` vectors: its expectation and 95 % interval, where known."""
        if not isinstance(self.data, Triples):
            return NO_FLOOR
        half = 1.96 * float(self.data.log_prob(self.data.rows("test")).std()) / count**0.5
        return self.data.entropy, self.data.entropy - half, self.data.entropy + half

    def _gap(self, net: BitNetwork, data: Triples) -> float:
        every = states(data.dim)
        log_p = data.log_prob(every)
        with torch.no_grad():
            log_q = log_prob(net, self._tensor(every)).double().cpu().numpy()
        return float(np.exp(log_p) @ (log_p - log_q))

    def total_probability(self, net: BitNetwork) -> float:
        """The sum of the model's probabilities over all vectors, NaN where these are too many."""
        if self.data.dim > MOST_STATES:
            return math.nan
        with torch.no_grad():
            return float(log_prob(net, self._tensor(states(self.data.dim))).double().exp().sum())

    def sample(self, net: BitNetwork, n: int, seed: int) -> np.ndarray:
        """`n` fresh vectors (n, dim) float32 of bits."""
        generator = batches.generator(seed, "samples")
        u = self._tensor(generator.random((n, self.data.dim), np.float32))
        sets = torch.from_numpy(generator.integers(len(net.orders), size=n)).to(self._device)
        with torch.no_grad():
            parts = [sample_mixture(net, *part) for part in zip(u.split(1000), sets.split(1000), strict=True)]
        return torch.cat(parts).cpu().numpy()

    def log_prob(self, net: BitNetwork, x: np.ndarray) -> np.ndarray:
        """log p in nats of vectors (n, dim): (n,)."""
        with torch.no_grad():
            return log_prob(net, self._tensor(x)).cpu().numpy()

    def respond(self, net: BitNetwork, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The dials of a panel, by its name -> the arrays that its drawing takes."""
        return respond(question, Context(net, self._config, self.data, self._device))

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self._device)


def flip_sensitivity(net: BitNetwork, base: Tensor, number: int = 0) -> Tensor:
    """How far the logit of bit i moves when bit j of vectors `base` (n, dim) is flipped, in the mean: (dim, dim)."""
    which, eye = mask_set(number, base), torch.eye(base.shape[1], device=base.device)
    moved = [(net((x - eye).abs(), which) - net(x[None], which)).abs().t() for x in base]
    return torch.stack(moved).mean(0)


def _half(tensor: Tensor) -> np.ndarray:
    return tensor.clamp(-6e4, 6e4).half().cpu().numpy()
