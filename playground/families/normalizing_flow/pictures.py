"""A flow of small pictures: what can be drawn of it, how many bits it needs, and which of its weights were best.

There is no exact density to compare with. What can be measured are bits for each pixel: of pictures it learns
from, of others by which the best weights are chosen (validation), and, once, of a third part (test).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import State
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.score import Score
from playground.data.images.digits import DIGITS, Part
from playground.training import batches

from .config import NormalizingFlowConfig, plan
from .maps.logit import Logit, bits, dequantised
from .maps.squeeze import Squeeze
from .model import Flow, normal
from .picture_answers import Asked, answer

SHOWN, JUDGED, DRAWS = 36, 297, 8
"""Pictures that are drawn, of each kind; pictures of each part that are judged; draws of the dequantising noise at
the end, where live there is one that never changes."""
EVERY = 50
"""Steps after which the weights are judged, and kept if they are the best so far."""
MOST = 12
"""Layers after which a trajectory halts, at most."""
SLOW = ("iaf", "ffjord")
"""Flows that would need a pass for each of the 64 numbers in every step."""
NEVER = 1e3
"""Bits of weights that were not judged yet."""


def check(config: NormalizingFlowConfig) -> None:
    """`UserError` where a flow cannot learn pictures in sensible time."""
    if config.data == "digits" and config.flow in SLOW:
        raise UserError(
            N_(
                "On pictures of 64 numbers this flow would take about a second for each step; choose NICE, "
                "RealNVP, Glow, MAF, a neural spline, or planar layers."
            )
        )


@dataclass(frozen=True)
class Best:
    """The averaged weights, with their running statistics, that needed fewest bits for the validation pictures."""

    average: Tensor
    statistics: Tensor
    bits: float = NEVER
    step: int = 0

    def state(self) -> State:
        return {
            "best.average": self.average.cpu().numpy(),
            "best.statistics": self.statistics.cpu().numpy(),
            "best.bits": np.array(self.bits),
            "best.step": np.array(self.step),
        }

    @classmethod
    def of(cls, state: Mapping[str, np.ndarray], device: torch.device) -> "Best":
        return cls(
            torch.tensor(state["best.average"], device=device),
            torch.tensor(state["best.statistics"], device=device),
            float(state["best.bits"]),
            int(state["best.step"]),
        )


class Pictures:
    """What an experiment on pictures looks at; all of it is decided by the seed."""

    def __init__(self, config: NormalizingFlowConfig, device: torch.device):
        check(config)
        self._seed, self._device = config.seed, device
        noise = batches.gaussian(DIGITS.dim)(SHOWN, batches.generator(config.seed, "shown noise"))
        self._noise = torch.from_numpy(noise).to(device)
        self._shown = self._even(DIGITS.vectors("valid")[:SHOWN], "shown")
        chain = plan(config)
        layers = chain[-1][1] + 1
        ends = {number + 1: k + 1 for k, (_, number) in enumerate(chain)}  # the last map of each layer
        self.stops = sorted({round(stop) for stop in np.linspace(0, layers, min(layers, MOST) + 1)})
        self._halts = [0, *(ends[stop] for stop in self.stops[1:])]

    def _even(self, pixels: np.ndarray, name: str) -> Tensor:
        """Pixels (n, 64) with their share of noise."""
        u = batches.uniform(DIGITS.dim, 0.0)(len(pixels), batches.generator(self._seed, f"u of {name}"))
        return dequantised(*(torch.from_numpy(a).to(self._device) for a in (pixels, u)), DIGITS.levels)

    @cached_property
    def _judged(self) -> dict[str, Tensor]:
        """As many of the training pictures as there are for validation, and these."""
        return {part: self._even(DIGITS.vectors(part)[:JUDGED], part) for part in ("train", "valid")}

    def bits(self, flow: Flow, part: Part) -> float:
        """Bits per dimension of a part's judged pictures."""
        with torch.no_grad():
            return float(bits(-flow.log_prob(self._judged[part]).mean(), DIGITS.dim, DIGITS.levels))

    def better(self, best: Best, flow: Flow, average: Tensor, statistics: Tensor, step: int) -> Best:
        """The better ones of the best weights so far and the newest, of which `flow` is made."""
        found = self.bits(flow, "valid")
        return Best(average.clone(), statistics.clone(), found, step) if found < best.bits else best

    def snapshot(self, flow: Flow, newest: Flow | None, best: Best) -> dict[str, np.ndarray]:
        """Arrays, for a trajectory of m halts from the noise to the data: `stops` (m,) how many layers are done;
        `forward` (m, 36, 8, 8) noise that never changes, carried to pictures, and `backward` (m, 36, 8, 8) validation
        pictures carried to the noise, in [0, 1]; `books` (m, 3) means over these pictures in nats: log p(z0), the sum
        of log|det| so far, log p at the halt; `gains` (m - 1,) means of log|det| between halts; `judged` (4,) bits per
        dimension of training and validation pictures by the newest weights, of the latter by the best ones, and the
        step of these. All but the last three in half precision, as it travels.
        """
        newest = newest or flow
        with torch.no_grad():
            forward = [z for z, _ in flow.stations(self._noise)]
            backward, gains = _home(flow, self._shown)
            prior = normal(backward[0]).mean()
            running = torch.stack([gains[:k].sum() for k in self._halts])
            drawn = {
                "forward": torch.stack([seen(flow, forward[k], k) for k in self._halts]),
                "backward": torch.stack([seen(flow, backward[k], k) for k in self._halts]),
            }
        books = torch.stack([prior.expand_as(running), running, prior - running], 1)
        valid = self.bits(newest, "valid")
        judged = [self.bits(newest, "train"), valid, min(best.bits, valid), best.step]
        return {
            "stops": np.array(self.stops, np.float32),
            "books": books.cpu().numpy(),
            "gains": running.diff().cpu().numpy(),
            "judged": np.array(judged, np.float32),
            **{name: pictures.half().cpu().numpy() for name, pictures in drawn.items()},
        }

    def evaluate(self, flow: Flow, newest: Flow | None, thorough: bool) -> dict[str, Score]:
        """Bits per dimension by the newest weights, `train_bits` and `valid_bits`; `thorough`: by the chosen ones, with
        `test_bits`, too. And the largest error of there and back. What a perfect model would need nobody knows.
        """
        judge = flow if thorough or newest is None else newest
        found = {f"{part}_bits": self.bits(judge, part) for part in ("train", "valid")}
        if thorough:
            found["test_bits"] = self.test(flow)
        with torch.no_grad():
            x = self._shown
            error = float((flow(flow.inverse(x)[0])[0] - x).abs().max())
        rounding = float(np.finfo(np.float32).eps)
        return {
            **{name: Score(value, *[float("nan")] * 3) for name, value in found.items()},
            "invertibility": Score(error, rounding, 0.0, 4 * rounding),
        }

    def test(self, flow: Flow) -> float:
        """Bits per dimension of all test pictures, the mean of several draws of the dequantising noise."""
        pixels = DIGITS.vectors("test")
        with torch.no_grad():
            draws = [flow.log_prob(self._even(pixels, f"test {k}")).mean() for k in range(DRAWS)]
            return float(bits(-torch.stack(draws).mean(), DIGITS.dim, DIGITS.levels))

    def sample(self, flow: Flow, n: int, seed: int) -> np.ndarray:
        """`n` fresh pictures (n, 64) float32, pixels in whole levels, level / 16."""
        noise = torch.from_numpy(batches.gaussian(DIGITS.dim)(n, batches.generator(seed, "samples"))).to(self._device)
        with torch.no_grad():
            return quantised(flow(noise)[0]).cpu().numpy()

    def respond(self, flow: Flow, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The dials of a panel, by its name -> the arrays that `picture_panels.draw` takes."""
        return answer(question, Asked(flow, self._seed, self._device))


def quantised(x: Tensor) -> Tensor:
    """Numbers of a flow (n, 64), 0 to 1, as the pixels that they stand for: level / 16."""
    levels = DIGITS.levels
    return (x * levels).floor().clamp(0, levels - 1) / (levels - 1)


def seen(flow: Flow, z: Tensor, k: int) -> Tensor:
    """Points (n, 64) before map `k` of the chain as pictures (n, 8, 8) in [0, 1]: of the maps to come only those are
    applied that bring the pixels to their places and their numbers to the scale of grey."""
    for link in flow.maps[k:]:
        if isinstance(getattr(link, "inner", link), Squeeze | Logit):
            z, _ = link(z)
    return z.clamp(0, 1).view(-1, *DIGITS.shape)


def _home(flow: Flow, x: Tensor) -> tuple[list[Tensor], Tensor]:
    """Points at all stations from the noise on, and the means of log|det| of each map, noise to data: (maps,)."""
    points, gains = [x], []
    for link in reversed(flow.maps):
        x, log_det = link.inverse(x)
        points.append(x)
        gains.append(-log_det.mean())
    return points[::-1], torch.stack(gains[::-1])
