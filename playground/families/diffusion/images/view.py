"""What is drawn, scored and sampled of a diffusion model of small images.

Pixels are scaled to [-1, 1] for network and samplers, and shown from 0, the paper, to 1.
"""

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.images.digits import Digits, Part
from playground.training.view import Current, half_precision

from ..batches import coupled
from ..conditioning import chosen_class, network_range, one_hot, passes_per_call, target_data
from ..config import DiffusionConfig
from ..levels import Level
from ..loss import denoising_loss
from ..model import NetworkField
from ..processes import training_levels
from ..sampler_runs import limited_steps, thin
from ..sampler_view import SamplerView
from ..samplers import Field, Moment
from ..samplers.field import ClassField
from .panel_data.context import Context
from .pixels import noised_pixels, pixels, rounded_pixels

SHOWN_COUNT, COLUMNS, THOROUGH_COUNT = 50, 10, 600
"""Images that are drawn (a column for each class, where there are classes), and images that are scored thoroughly."""
MAX_CALLS, KEYFRAME_COUNT = 10, 9
"""Network calls for a frame or a live score, and most keyframes of the trajectory."""
PARTS: tuple[Part, ...] = ("train", "valid")
LEVEL_COUNT, THOROUGH_LEVEL_COUNT, PAIRS_PER_LEVEL = 4, 16, 16
"""Noise levels whose loss is drawn, those of the thorough score, and images at each of them."""


