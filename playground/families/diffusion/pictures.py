"""What an experiment on small pictures looks at: its way from noise to digits, and how good they are.

Pixels are scaled to [-1, 1] for network and samplers, and shown from 0, the paper, to 1.
"""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.images.digits import DIGITS, Digits, Part
from playground.training import batches

from . import classes
from .config import DiffusionConfig
from .model import NetworkField
from .picture_answers import Answer, Asked, answer
from .plane import half, shortened, thinned
from .processes import Level, Process
from .samplers import Field, Moment, sample
from .truth import balance, errors, zoom

SHOWN, COLUMNS, FINALLY = 50, 10, 600
"""Pictures that are drawn (a column for each class, where there are classes), and how many are judged at the end."""
CALLS, MOMENTS = 10, 9
"""Most calls of the network for a picture or a live score, and most halts of the trajectory."""
LEVELS, CHECKED, PAIRS = 4, 16, 16
"""Noise levels whose loss is drawn, and at the end; pictures at each of them."""


class Pictures:
    """Pictures and noise of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: DiffusionConfig, distribution: Digits, process: Process, device: torch.device):
        self._seed, self._objective = config.seed, (config.objective, config.weighting)
        self._process, self._device, self._classes = process, device, classes.count(config)
        self.noise = self._drawn("shown noise", SHOWN)
        self._columns = self._unit(np.arange(SHOWN) % COLUMNS) if self._classes else None
        self._half = process.level(balance(process))
        self._fresh = self._drawn("mixed in", SHOWN)
        self._pairs = {part: self._judged(part) for part in ("train", "valid")}
        self._known: tuple[Tensor | None, np.ndarray] | None = None
        self._ended: tuple[Tensor, DiffusionConfig, list[Moment], list[Tensor]] | None = None

    def snapshot(self, config: DiffusionConfig, field: Field, plain: Field) -> dict[str, np.ndarray]:
        """Arrays for a trajectory of m halts from the noise to the data: `stops` (m,) 1 - t; `levels` (m, 3) signal a,
        noise s, calls so far; `cloud` (m, 50, 8, 8) noise that never changes, carried by the sampler, in [0, 1];
        `taken` (m, 50, 8, 8) what the network took it for there; `noised`, `guess` (50, 8, 8) validation pictures
        where signal and noise are equal, at `half` (), and what the network takes these for; `errors` (2, 4) the loss
        at noise levels `at` (4,), of training and of validation pictures; `near` (50,) which training picture is
        nearest to each of the last cloud, and `far` (50,) how far; `steps` () that were really done.

        `field` is what samplers ask, `plain` the same without a bound. Pictures are in half precision.
        """
        moments, taken = self._way(config, field)
        halts = thinned([*enumerate(moments)], MOMENTS)
        levels = self._process.levels([m.t for _, m in halts])
        x0, _, labels = self._pairs["valid"]
        level = self._half
        with torch.no_grad():
            noised = level.a * x0[:SHOWN] + level.s * self._fresh
            guess, _ = _told(field, labels, slice(SHOWN))(noised, level)
            learned = self._live(plain)
        last = level_pixels(moments[-1].x).cpu().numpy()
        which, far = metrics.distances.nearest(last, DIGITS.vectors("train"))
        pictures = {
            "cloud": torch.stack([seen(m.x, at) for (_, m), at in zip(halts, levels, strict=True)]),
            "taken": torch.stack([pixels(taken[k]) for k, _ in halts]),
            "noised": seen(noised, level),
            "guess": pixels(guess),
        }
        small = {
            "stops": [1 - m.t for _, m in halts],
            "steps": len(moments) - 1,
            "half": 1 - level.t,
            "levels": [(at.a, at.s, m.nfe * classes.asks(config)) for at, (_, m) in zip(levels, halts, strict=True)],
            "at": [at.t for at in self._levels(LEVELS)],
            "errors": learned,
            "near": which,
            "far": far,
        }
        return {
            **{name: half(tensor.view(*tensor.shape[:-1], *DIGITS.shape)) for name, tensor in pictures.items()},
            **{name: np.array(value, np.float32) for name, value in small.items()},
        }

    def evaluate(self, config: DiffusionConfig, field: Field, plain: Field, thorough: bool) -> dict[str, metrics.Score]:
        """The loss on pictures trained on (`train_denoising`) and on others (`denoising`), with noise that never
        changes: what the best network would reach nobody knows. And the distance of 50 samples to the data. Live with
        64 pictures and at most 10 calls; `thorough`: with 256, and 600 samples with all steps, by every metric."""
        unknown = [float("nan")] * 3
        if thorough:
            with torch.no_grad():
                learned = np.stack([self._errors(plain, part, CHECKED) for part in self._pairs])
            samples, names = self.sample(config, field, FINALLY, self._seed), None
        else:
            learned = self._live(plain)
            moments, _ = self._way(config, field)
            samples, names = level_pixels(moments[-1].x).cpu().numpy(), ("sliced_w2",)
        return {
            **metrics.evaluate(samples, classes.shown(config), names),
            **{
                name: metrics.Score(float(part.mean()), *unknown)
                for name, part in zip(("train_denoising", "denoising"), learned, strict=True)
            },
        }

    def sample(self, config: DiffusionConfig, field: Field, n: int, seed: int) -> np.ndarray:
        """`n` fresh pictures (n, 64) float32, pixels in whole levels, 0 to 1, with all steps."""
        noise = batches.gaussian(DIGITS.dim)(n, batches.generator(seed, "samples"))
        for moment in self.carry(config, field, torch.from_numpy(noise).to(self._device), config.steps, seed):
            x = moment.x
        return level_pixels(x).cpu().numpy()

    def carry(self, config: DiffusionConfig, field: Field, noise: Tensor, steps: int, seed: int | None = None):
        """The chosen sampler at work, from `noise` (n, 64) on; its own noise is decided by `seed`."""
        generator = torch.Generator(self._device).manual_seed(self._seed if seed is None else seed)
        return sample(
            config.sampler, field, self._process, noise, steps, generator, spacing=config.spacing, eta=config.eta
        )

    def respond(self, config: DiffusionConfig, field: NetworkField, question: Mapping[str, np.ndarray]) -> Answer:
        """The dials of a panel, by its name -> the arrays that `picture_panels.draw` takes."""
        return answer(question, Asked(field, config, self._process, self._device))

    def _way(self, config: DiffusionConfig, field: Field) -> tuple[list[Moment], list[Tensor]]:
        """The shown noise after each step, and what the network took it for there. Kept for as long as the weights and
        settings stay, since picture and score look at the same."""
        weights = getattr(field, "weights", None)
        if weights is not None and self._ended and self._ended[0] is weights and self._ended[1] == config:
            return self._ended[2:]
        if self._columns is not None and classes.one(config) is None:
            field = field.given(self._columns, config.guidance)
        asked = Remembering(field)
        steps = shortened(config, CALLS // classes.asks(config))
        moments = list(self.carry(config, asked, self.noise, steps))
        taken = [asked.said.get(m.t) for m in moments]
        for k, m in enumerate(moments):  # times that the sampler passed without asking: as it was before
            if taken[k] is None:
                taken[k] = m.x if m.t == 0 else taken[k - 1]
        self._ended = weights, config, moments, taken
        return moments, taken

    def _levels(self, count: int) -> list[Level]:
        """Levels that are met equally often in training."""
        low, high = self._process.span
        t = self._process.snap(low + (high - low) * (np.arange(count) + 0.5) / count)
        return self._process.levels(t.tolist())

    def _live(self, plain: Field) -> np.ndarray:
        """The loss of the parts at the drawn levels (2, 4); kept for as long as the weights stay."""
        weights = getattr(plain, "weights", None)
        if weights is None or self._known is None or self._known[0] is not weights:
            with torch.no_grad():
                self._known = weights, np.stack([self._errors(plain, part, LEVELS) for part in self._pairs])
        return self._known[1]

    def _errors(self, field: Field, part: Part, count: int) -> np.ndarray:
        """The mean loss at each of so many levels (count,), in one call for each."""
        x0, eps, labels = self._pairs[part]
        found = []
        for i, level in enumerate(self._levels(count)):
            which = slice(i * PAIRS, (i + 1) * PAIRS)
            found.append(errors(_told(field, labels, which), *self._objective, (x0[which], eps[which]), level).mean())
        return torch.stack(found).cpu().numpy()

    def _judged(self, part: Part) -> tuple[Tensor, Tensor, Tensor | None]:
        """Pictures of a part (n, 64), noise, and their classes, where the network is told."""
        data, count = DIGITS.vectors(part), CHECKED * PAIRS
        x0 = torch.from_numpy(classes.scaled(DIGITS, data[:count])).to(self._device)
        labels = self._unit(DIGITS.labels(part)[:count]) if self._classes else None
        return x0, self._drawn(f"noise of {part}", len(x0)), labels

    def _unit(self, labels: np.ndarray) -> Tensor:
        return torch.from_numpy(classes.unit(labels, self._classes)).to(self._device)

    def _drawn(self, stream: str, n: int) -> Tensor:
        noise = batches.gaussian(DIGITS.dim)(n, batches.generator(self._seed, stream))
        return torch.from_numpy(noise).to(self._device)


class Remembering:
    """A field that keeps what it last said at each time."""

    def __init__(self, field: Field):
        self._field, self.said = field, {}

    def __call__(self, x: Tensor, level: Level) -> tuple[Tensor, Tensor]:
        x0, eps = self._field(x, level)
        self.said[level.t] = x0
        return x0, eps


def _told(field: Field, labels: Tensor | None, which: slice) -> Field:
    """The field, told the classes of some pictures."""
    return field if labels is None else field.given(labels[which])


def pixels(x: Tensor) -> Tensor:
    """[-1, 1] -> [0, 1]; what lies outside is cut off."""
    return ((x + 1) / 2).clamp(0, 1)


def seen(x: Tensor, level: Level) -> Tensor:
    """A noised picture as it is drawn: where noise has blown it up, smaller."""
    return pixels(zoom(level) * x)


def level_pixels(x: Tensor) -> Tensor:
    """Pixels in the whole levels that pictures have, 0 to 1."""
    most = DIGITS.levels - 1
    return (pixels(x) * most).round() / most
