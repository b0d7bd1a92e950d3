"""What is drawn, scored and sampled of a diffusion model on the plane."""

import math

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.distribution import Distribution
from playground.training import batches
from playground.training.view import Current, half_precision

from ..class_labels import random_labels
from ..conditioning import chosen_class, one_hot, passes_per_call, target_data
from ..config import DiffusionConfig
from ..drawing import display_scale
from ..likelihood import chain_bound, log_likelihood, spread_of
from ..predictions import velocity
from ..processes import Discrete
from ..sampler_runs import limited_steps, thin
from ..sampler_view import SamplerView
from ..samplers import Field
from ..straightness import straightness_scores
from .counts import LIVE_COUNT, SHOWN_COUNT, THOROUGH_COUNT, TRACK_COUNT
from .densities import grid_points
from .fixed_pairs import FixedPairs
from .loss_by_level import PAIR_COUNT, LossByLevel
from .panel_data.context import Context

MAX_CALLS = 50
"""Network calls for a frame or a live score: a sampler that needs more takes fewer steps there."""
KEYFRAME_COUNT, TRACK_LENGTH = 17, 65
"""Most keyframes of the trajectory, and points of a track."""
DENSITY_SIZE, ARROW_SIZE = 31, 15
"""Points along each axis of the density and of the arrows."""
LEVEL_COUNT, PAIRS_PER_LEVEL, THOROUGH_LEVEL_COUNT = 6, 64, 16
"""Noise levels whose loss is drawn, pairs at each of them, and levels over which the score spreads all pairs."""