class View(SamplerView):
    """Fixed images and noise; all follow from the settings and never change."""

    dataset: Digits

    def __init__(self, config: DiffusionConfig, dataset: Digits, device: torch.device):
        super().__init__(config, dataset, device)
        self.noise = self.fixed_noise("shown noise", SHOWN_COUNT)
        self._column_labels = self._one_hot(np.arange(SHOWN_COUNT) % COLUMNS) if self.classes else None
        self._pairs = {part: self._draw_pairs(part) for part in PARTS}
        x0, _, labels = self._pairs["valid"]
        self._added_noise = self._coupled(x0[:SHOWN_COUNT], labels, self.fixed_noise("mixed in", SHOWN_COUNT))
        self._losses: tuple[Tensor | None, np.ndarray] | None = None
        self._run: tuple[Tensor, DiffusionConfig, list[Moment], list[Tensor]] | None = None

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays for a trajectory of m keyframes from noise to data: `stops` (m,) 1 - t; `levels` (m, 3) signal a,
        noise s, calls so far; `cloud` (m, 50, 8, 8) fixed noise on its way through the sampler, in [0, 1]; `taken`
        (m, 50, 8, 8) the network's predictions for it; `noised`, `guess` (50, 8, 8) validation images where signal and
        noise are equal, at `half` (), and the predictions for these; `errors` (2, 4) the loss at noise levels `at`
        (4,), on training and on validation images; `near` (50,) the index of the training image nearest to each sample,
        and `far` (50,) its distance; `steps` () that were done.

        Images are in half precision.
        """
        moments, predictions = self._shown_run(now)
        keyframes = thin([*enumerate(moments)], KEYFRAME_COUNT)
        levels = self.process.levels([m.t for _, m in keyframes])
        x0, _, labels = self._pairs["valid"]
        level = self.half_noise
        with torch.no_grad():
            noised = level.a * x0[:SHOWN_COUNT] + level.s * self._added_noise
            guess, _ = _with_labels(now.model.bounded, labels, slice(SHOWN_COUNT))(noised, level)
            losses = self._live_losses(now.model.unbounded)
        last = rounded_pixels(moments[-1].x).cpu().numpy()
        near, far = metrics.distances.nearest(last, self.dataset.vectors("train"))
        images = {
            "cloud": torch.stack([noised_pixels(m.x, at) for (_, m), at in zip(keyframes, levels, strict=True)]),
            "taken": torch.stack([pixels(predictions[k]) for k, _ in keyframes]),
            "noised": noised_pixels(noised, level),
            "guess": pixels(guess),
        }
        passes = passes_per_call(now.config)
        small = {
            "stops": [1 - m.t for _, m in keyframes],
            "steps": len(moments) - 1,
            "half": 1 - level.t,
            "levels": [(at.a, at.s, m.nfe * passes) for at, (_, m) in zip(levels, keyframes, strict=True)],
            "at": [at.t for at in training_levels(self.process, LEVEL_COUNT)],
            "errors": losses,
            "near": near,
            "far": far,
        }
        return {
            **{name: half_precision(x.view(*x.shape[:-1], *self.dataset.shape)) for name, x in images.items()},
            **{name: np.array(value, np.float32) for name, value in small.items()},
        }

    def evaluate(self, now: Current, thorough: bool) -> dict[str, metrics.Score]:
        """The loss on training images (`train_denoising`) and on validation images (`denoising`), with fixed noise; its
        lowest possible value is unknown. And the distance of 50 samples to the data. Live with 64 images and at most
        10 calls; `thorough`: with 256, and 600 samples with all steps, by every metric."""
        if thorough:
            with torch.no_grad():
                losses = np.stack([self._loss(now.model.unbounded, part, THOROUGH_LEVEL_COUNT) for part in PARTS])
            samples, names = self.sample(now, THOROUGH_COUNT, self.config.seed), None
        else:
            losses = self._live_losses(now.model.unbounded)
            moments, _ = self._shown_run(now)
            samples, names = rounded_pixels(moments[-1].x).cpu().numpy(), ("sliced_w2",)
        unknown = [float("nan")] * 3
        return {
            **metrics.evaluate(samples, target_data(now.config, self.dataset), names),
            **{
                name: metrics.Score(float(loss.mean()), *unknown)
                for name, loss in zip(("train_denoising", "denoising"), losses, strict=True)
            },
        }

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` new images (n, 64) float32 by the chosen sampler with all steps; pixels in whole levels, 0 to 1."""
        noise = self.new_noise(n, seed)
        for moment in self.run_sampler(now.config, now.model.bounded, noise, now.config.steps, seed):
            x = moment.x
        return rounded_pixels(x).cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(now.model.bounded, now.config, self.process, self.device)

    def _shown_run(self, now: Current) -> tuple[list[Moment], list[Tensor]]:
        """The shown noise after each step, and the network's predictions there. Kept while weights and settings stay
        the same, since frame and score share them."""
        config, field = now.config, now.model.bounded
        if self._run and self._run[0] is field.weights and self._run[1] == config:
            return self._run[2], self._run[3]
        if self._column_labels is not None and chosen_class(config) is None:
            field = field.given(self._column_labels, config.guidance)
        recording = RecordingField(field)
        steps = limited_steps(config, MAX_CALLS // passes_per_call(config))
        moments = list(self.run_sampler(config, recording, self.noise, steps))
        predictions: list[Tensor] = []
        for m in moments:  # times without a call keep the prediction before
            predictions.append(recording.predictions.get(m.t, m.x if m.t == 0 or not predictions else predictions[-1]))
        self._run = field.weights, config, moments, predictions
        return moments, predictions

    def _live_losses(self, field: NetworkField) -> np.ndarray:
        """The loss on both parts at the drawn levels (2, 4); kept while the weights stay the same."""
        if self._losses is None or self._losses[0] is not field.weights:
            with torch.no_grad():
                losses = np.stack([self._loss(field, part, LEVEL_COUNT) for part in PARTS])
            self._losses = field.weights, losses
        return self._losses[1]

    def _loss(self, field: ClassField, part: Part, count: int) -> np.ndarray:
        """The mean loss at each of `count` levels (count,), in one call for each."""
        x0, eps, labels = self._pairs[part]
        losses = []
        for i, level in enumerate(training_levels(self.process, count)):
            rows = slice(i * PAIRS_PER_LEVEL, (i + 1) * PAIRS_PER_LEVEL)
            pairs = x0[rows], eps[rows]
            losses.append(denoising_loss(_with_labels(field, labels, rows), *self.objective, pairs, level).mean())
        return torch.stack(losses).cpu().numpy()

    def _draw_pairs(self, part: Part) -> tuple[Tensor, Tensor, Tensor | None]:
        """Images of a part (n, 64), noise, and their classes, where the network is given these."""
        data, count = self.dataset.vectors(part), THOROUGH_LEVEL_COUNT * PAIRS_PER_LEVEL
        x0 = self.tensor(network_range(self.dataset, data[:count]))
        labels = self._one_hot(self.dataset.labels(part)[:count]) if self.classes else None
        return x0, self._coupled(x0, labels, self.fixed_noise(f"noise of {part}", len(x0))), labels

    def _coupled(self, x: Tensor, labels: Tensor | None, noise: Tensor) -> Tensor:
        """The noise, paired with images (n, 64) in batches of the size of training."""
        rows = x if labels is None else torch.cat([x, labels[: len(x)]], 1)
        return coupled(self.config.coupling, rows, noise, x.shape[1], self.config.batch)

    def _one_hot(self, labels: np.ndarray) -> Tensor:
        return self.tensor(one_hot(labels, self.classes))


class RecordingField:
    """A field that keeps its last prediction at each time."""

    def __init__(self, field: Field):
        self._field = field
        self.predictions: dict[float, Tensor] = {}

    def __call__(self, x: Tensor, level: Level[float]) -> tuple[Tensor, Tensor]:
        x0, eps = self._field(x, level)
        self.predictions[level.t] = x0
        return x0, eps


def _with_labels(field: ClassField, labels: Tensor | None, rows: slice) -> ClassField:
    """The field, given the classes of some images."""
    return field if labels is None else field.given(labels[rows])
