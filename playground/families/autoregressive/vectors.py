"""What an experiment on bits looks at: pictures in the making, what each bit hears, how likely data are."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State
from playground.core.score import Score
from playground.data.bits.binary import MOST_STATES, Binary, Triples, states
from playground.data.images.digits import Part
from playground.training import batches

from .answers import Asked, answer
from .config import AutoregressiveConfig, data_of
from .halts import EVERY, NEVER, halts
from .model import chosen, log_prob
from .nets.fvsbn import FVSBN
from .nets.made import MADE
from .nets.net import Net
from .sample import drawn, mixed

SHOWN, JUDGED = 16, 300
"""Vectors that are drawn, of each kind, and how many of a part are judged live."""
HEARD = 256
"""Vectors longer than this are too long to ask what each bit hears."""
UNKNOWN = (math.nan,) * 3
"""Of a score: what a perfect model would have, where nobody knows."""


@dataclass(frozen=True)
class Best:
    """The averaged weights that needed fewest nats for the validation part; and what the ones judged last needed, of
    the
    training and the validation part."""

    average: Tensor
    nats: float = NEVER
    step: int = 0
    train: float = NEVER
    valid: float = NEVER

    def state(self) -> State:
        return {
            "best.average": self.average.cpu().numpy(),
            "best.nats": np.array(self.nats),
            "best.step": np.array(self.step),
            "best.last": np.array([self.train, self.valid]),
        }

    @classmethod
    def of(cls, state: Mapping[str, np.ndarray], device: torch.device) -> "Best":
        return cls(
            torch.tensor(state["best.average"], device=device),
            float(state["best.nats"]),
            int(state["best.step"]),
            *map(float, state["best.last"]),
        )


class Vectors:
    """Data and random numbers of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: AutoregressiveConfig, device: torch.device):
        self._config, self._device, self.data = config, device, data_of(config)
        if not isinstance(self.data, Binary):
            raise TypeError(f"{config.data} are no bits")
        self._u = self._tensor(batches.generator(config.seed, "shown").random((SHOWN, self.data.dim), np.float32))
        self._real = self._tensor(self.data.rows("valid")[:SHOWN])

    @cached_property
    def _judged(self) -> dict[str, Tensor]:
        return {part: self._tensor(self.data.rows(part)[:JUDGED]) for part in ("train", "valid")}

    def nats(self, net: Net, part: Part) -> float:
        """Mean of -log p over the judged vectors of a part."""
        with torch.no_grad():
            return -float(log_prob(net, self._judged[part]).mean())

    def better(self, best: Best, net: Net, average: Tensor, step: int) -> Best:
        """The better ones of the best weights so far and the newest, of which `net` is made."""
        train, valid = self.nats(net, "train"), self.nats(net, "valid")
        if valid < best.nats:
            return Best(average.clone(), valid, step, train, valid)
        return replace(best, train=train, valid=valid)

    def snapshot(self, net: Net, best: Best) -> dict[str, np.ndarray]:
        """Arrays: `bits` (16, dim) drawn from random numbers that never change, and the chance that each had to be set
        when it was drawn, `chances` (16, dim); `real` (16, dim), the same of validation vectors; `hears` (h, dim), how
        much each bit before it moves the log odds of the bit drawn after each halt (none of long vectors); `judged`
        (4,) nats of training and validation vectors by the weights judged last, of the latter by the best ones, and the
        step of these in units of `EVERY`; `NEVER` before any were.
        """
        with torch.no_grad():
            bits, chances = drawn(net, self._u)
            real = torch.sigmoid(net(self._real, chosen(0, self._real)))
            heard = self._hears(net)
        judged = [best.train, best.valid, best.nats, best.step / EVERY]
        return {
            "bits": _half(bits),
            "chances": _half(chances),
            "real": _half(real),
            "hears": _half(heard),
            "judged": np.array(judged, np.float32),
        }

    def _hears(self, net: Net) -> Tensor:
        """Mean over a few real vectors of how far the logit of each bit moves when another is turned: a row for each
        bit
        in the order, (dim, dim)."""
        dim = self.data.dim
        if dim > HEARD:
            return torch.zeros(0, dim)
        base = self._real[: 4 if isinstance(net, FVSBN | MADE) else 1]
        return turned(net, base)[torch.from_numpy(net.orders[0][halts(dim)[:-1]])]

    def evaluate(self, net: Net, best: Best, thorough: bool) -> dict[str, Score]:
        """Nats for a vector by the weights judged last, `train_nll` and `valid_nll`; `thorough`: by the shown ones,
        with `test_nll`, too, on all there are. What a perfect model would need is known only of the XOR triples, where
        `nll_gap` is exact: the divergence from the truth, summed over all vectors.
        """
        found = {}
        for part in ("train", "valid", "test") if thorough else ("train", "valid"):
            value, count = getattr(best, part, NEVER), len(self._judged["valid"])
            if thorough:
                log_p = self.log_prob(net, self.data.rows(part))
                value, count = -float(log_p.mean()), len(log_p)
            elif value == NEVER:
                value = self.nats(net, part)
            found[f"{part}_nll"] = Score(value, *self._floor(count))
        if isinstance(self.data, Triples):
            found["nll_gap"] = Score(self._gap(net, self.data), 0.0, 0.0, 0.0)
        return found

    def _floor(self, count: int) -> tuple[float, float, float]:
        """The truth's own mean of -log p over so many vectors: its expectation and 95 % interval, where it is known."""
        if not isinstance(self.data, Triples):
            return UNKNOWN
        half = 1.96 * float(self.data.log_prob(self.data.rows("test")).std()) / count**0.5
        return self.data.entropy, self.data.entropy - half, self.data.entropy + half

    def _gap(self, net: Net, data: Triples) -> float:
        every = states(data.dim)
        log_p = data.log_prob(every)
        with torch.no_grad():
            log_q = log_prob(net, self._tensor(every)).double().cpu().numpy()
        return float(np.exp(log_p) @ (log_p - log_q))

    def total(self, net: Net) -> float:
        """The sum of the model's probabilities over all vectors, where these can be counted."""
        if self.data.dim > MOST_STATES:
            return math.nan
        with torch.no_grad():
            return float(log_prob(net, self._tensor(states(self.data.dim))).double().exp().sum())

    def sample(self, net: Net, n: int, seed: int) -> np.ndarray:
        """`n` fresh vectors (n, dim) float32 of bits."""
        generator = batches.generator(seed, "samples")
        u = self._tensor(generator.random((n, self.data.dim), np.float32))
        sets = torch.from_numpy(generator.integers(len(net.orders), size=n)).to(self._device)
        with torch.no_grad():
            return (
                torch.cat([mixed(net, *part) for part in zip(u.split(1000), sets.split(1000), strict=True)])
                .cpu()
                .numpy()
            )

    def log_prob(self, net: Net, x: np.ndarray) -> np.ndarray:
        """log p in nats of vectors (n, dim): (n,)."""
        with torch.no_grad():
            return log_prob(net, self._tensor(x)).cpu().numpy()

    def respond(self, net: Net, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The dials of a panel, by its name -> the arrays that `panels.draw` takes."""
        return answer(question, Asked(net, self._config, self.data, self._device))

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self._device)


def turned(net: Net, base: Tensor, number: int = 0) -> Tensor:
    """How far the logit of bit i moves when bit j of vectors `base` (n, dim) is turned, in the mean: (dim, dim)."""
    which, eye = chosen(number, base), torch.eye(base.shape[1], device=base.device)
    moved = [(net((x - eye).abs(), which) - net(x[None], which)).abs().t() for x in base]
    return torch.stack(moved).mean(0)


def _half(tensor: Tensor) -> np.ndarray:
    return tensor.clamp(-6e4, 6e4).half().cpu().numpy()
