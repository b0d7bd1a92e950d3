"""A flow of small images: the arrays that are drawn, scores, the best weights, samples, answers to panels.

There is no exact density to compare with. The scores are bits per dimension: of the training images, of the
validation images, which choose the best weights, and in the end of the test images.
"""

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from playground.core.score import Score
from playground.data.images.digits import Digits, Part
from playground.training import view
from playground.training.batches import gaussian, generator, uniform
from playground.training.view import Current

from ..config import NormalizingFlowConfig
from ..maps.logit import Logit, bits_per_dim, dequantise, quantise
from ..maps.squeeze import Squeeze
from ..model import Flow, standard_normal_log_prob
from ..plan import plan
from .panel_data.context import Context

SHOWN_IMAGES, SCORED_IMAGES, TEST_DRAWS = 36, 297, 8
"""Images of each kind that are drawn; images of each part that are scored; draws of the dequantisation noise for the
test images, where live scores use a single fixed one."""
MAX_SEGMENTS = 12
"""Longer chains skip keyframes."""


class View(view.View):
    """The images and noise with which an experiment is drawn and scored; the seed decides all of them."""

    def __init__(self, config: NormalizingFlowConfig, dataset: Digits, device: torch.device):
        super().__init__(config, dataset, device)
        self._noise = self.fixed(gaussian(dataset.dim), SHOWN_IMAGES, "shown noise")
        self._shown = self._dequantise(dataset.part("valid")[:SHOWN_IMAGES], "shown")
        chain = plan(config)
        layers = chain[-1][1] + 1
        ends = {number + 1: k + 1 for k, (_, number) in enumerate(chain)}  # the last map of each layer
        self._keyframes = sorted({round(k) for k in np.linspace(0, layers, min(layers, MAX_SEGMENTS) + 1)})
        self._positions = [0, *(ends[k] for k in self._keyframes[1:])]

    def _dequantise(self, pixels: np.ndarray, name: str) -> Tensor:
        """Pixels (n, dim) with fixed dequantisation noise."""
        u = self.fixed(uniform(self.dataset.dim, 0.0), len(pixels), f"u of {name}")
        return dequantise(self.tensor(pixels), u, self.dataset.levels)

    @cached_property
    def _scored(self) -> dict[str, Tensor]:
        """The validation images, and as many of the training images."""
        return {part: self._dequantise(self.dataset.part(part)[:SCORED_IMAGES], part) for part in ("train", "valid")}

    def bits(self, flow: Flow, part: Part) -> float:
        """Bits per dimension of the scored images of a part."""
        with torch.no_grad():
            return float(bits_per_dim(-flow.log_prob(self._scored[part]).mean(), self.dataset.dim, self.dataset.levels))

    def validate(self, model: Flow) -> float:
        return self.bits(model, "valid")

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays, for a trajectory of m keyframes from noise to data: `keyframes` (m,) the number of layers done;
        `forward` (m, 36, 8, 8) fixed noise, transformed to images, and `backward` (m, 36, 8, 8) validation images,
        transformed to noise, in [0, 1]; `log_prob_terms` (m, 3) means over these images in nats: log p(z0), the sum
        of log|det| so far, log p at the keyframe; `mean_log_det` (m - 1,) means of log|det| between keyframes;
        `judged` (4,) bits per dimension of training and validation images by the newest weights, of the latter by
        the best ones, and the step of these. Images are in half precision for transport.
        """
        flow, newest = now.model, now.newest
        with torch.no_grad():
            forward = [z for z, _ in flow.intermediates(self._noise)]
            backward, log_det = _inverse_intermediates(flow, self._shown)
            prior = standard_normal_log_prob(backward[0]).mean()
            running = torch.stack([log_det[:k].sum() for k in self._positions])
            drawn = {
                "forward": torch.stack([self._images(flow, forward[k], k) for k in self._positions]),
                "backward": torch.stack([self._images(flow, backward[k], k) for k in self._positions]),
            }
        terms = torch.stack([prior.expand_as(running), running, prior - running], 1)
        valid, best = self.bits(newest, "valid"), now.best
        assert best is not None  # images have validation data
        scored = [self.bits(newest, "train"), valid, min(best.score, valid), best.step]
        return {
            "keyframes": np.array(self._keyframes, np.float32),
            "log_prob_terms": terms.cpu().numpy(),
            "mean_log_det": running.diff().cpu().numpy(),
            "judged": np.array(scored, np.float32),
            **{name: images.half().cpu().numpy() for name, images in drawn.items()},
        }

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """Bits per dimension of the newest weights, `train_bits` and `valid_bits`; `thorough`: of the shown weights,
        with `test_bits`, too. And the largest round-trip error. The score of a perfect model is unknown.
        """
        flow = now.model
        scored = flow if thorough else now.newest
        found = {f"{part}_bits": self.bits(scored, part) for part in ("train", "valid")}
        if thorough:
            found["test_bits"] = self.test_bits(flow)
        with torch.no_grad():
            x = self._shown
            error = float((flow(flow.inverse(x)[0])[0] - x).abs().max())
        rounding = float(np.finfo(np.float32).eps)
        return {
            **{name: Score(value, *[float("nan")] * 3) for name, value in found.items()},
            "invertibility": Score(error, rounding, 0.0, 4 * rounding),
        }

    def test_bits(self, flow: Flow) -> float:
        """Bits per dimension of all test images, averaged over several draws of the dequantisation noise."""
        pixels = self.dataset.part("test")
        with torch.no_grad():
            draws = [flow.log_prob(self._dequantise(pixels, f"test {k}")).mean() for k in range(TEST_DRAWS)]
            return float(bits_per_dim(-torch.stack(draws).mean(), self.dataset.dim, self.dataset.levels))

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh images (n, 64) float32, pixels in whole levels, level / 16."""
        noise = self.tensor(gaussian(self.dataset.dim)(n, generator(seed, "samples")))
        with torch.no_grad():
            return quantise(now.model(noise)[0], self.dataset.levels).cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(now.model, self.dataset, self.config.seed, self.device)

    def _images(self, flow: Flow, z: Tensor, k: int) -> Tensor:
        """Points (n, 64) before map `k` of the chain as images (n, 8, 8) in [0, 1]: of the maps that follow, only
        those are applied that reorder pixels or bring them to the grey scale."""
        for bijection in flow.maps[k:]:
            if isinstance(getattr(bijection, "inner", bijection), Squeeze | Logit):
                z, _ = bijection(z)
        return z.clamp(0, 1).view(-1, *self.dataset.shape)


def _inverse_intermediates(flow: Flow, x: Tensor) -> tuple[list[Tensor], Tensor]:
    """Data before every map, the noise first, and the mean log|det| of each map from noise to data: (maps,)."""
    points, log_dets = [x], []
    for bijection in reversed(flow.maps):
        x, log_det = bijection.inverse(x)
        points.append(x)
        log_dets.append(-log_det.mean())
    return points[::-1], torch.stack(log_dets[::-1])