class View(SamplerView):
    """Fixed points, noise and pairs; all follow from the settings and never change."""

    dataset: Distribution

    def __init__(self, config: DiffusionConfig, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        self.noise = self.fixed_noise("shown noise", SHOWN_COUNT)
        self.data, self.labels = self._labelled_data("shown data", SHOWN_COUNT)
        self._live_noise = self.fixed_noise("judged noise", LIVE_COUNT)
        self._grid = grid_points(dataset.bounds, ARROW_SIZE).to(device)
        x0, pair_labels = self._labelled_data("judged data", PAIR_COUNT)
        fixed = FixedPairs(config, self.process, x0, self.fixed_noise("judged pairs", PAIR_COUNT), pair_labels)
        self._added_noise = fixed.paired(self.data, self.fixed_noise("mixed in", SHOWN_COUNT), self.labels)
        pairs = fixed.pairs.data, fixed.pairs.noise
        self._loss = LossByLevel(self.objective, self.process, dataset, pairs, pair_labels, fixed.independent)
        self._fixed = fixed

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays for a trajectory of m keyframes from noise to data: `stops` (m,) 1 - t; `levels` (m, 3) signal a,
        noise s, calls so far; `cloud` (m, 300, 2) fixed noise on its way through the sampler; `tracks` (60, k, 2) the
        paths of the first of them; `noised` (m, 300, 2) data, noised to these times; `flow`, `score` (m, 225, 2) on a
        grid: dx / d(1 - t), and, where it is known, the score times s; `density` (m, c, c) of p_t; `guess` (300, 2)
        predicted data where signal and noise are equal, at `half` (); `errors` (1 or 2, 6) the loss at noise levels
        `at` (6,), of the network and, where it is known, the lowest possible one; `steps` () that were done. With
        classes: `kinds`, `data_kinds` (300,) the classes of cloud and data, as colours in [0, 1].

        Large arrays are in half precision.
        """
        config, field, teacher = now.config, now.model.bounded, now.model.teacher_pairs
        data, added_noise = (part[:SHOWN_COUNT] for part in teacher[:2]) if teacher else (self.data, self._added_noise)
        steps = limited_steps(config, MAX_CALLS // passes_per_call(config))
        moments = list(self.run_sampler(config, field, self.noise, steps))
        tracks = [self._scaled(m.t, m.x[:TRACK_COUNT]) for m in thin(moments, TRACK_LENGTH)]
        keyframes = thin(moments, KEYFRAME_COUNT)
        times = tuple(m.t for m in keyframes)
        with torch.no_grad():
            flow, score = self._arrows(field.unconditional() if self.classes else field, times)
            level = self.half_noise
            with_labels = field.given(self.labels) if self.classes else field
            guess, _ = with_labels(level.a * data + level.s * added_noise, level)
            errors = [self._loss(now.model.unbounded, LEVEL_COUNT, PAIRS_PER_LEVEL, teacher)]
            if (lowest := self._loss.lowest(LEVEL_COUNT, PAIRS_PER_LEVEL, teacher)) is not None:
                errors.append(lowest)
        levels = self.process.levels(times)
        noised = [display_scale(level) * (level.a * data + level.s * added_noise) for level in levels]
        density = self._fixed.density(config, self.dataset, teacher, times, DENSITY_SIZE)
        large = {
            "cloud": torch.stack([self._scaled(m.t, m.x) for m in keyframes]),
            "noised": torch.stack(noised),
            "tracks": torch.stack(tracks, 1),
            "flow": flow,
            **({"score": score} if config.independent else {}),
            "density": torch.from_numpy(density),
            "guess": guess,
        }
        passes = passes_per_call(config)
        small = {
            "stops": [1 - t for t in times],
            "steps": len(moments) - 1,
            "half": 1 - self.half_noise.t,
            "levels": [(level.a, level.s, m.nfe * passes) for level, m in zip(levels, keyframes, strict=True)],
            **self._class_colours(config),
            "at": [level.t for level in self._loss.levels(LEVEL_COUNT, teacher)],
            "errors": torch.stack(errors).mean(2).cpu().numpy(),
        }
        return {
            **{name: half_precision(tensor) for name, tensor in large.items()},
            **{name: np.array(value, np.float32) for name, value in small.items()},
        }

    def evaluate(self, now: Current, thorough: bool) -> dict[str, metrics.Score]:
        """Distance of 500 samples to the data, and the loss on 1,024 fixed pairs, whose floor is the loss of the
        optimal denoiser on the same pairs. Live with at most 50 calls; `thorough`: 2,000 new samples with all steps,
        by every metric. For rectified flow also its straightness, and its single step. For pairs by optimal transport
        the lowest loss is unknown."""
        config, field, teacher = now.config, now.model.bounded, now.model.teacher_pairs
        with torch.no_grad():
            spread = THOROUGH_LEVEL_COUNT, PAIR_COUNT // THOROUGH_LEVEL_COUNT
            loss, optimal = self._loss(now.model.unbounded, *spread, teacher), self._loss.lowest(*spread, teacher)
        floor = (math.nan,) * 3
        if optimal is not None:
            lowest, interval = float(optimal.mean()), 1.96 * float(optimal.std()) / PAIR_COUNT**0.5
            floor = lowest, lowest - interval, lowest + interval
        if thorough:
            samples, names = self.sample(now, THOROUGH_COUNT, self.config.seed), None
        else:
            steps = limited_steps(config, MAX_CALLS // passes_per_call(config))
            samples, names = self._end(config, field, self._live_noise, steps), ("sliced_w2",)
        straight = (
            straightness_scores(field, self.process, self._live_noise, self.dataset)
            if config.process == "linear"
            else {}
        )
        return {
            **metrics.evaluate(samples, target_data(config, self.dataset), names),
            **straight,
            "denoising": metrics.Score(float(loss.mean()), *floor),
        }

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` new samples (n, 2) float32 by the chosen sampler, with all steps."""
        return self._end(now.config, now.model.bounded, self.new_noise(n, seed), now.config.steps, seed)

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """Of the probability flow of the learned field, by the change of variables; of a chain, which has no times
        below its first step, a lower bound (see `likelihood.chain_bound`)."""
        field, points = now.model.unbounded.unconditional(), self.tensor(x)
        if not isinstance(self.process, Discrete):
            return log_likelihood(field, self.process, points, tolerance=1e-4).log_prob.cpu().numpy()
        generator = batches.generator(self.config.seed, "last step")
        fitted = self.tensor(self.dataset.sample(THOROUGH_COUNT, generator))
        noise = self.tensor(batches.gaussian(2)(len(fitted) + len(x), generator))
        first = self.process.level(self.process.span[0])
        spread, noise = spread_of(field, first, fitted, noise[: len(fitted)]), noise[len(fitted) :]
        return chain_bound(field, self.process, points, noise, spread, tolerance=1e-4).cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(
            now.model,
            now.config,
            target_data(now.config, self.dataset),
            self.process,
            self.device,
            self.data,
            self.labels,
        )

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        """The samples from the noise z (n, 2)."""
        if z.shape[1] != 2:
            raise UserError(N_("The noise of this model has two numbers for each point."))
        return self._end(now.config, now.model.bounded, self.tensor(z), limited_steps(now.config, MAX_CALLS))

    def _end(
        self, config: DiffusionConfig, field: Field, noise: Tensor, steps: int, seed: int | None = None
    ) -> np.ndarray:
        for moment in self.run_sampler(config, field, noise, steps, seed):
            x = moment.x
        return x.cpu().numpy()

    def _scaled(self, t: float, x: Tensor) -> Tensor:
        return display_scale(self.process.level(t)) * x

    def _arrows(self, field: Field, times: tuple[float, ...]) -> tuple[Tensor, Tensor]:
        """Velocity towards the data, and score times s, on the grid (times, 225, 2)."""
        low, high = self.process.span
        flow, score = [], []
        for level in self.process.levels([min(max(t, low), high) for t in times]):
            scale = display_scale(level)
            x0, eps = field(self._grid / scale, level)
            flow.append(-scale * velocity(x0, eps, level))
            score.append(-eps)
        return torch.stack(flow), torch.stack(score)

    def _class_colours(self, config: DiffusionConfig) -> dict[str, np.ndarray]:
        """Classes as numbers from 0 to 1."""
        if self.labels is None:
            return {}
        label, last = chosen_class(config), self.classes - 1
        kinds = random_labels(config, SHOWN_COUNT) if label is None else np.full(SHOWN_COUNT, label)
        return {"kinds": kinds / last, "data_kinds": self.labels.argmax(1).cpu().numpy() / last}

    def _labelled_data(self, stream: str, n: int) -> tuple[Tensor, Tensor | None]:
        """Data (n, 2), and their classes where the network is given these."""
        if not self.classes:
            return self.fixed(self.dataset.sample, n, stream), None
        x, labels = self.dataset.labelled(n, batches.generator(self.config.seed, stream))
        return self.tensor(x), self.tensor(one_hot(labels, self.classes))
