"""What a flow of pictures answers to the panels of its page: samples, ways between two pictures, directions, the
missing half of a picture."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS
from playground.training import batches

from .maps.logit import MARGIN, bits, dequantised
from .model import Flow
from .picture_panels import ATTRIBUTES, CLASSES, MISSING, SIZES, STATIONS, STRENGTHS, WAYS, examples, missing, traits

Answer = dict[str, np.ndarray]

EXAMPLES, DRAWN = 6, 6
"""Pictures whose trait is changed, and completions of a picture."""
PACE = 0.02
"""Langevin's step, as a variance in the units of the logit."""
STEEPEST = 40.0
"""Slopes are cut off at this length for each picture: at the border of the known ones a density may be very steep."""


@dataclass(frozen=True)
class Asked:
    """Who is asked; `seed` decides what is drawn."""

    flow: Flow
    seed: int
    device: torch.device

    def tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def points(self, pixels: np.ndarray) -> Tensor:
        """Pixels (n, 64) in the middle of their levels."""
        x = self.tensor(pixels)
        return dequantised(x, torch.full_like(x, 0.5), DIGITS.levels)

    def bits(self, x: Tensor) -> np.ndarray:
        """Bits per dimension of pictures (n, 64): (n,)."""
        with torch.no_grad():
            return bits(-self.flow.log_prob(x), DIGITS.dim, DIGITS.levels).cpu().numpy()

    def pictures(self, z: Tensor) -> Tensor:  # (n, 64) noise -> (n, 64) in [0, 1]
        with torch.no_grad():
            return self.flow(z)[0].clamp(0, 1)


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where a flow of pictures has no answer."""
    if len(question) != 1 or not ANSWERS.keys() & question.keys():
        raise UserError(N_("A flow of pictures can be asked about: {names}."), names=", ".join(ANSWERS))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != 1:
        raise UserError(N_("Of '{name}' a flow is asked with finite numbers."), name=name)
    return ANSWERS[name](values, asked)


def whole(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `UserError` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise UserError(N_("A dial stands where this panel has nothing."))
    return value


def _generation(dials: np.ndarray, asked: Asked) -> Answer:
    count = SIZES[whole(dials, 1, len(SIZES))] ** 2
    noise = batches.gaussian(DIGITS.dim)(count, batches.generator(whole(dials, 2, 1000), "panel"))
    x = asked.pictures(asked.tensor(noise) * float(dials[0]))
    return {"pictures": _images(x), "bits": asked.bits(x)}


def _interpolation(dials: np.ndarray, asked: Asked) -> Answer:
    """The way through the noise, and the mixture of the pixels on the same places."""
    ends = [examples(whole(dials, place, CLASSES), whole(dials, place + 1, 21) - 1) for place in (0, 2)]
    x = asked.points(np.stack(ends))
    share = torch.linspace(0, 1, STATIONS, device=asked.device).unsqueeze(1)  # (stations, 1)
    with torch.no_grad():
        a, b = asked.flow.inverse(x)[0]
    straight = a + share * (b - a)
    if WAYS[whole(dials, 4, len(WAYS))] == "sphere":  # as long as the two ends are, and what lies between them
        angle = torch.arccos((torch.dot(a, b) / (a.norm() * b.norm())).clamp(-1, 1)).clamp_min(1e-4)
        lengths = a.norm() + share * (b.norm() - a.norm())
        turned = torch.sin((1 - share) * angle) * a / a.norm() + torch.sin(share * angle) * b / b.norm()
        straight = lengths * turned / torch.sin(angle)
    through, mixed = asked.pictures(straight), x[0] + share * (x[1] - x[0])
    return {
        "pictures": _images(torch.cat([through, mixed])),
        "bits": asked.bits(through),
        "mixed": asked.bits(mixed),
        "lengths": straight.norm(dim=1).cpu().numpy(),
    }


def _attribute(dials: np.ndarray, asked: Asked) -> Answer:
    """Pictures of one class along the difference of means, in the noise, of training pictures with more and with less
    of a trait than the median of their class."""
    name = ATTRIBUTES[whole(dials, 0, len(ATTRIBUTES))]
    pixels = np.stack([examples(whole(dials, 1, CLASSES), k) for k in range(EXAMPLES)])
    with torch.no_grad():
        z = asked.flow.inverse(asked.points(DIGITS.vectors("train")))[0]
        more = torch.from_numpy(_above(name)).to(asked.device)
        direction = z[more].mean(0) - z[~more].mean(0)
        start = asked.flow.inverse(asked.points(pixels))[0]
    steps = torch.linspace(-1, 1, STRENGTHS, device=asked.device) * float(dials[2])
    moved = start.unsqueeze(1) + steps.view(1, -1, 1) * direction  # (examples, strengths, 64)
    x = asked.pictures(moved.view(-1, DIGITS.dim))
    measured = traits(name, x.cpu().numpy()).reshape(EXAMPLES, STRENGTHS).mean(0)
    return {"pictures": _images(x), "trait": measured.astype(np.float32), "bits": asked.bits(x)}


@lru_cache(maxsize=8)
def _above(name: str) -> np.ndarray:
    """Which training pictures have more of a trait than the median of their class: no class weighs on the direction."""
    values, labels = traits(name, DIGITS.vectors("train")), DIGITS.labels("train")
    return values > np.array([np.median(values[labels == label]) for label in range(CLASSES)])[labels]


def _inpainting(dials: np.ndarray, asked: Asked) -> Answer:
    """Langevin steps on the logits of the missing pixels up the slope of log p, with noise (then the pixels become
    draws from the conditional distribution) or without (then they climb to a likely picture): as in Dinh et al. 2014,
    section 5.2. Only the density is asked, one pass a step, whatever the flow.
    """
    pixels = examples(whole(dials, 0, CLASSES), whole(dials, 1, 21) - 1)
    gone = asked.tensor(missing(MISSING[whole(dials, 2, len(MISSING))]))  # (64,), 1 where a pixel is missing
    noisy, steps = whole(dials, 3, 2) == 0, whole(dials, 4, 1001)
    generator = batches.generator(asked.seed, "inpainting")
    real = asked.points(pixels[None]).expand(DRAWN, -1)
    end = _logit(torch.ones(()))
    start = asked.tensor(generator.uniform(-end, end, (DRAWN, DIGITS.dim)))
    y = torch.where(gone > 0, start, _logit(real))
    first = _pixels(y)
    for _ in range(steps):
        slope = _slope(asked.flow, y)
        noise = asked.tensor(generator.standard_normal((DRAWN, DIGITS.dim), np.float32))
        step = 0.5 * PACE * slope + (PACE**0.5 * noise if noisy else 0.0)
        y = torch.where(gone > 0, (y + step).clamp(-end, end), y)
    last = _pixels(y)
    return {
        "known": _images(real[:1] * (1 - gone)),
        "real": _images(real[:1]),
        "first": _images(first),
        "last": _images(last),
        "bits": np.stack([asked.bits(first), asked.bits(last)]),
        "bits_real": asked.bits(real[:1]),
    }


def _slope(flow: Flow, y: Tensor) -> Tensor:
    """The gradient of the log density of logits y (n, 64), no longer than `STEEPEST`."""
    with torch.enable_grad():
        y = y.detach().requires_grad_()
        x = _pixels(y)
        stretch = torch.nn.functional.logsigmoid(y) + torch.nn.functional.logsigmoid(-y)
        (slope,) = torch.autograd.grad((flow.log_prob(x) + stretch.sum(1)).sum(), y)
    return slope * (STEEPEST / slope.norm(dim=1, keepdim=True)).clamp_max(1)


def _logit(x: Tensor) -> Tensor:
    return torch.logit(MARGIN + (1 - 2 * MARGIN) * x)


def _pixels(y: Tensor) -> Tensor:
    return (torch.sigmoid(y) - MARGIN) / (1 - 2 * MARGIN)


def _images(x: Tensor) -> np.ndarray:  # (n, 64) -> (n, 8, 8)
    return x.view(-1, *DIGITS.shape).cpu().numpy()


ANSWERS: dict[str, Callable[[np.ndarray, Asked], Answer]] = {
    "generation": _generation,
    "interpolation": _interpolation,
    "attribute": _attribute,
    "inpainting": _inpainting,
}
"""What can be asked, by its name."""
