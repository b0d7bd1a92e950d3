"""A flow of small images: the arrays that are drawn, scores, the best weights, samples, answers to panels.

There is no exact density to compare with. The scores are bits per dimension: of the training images, of the
validation images, which choose the best weights, and in the end of the test images.
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

from ..config import NormalizingFlowConfig
from ..maps.logit import Logit, bits_per_dim, dequantise
from ..maps.squeeze import Squeeze
from ..model import Flow, standard_normal_log_prob
from ..plan import plan
from .panel_data import Context, answer

SHOWN_IMAGES, SCORED_IMAGES, TEST_DRAWS = 36, 297, 8
"""Images of each kind that are drawn; images of each part that are scored; draws of the dequantisation noise for the
test images, where live scores use a single fixed one."""
VALIDATE_EVERY = 50
"""Steps between two validations of the weights."""
NOT_VALIDATED = 1e3
"""Bits of weights before the first validation."""
MAX_SEGMENTS = 12
"""Longer chains skip keyframes."""
SLOW_FLOWS = ("iaf", "ffjord")
"""Flows that would need a pass for each of the 64 pixels in every step."""


def check(config: NormalizingFlowConfig) -> None:
    """`UserError` where a flow is too slow for images."""
    if config.data == "digits" and config.flow in SLOW_FLOWS:
        raise UserError(
            N_(
                "On images of 64 numbers a step of this flow would take about a second; choose NICE, RealNVP, Glow, "
                "MAF, a neural spline, or planar layers."
            )
        )


@dataclass(frozen=True)
class BestCheckpoint:
    """The averaged weights, with their running statistics, that need the fewest bits for the validation images."""

    average: Tensor
    statistics: Tensor
    bits: float = NOT_VALIDATED
    step: int = 0

    def state_dict(self) -> State:
        return {
            "best.average": self.average.cpu().numpy(),
            "best.statistics": self.statistics.cpu().numpy(),
            "best.bits": np.array(self.bits),
            "best.step": np.array(self.step),
        }

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray], device: torch.device) -> "BestCheckpoint":
        return cls(
            torch.tensor(state["best.average"], device=device),
            torch.tensor(state["best.statistics"], device=device),
            float(state["best.bits"]),
            int(state["best.step"]),
        )


class ImageView:
    """The images and noise with which an experiment is drawn and scored; the seed decides all of them."""

    def __init__(self, config: NormalizingFlowConfig, device: torch.device):
        check(config)
        self._seed, self._device = config.seed, device
        noise = batches.gaussian(DIGITS.dim)(SHOWN_IMAGES, batches.generator(config.seed, "shown noise"))
        self._noise = torch.from_numpy(noise).to(device)
        self._shown = self._dequantise(DIGITS.vectors("valid")[:SHOWN_IMAGES], "shown")
        chain = plan(config)
        layers = chain[-1][1] + 1
        ends = {number + 1: k + 1 for k, (_, number) in enumerate(chain)}  # the last map of each layer
        self.keyframes = sorted({round(k) for k in np.linspace(0, layers, min(layers, MAX_SEGMENTS) + 1)})
        self._positions = [0, *(ends[k] for k in self.keyframes[1:])]

    def _dequantise(self, pixels: np.ndarray, name: str) -> Tensor:
        """Pixels (n, 64) with fixed dequantisation noise."""
        u = batches.uniform(DIGITS.dim, 0.0)(len(pixels), batches.generator(self._seed, f"u of {name}"))
        return dequantise(*(torch.from_numpy(a).to(self._device) for a in (pixels, u)), DIGITS.levels)

    @cached_property
    def _scored(self) -> dict[str, Tensor]:
        """The validation images, and as many of the training images."""
        return {part: self._dequantise(DIGITS.vectors(part)[:SCORED_IMAGES], part) for part in ("train", "valid")}

    def bits(self, flow: Flow, part: Part) -> float:
        """Bits per dimension of the scored images of a part."""
        with torch.no_grad():
            return float(bits_per_dim(-flow.log_prob(self._scored[part]).mean(), DIGITS.dim, DIGITS.levels))

    def better(
        self, best: BestCheckpoint, flow: Flow, average: Tensor, statistics: Tensor, step: int
    ) -> BestCheckpoint:
        """The better of the best weights so far and the newest ones, those of `flow`."""
        found = self.bits(flow, "valid")
        return BestCheckpoint(average.clone(), statistics.clone(), found, step) if found < best.bits else best

    def snapshot(self, flow: Flow, newest: Flow | None, best: BestCheckpoint) -> dict[str, np.ndarray]:
        """Arrays, for a trajectory of m keyframes from noise to data: `keyframes` (m,) the number of layers done;
        `forward` (m, 36, 8, 8) fixed noise, transformed to images, and `backward` (m, 36, 8, 8) validation images,
        transformed to noise, in [0, 1]; `log_prob_terms` (m, 3) means over these images in nats: log p(z0), the sum
        of log|det| so far, log p at the keyframe; `mean_log_det` (m - 1,) means of log|det| between keyframes;
        `judged` (4,) bits per dimension of training and validation images by the newest weights, of the latter by
        the best ones, and the step of these. Images are in half precision for transport.
        """
        newest = newest or flow
        with torch.no_grad():
            forward = [z for z, _ in flow.intermediates(self._noise)]
            backward, log_det = _inverse_intermediates(flow, self._shown)
            prior = standard_normal_log_prob(backward[0]).mean()
            running = torch.stack([log_det[:k].sum() for k in self._positions])
            drawn = {
                "forward": torch.stack([as_images(flow, forward[k], k) for k in self._positions]),
                "backward": torch.stack([as_images(flow, backward[k], k) for k in self._positions]),
            }
        terms = torch.stack([prior.expand_as(running), running, prior - running], 1)
        valid = self.bits(newest, "valid")
        scored = [self.bits(newest, "train"), valid, min(best.bits, valid), best.step]
        return {
            "keyframes": np.array(self.keyframes, np.float32),
            "log_prob_terms": terms.cpu().numpy(),
            "mean_log_det": running.diff().cpu().numpy(),
            "judged": np.array(scored, np.float32),
            **{name: images.half().cpu().numpy() for name, images in drawn.items()},
        }

    def evaluate(self, flow: Flow, newest: Flow | None, thorough: bool) -> dict[str, Score]:
        """Bits per dimension of the newest weights, `train_bits` and `valid_bits`; `thorough`: of the shown weights,
        with `test_bits`, too. And the largest round-trip error. The score of a perfect model is unknown.
        """
        scored = flow if thorough or newest is None else newest
        found = {f"{part}_bits": self.bits(scored, part) for part in ("train", "valid")}
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
        """Bits per dimension of all test images, averaged over several draws of the dequantisation noise."""
        pixels = DIGITS.vectors("test")
        with torch.no_grad():
            draws = [flow.log_prob(self._dequantise(pixels, f"test {k}")).mean() for k in range(TEST_DRAWS)]
            return float(bits_per_dim(-torch.stack(draws).mean(), DIGITS.dim, DIGITS.levels))

    def sample(self, flow: Flow, n: int, seed: int) -> np.ndarray:
        """`n` fresh images (n, 64) float32, pixels in whole levels, level / 16."""
        noise = torch.from_numpy(batches.gaussian(DIGITS.dim)(n, batches.generator(seed, "samples"))).to(self._device)
        with torch.no_grad():
            return quantise(flow(noise)[0]).cpu().numpy()

    def respond(self, flow: Flow, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The dials of a panel, by its name -> the arrays that `panels.draw` takes."""
        return answer(question, Context(flow, self._seed, self._device))


def quantise(x: Tensor) -> Tensor:
    """Outputs of a flow (n, 64), 0 to 1, as pixels: level / 16."""
    levels = DIGITS.levels
    return (x * levels).floor().clamp(0, levels - 1) / (levels - 1)


def as_images(flow: Flow, z: Tensor, k: int) -> Tensor:
    """Points (n, 64) before map `k` of the chain as images (n, 8, 8) in [0, 1]: of the maps that follow, only those
    are applied that reorder pixels or bring them to the grey scale."""
    for bijection in flow.maps[k:]:
        if isinstance(getattr(bijection, "inner", bijection), Squeeze | Logit):
            z, _ = bijection(z)
    return z.clamp(0, 1).view(-1, *DIGITS.shape)


def _inverse_intermediates(flow: Flow, x: Tensor) -> tuple[list[Tensor], Tensor]:
    """Data before every map, the noise first, and the mean log|det| of each map from noise to data: (maps,)."""
    points, log_dets = [x], []
    for bijection in reversed(flow.maps):
        x, log_det = bijection.inverse(x)
        points.append(x)
        log_dets.append(-log_det.mean())
    return points[::-1], torch.stack(log_dets[::-1])
