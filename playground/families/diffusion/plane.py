"""What an experiment on the plane looks at: its way from noise to data, and how good it is."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution
from playground.training import batches

from . import classes, labelled
from .catalogue import CATALOGUE
from .config import DiffusionConfig
from .guided import best
from .predictions import velocity
from .processes import Process
from .samplers import Field, Moment, sample
from .straight import scores
from .truth import balance, blurred, densities, errors, optimum, zoom

SHOWN, TRACED, JUDGED, FINALLY = 300, 60, 500, 2000
"""How many points a picture has, how many of them leave a track, and how many are judged live and at the end."""
CALLS = 50
"""Most calls of the network for a picture or a live score: a sampler that wants more takes fewer steps there."""
MOMENTS, TRACK = 17, 65
"""Most halts of the trajectory, and of a track."""
CELLS, LATTICE = 31, 15
"""Places along each axis of the density and of the arrows."""
LEVELS, PAIRS, CHECKED = 6, 64, 1024
"""Noise levels whose loss is drawn, pairs at each of them, and pairs in all for the score."""


class Taught(NamedTuple):
    """Pairs that a round of reflow is judged on instead of data and noise that know nothing of each other. Where their
    lines do not cross, the least possible loss is 0."""

    data: Tensor  # (1024, 2)
    noise: Tensor
    last: bool
    """Whether only the step from pure noise is learned."""


class Plane:
    """Points and places of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: DiffusionConfig, distribution: Distribution, process: Process, device: torch.device):
        self._seed, self._objective = config.seed, (config.objective, config.weighting)
        self._distribution, self._process, self._device = distribution, process, device
        self.noise = self._drawn("shown noise", SHOWN)
        self._classes = classes.count(config)
        self.data, self.labels = self._labelled("shown data", SHOWN)
        self._fresh = self._drawn("mixed in", SHOWN)
        self._judged = self._drawn("judged noise", JUDGED)
        axis = torch.linspace(*distribution.bounds, LATTICE)
        self._lattice = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2).to(device)
        self._half = process.level(balance(process))
        x0, self._pair_labels = self._labelled("judged data", CHECKED)
        self._pairs = (x0, self._drawn("judged pairs", CHECKED))
        self._best = best(distribution, device) if self._classes else optimum(distribution).to(device)
        self._few = self._levels(LEVELS)
        self._few_best = self._errors(self._best, LEVELS, PAIRS).mean(1)
        self._all_best: Tensor | None = None
        self._blurred: tuple[Tensor, tuple[float, ...], np.ndarray] | None = None

    def snapshot(
        self, config: DiffusionConfig, field: Field, plain: Field, taught: Taught | None = None
    ) -> dict[str, np.ndarray]:
        """Arrays for a trajectory of m halts from the noise to the data: `stops` (m,) 1 - t; `levels` (m, 3) signal a,
        noise s, calls so far; `cloud` (m, 300, 2) noise that never changes, carried by the sampler; `tracks`
        (60, k, 2) the ways of the first of them; `noised` (m, 300, 2) data as the process has them at these times;
        `flow`, `score` (m, 225, 2) on a lattice: dx / d(1 - t), and the score times s; `density` (m, c, c) of p_t;
        `guess` (300, 2) the data predicted where signal and noise are equal, at `half` (); `errors` (2, 6) the loss at
        noise levels `at` (6,), of the network and of the best field; `steps` () that were really done. With classes
        `kinds`, `data_kinds` (300,) of which class cloud and data are, as colours in [0, 1].

        `field` is what samplers ask, `plain` the same without a bound. What is large is in half precision.
        """
        data, fresh = (part[:SHOWN] for part in taught[:2]) if taught else (self.data, self._fresh)
        steps = shortened(config, CALLS // classes.asks(config))
        moments = list(self.carry(config, field, self.noise, steps))
        ground = field.everywhere() if self._classes else field
        tracks = [self._drawing(m.t, m.x[:TRACED]) for m in thinned(moments, TRACK)]
        halts = thinned(moments, MOMENTS)
        times = tuple(m.t for m in halts)
        low, high = self._process.span
        flow, score = [], []
        with torch.no_grad():
            for level in self._process.levels([min(max(t, low), high) for t in times]):
                scale = zoom(level)
                x0, eps = ground(self._lattice / scale, level)
                flow.append(-scale * velocity(x0, eps, level))
                score.append(-eps)
            level = self._half
            told = field.given(self.labels) if self._classes else field
            guess, _ = told(level.a * data + level.s * fresh, level)
            learned = self._errors(plain, LEVELS, PAIRS, taught).mean(1)
        least = torch.zeros_like(learned) if taught else self._few_best
        levels = self._process.levels(times)
        noised = [zoom(level) * (level.a * data + level.s * fresh) for level in levels]
        density = (
            self._between(taught, times) if taught else densities(classes.shown(config), self._process, times, CELLS)
        )
        large = {
            "cloud": torch.stack([self._drawing(m.t, m.x) for m in halts]),
            "noised": torch.stack(noised),
            "tracks": torch.stack(tracks, 1),
            "flow": torch.stack(flow),
            "score": torch.stack(score),
            "density": torch.from_numpy(density),
            "guess": guess,
        }
        small = {
            "stops": [1 - t for t in times],
            "steps": len(moments) - 1,
            "half": 1 - self._half.t,
            "levels": [
                (level.a, level.s, m.nfe * classes.asks(config)) for level, m in zip(levels, halts, strict=True)
            ],
            **self._kinds(config),
            "at": [level.t for level in self._levels(LEVELS, taught)],
            "errors": torch.stack([learned, least]).cpu().numpy(),
        }
        return {
            **{name: half(tensor) for name, tensor in large.items()},
            **{name: np.array(value, np.float32) for name, value in small.items()},
        }

    def _between(self, taught: Taught, times: tuple[float, ...]) -> np.ndarray:
        """Density (times, c, c) of what lies on the lines between pairs, from a round's own; kept while they last."""
        if self._blurred is None or self._blurred[0] is not taught.data or self._blurred[1] != times:
            pairs = taught.data.cpu(), taught.noise.cpu()
            found = blurred(*pairs, self._process.levels(times), self._distribution.bounds, CELLS)
            self._blurred = taught.data, times, found
        return self._blurred[2]

    def evaluate(
        self, config: DiffusionConfig, field: Field, plain: Field, thorough: bool, taught: Taught | None = None
    ) -> dict[str, metrics.Score]:
        """Distance of 500 samples to the data, and the loss on 1,024 fixed pairs, whose floor is that of the best
        field on the same pairs. Live with at most 50 calls; `thorough`: 2,000 fresh samples with all steps, by
        every metric. Of a rectified flow also how straight it is, and its single step."""
        with torch.no_grad():
            loss = self._errors(plain, 16, CHECKED // 16, taught)
            if self._all_best is None:
                self._all_best = self._errors(self._best, 16, CHECKED // 16)
        least = 0.0 if taught else float(self._all_best.mean())
        doubt = 0.0 if taught else 1.96 * float(self._all_best.std()) / CHECKED**0.5
        if thorough:
            samples, names = self.sample(config, field, FINALLY, self._seed), None
        else:
            samples = self._end(config, field, self._judged, shortened(config, CALLS // classes.asks(config)))
            names = ("sliced_w2",)
        straight = scores(field, self._process, self._judged, self._distribution) if config.process == "linear" else {}
        return {
            **metrics.evaluate(samples, classes.shown(config), names),
            **straight,
            "denoising": metrics.Score(float(loss.mean()), least, least - doubt, least + doubt),
        }

    def sample(self, config: DiffusionConfig, field: Field, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32, with all steps."""
        noise = self._tensor(batches.gaussian(2)(n, batches.generator(seed, "samples")))
        return self._end(config, field, noise, config.steps, seed)

    def carry(self, config: DiffusionConfig, field: Field, noise: Tensor, steps: int, seed: int | None = None):
        """The chosen sampler at work, from `noise` (n, 2) on; its own noise is decided by `seed`."""
        generator = torch.Generator(self._device).manual_seed(self._seed if seed is None else seed)
        return sample(
            config.sampler, field, self._process, noise, steps, generator, spacing=config.spacing, eta=config.eta
        )

    def _end(
        self, config: DiffusionConfig, field: Field, noise: Tensor, steps: int, seed: int | None = None
    ) -> np.ndarray:
        for moment in self.carry(config, field, noise, steps, seed):
            x = moment.x
        return x.cpu().numpy()

    def _drawing(self, t: float, x: Tensor) -> Tensor:
        return zoom(self._process.level(t)) * x

    def _levels(self, count: int, taught: Taught | None = None):
        """Levels that are met equally often in training."""
        low, high = self._process.span
        if taught and taught.last:
            return self._process.levels([high] * count)
        t = self._process.snap(low + (high - low) * (np.arange(count) + 0.5) / count)
        return self._process.levels(t.tolist())

    def _errors(self, field: Field, count: int, pairs: int, taught: Taught | None = None) -> Tensor:  # (count, pairs)
        known = taught[:2] if taught else self._pairs
        x0, eps = (part[: count * pairs].view(count, pairs, 2) for part in known)
        told = [field] * count
        if self._classes:
            told = [field.given(label) for label in self._pair_labels[: count * pairs].split(pairs)]
        return torch.stack(
            [
                errors(told[i], *self._objective, (x0[i], eps[i]), level)
                for i, level in enumerate(self._levels(count, taught))
            ]
        )

    def _kinds(self, config: DiffusionConfig) -> dict[str, np.ndarray]:
        """Classes as colours."""
        if not self._classes:
            return {}
        which, last = classes.one(config), self._classes - 1
        kinds = labelled.mixed(config, SHOWN) if which is None else np.full(SHOWN, which)
        return {"kinds": kinds / last, "data_kinds": self.labels.argmax(1).cpu().numpy() / last}

    def _labelled(self, stream: str, n: int) -> tuple[Tensor, Tensor | None]:
        """Data (n, 2), and their classes where these are told."""
        if not self._classes:
            return self._drawn(stream, n, self._distribution.sample), None
        x, labels = self._distribution.labelled(n, batches.generator(self._seed, stream))
        return self._tensor(x), self._tensor(classes.unit(labels, self._classes))

    def _drawn(self, stream: str, n: int, draw: batches.Draw | None = None) -> Tensor:
        return self._tensor((draw or batches.gaussian(2))(n, batches.generator(self._seed, stream)))

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self._device)


def shortened(config: DiffusionConfig, calls: int) -> int:
    """The steps of the chosen sampler, or as many as cost `calls`. Steps of an adaptive one cost nothing."""
    entry = CATALOGUE[config.sampler]
    return min(config.steps, entry.steps(calls) if entry.calls else MOMENTS - 1)


def thinned(moments: Sequence[Moment], most: int) -> list[Moment]:
    """At most so many of them, evenly, the first and the last among them."""
    count = min(most, len(moments))
    return [moments[round(i)] for i in np.linspace(0, len(moments) - 1, count)]


def half(tensor: Tensor) -> np.ndarray:
    """In half precision; what lies beyond its range stands at its border, and NaN stays NaN."""
    most = float(np.finfo(np.float16).max)
    return tensor.clamp(-most, most).half().cpu().numpy()
