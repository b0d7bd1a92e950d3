"""What a diffusion model of pictures answers to the panels of its page."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS
from playground.metrics import frechet
from playground.training import batches

from . import classes, exact, labelled
from .along import Along
from .answers.asked import within
from .answers.ways import between
from .catalogue import CATALOGUE
from .config import DiffusionConfig
from .exact import Mixture
from .model import NetworkField
from .picture_panels import COLUMNS, CURVES, MOST, RACERS, SQUARE, STRAIGHT, lanes
from .processes import Process, Straight
from .samplers import Field, Moment, sample
from .truth import zoom

Answer = dict[str, np.ndarray]

RACING, HALTS = 50, 9
"""Pictures of each racer, and halts of their trajectory."""
BUDGETS = (2, 4, 8, 16, 32)
"""Calls of the network at which quality is measured."""


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    field: NetworkField
    config: DiffusionConfig
    process: Process
    device: torch.device

    def noise(self, n: int, stream: str) -> Tensor:
        noise = batches.gaussian(DIGITS.dim)(n, batches.generator(self.config.seed, stream))
        return torch.from_numpy(noise).to(self.device)

    def run(self, name: str, field: Field, noise: Tensor, calls: int) -> list[Moment]:
        """A sampler, or rectified flow's with a network that learned on another path, with at most so many calls."""
        process, own = self.process, STRAIGHT.get(name, (name, ""))[0]
        if name in STRAIGHT:
            field, process = Along(field, self.process), Straight()
        generator = torch.Generator(self.device).manual_seed(self.config.seed)
        return list(sample(own, field, process, noise, CATALOGUE[own].steps(calls), generator, eta=self.config.eta))

    def told(self, labels: np.ndarray, guidance: float) -> Field:
        """The field for pictures of these classes (n,)."""
        unit = classes.unit(labels, DIGITS.classes)
        return self.field.given(torch.from_numpy(unit).to(self.device), guidance)

    @property
    def by_heart(self) -> Mixture:
        """The field of one that knows the training pictures, and nothing else."""
        return _training().to(self.device)


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where there is no answer."""
    offered = ANSWERS if asked.config.classes else ANSWERS.keys() - {"guidance"}
    if len(question) != 1 or not offered & question.keys():
        raise UserError(N_("A diffusion model can be asked about: {names}."), names=", ".join(sorted(offered)))
    ((name, dials),) = question.items()
    dials = np.asarray(dials, np.float32)
    if not np.isfinite(dials).all() or dials.ndim != 1:
        raise UserError(N_("Of '{name}' a diffusion model is asked with finite numbers."), name=name)
    return {name: np.asarray(array, np.float32) for name, array in ANSWERS[name](dials, asked).items()}


def _race(dials: np.ndarray, asked: Asked) -> Answer:
    """All from the same noise. Of lane i: `x{i}` (halts, 50, 8, 8); `facts{i}`: calls, steps, milliseconds, share that
    the classifier reads as what was asked for (NaN where nothing was), distance to the nearest training pictures
    compared with new real ones."""
    names, calls, place = _chosen(dials, asked, RACERS), max(within(dials, RACERS, 101), 1), RACERS + 1
    field, labels, cost, noise = asked.field, None, 1, asked.noise(RACING, "shown noise")
    if asked.config.classes:
        digit, guidance = within(dials, place, DIGITS.classes + 1), float(np.clip(dials[place + 1], 0, 8))
        labels, place = (np.arange(RACING) % COLUMNS if digit == 0 else np.full(RACING, digit - 1)), place + 2
        field, labels = asked.told(labels, guidance), labels if guidance > 0 else None
        cost = 1 if guidance in (0, 1) else 2
    if within(dials, place, 2):
        field, labels, cost = asked.by_heart, None, 1
    halts = np.linspace(0, 1, HALTS)
    found: Answer = {"stops": halts}
    for i, name in names.items():
        began = time.perf_counter()
        moments = asked.run(name, field, noise, max(calls // cost, 1))
        took = 1000 * (time.perf_counter() - began)
        process = Straight() if name in STRAIGHT else asked.process
        scales = [zoom(level) for level in process.levels([m.t for m in moments])]
        states = np.stack([scale * m.x.cpu().numpy() for m, scale in zip(moments, scales, strict=True)])
        found[f"x{i}"] = _seen(between(states, np.array([1 - m.t for m in moments]), halts))
        last, asked_for = _levels(moments[-1].x), moments[-1].nfe * cost
        found[f"facts{i}"] = np.array([asked_for, len(moments) - 1, took, _right(last, labels), _far(last)])
    return found


def _curves(dials: np.ndarray, asked: Asked) -> Answer:
    """Of lane i `curve{i}` (budgets, 2): calls, Frechet distance of 300 pictures; `floor` (3,): mean, lowest and
    highest of as many real pictures that were not trained on."""
    most, cost = MOST[within(dials, CURVES, len(MOST))], classes.asks(asked.config)
    noise, field, found = asked.noise(frechet.COUNT, "judged noise"), asked.field, {}
    if asked.config.classes:  # the training pictures are of every class
        field = asked.told(labelled.mixed(asked.config, frechet.COUNT), asked.config.guidance)
    for i, name in _chosen(dials, asked, CURVES).items():
        rows, before = [], 0
        for budget in BUDGETS:
            if budget > most or budget < cost:
                continue
            last = asked.run(name, field, noise, budget // cost)[-1]
            calls = last.nfe * cost
            if before < calls <= budget:  # one step may cost more, and a chain has no more steps than its own
                score = metrics.score("frechet", _levels(last.x), DIGITS)
                rows.append((calls, score.value))
                before, found["floor"] = calls, np.array(score[1:])
        found[f"curve{i}"] = np.array(rows).reshape(-1, 2)
    return found


def _guidance(dials: np.ndarray, asked: Asked) -> Answer:
    """Pictures of one digit from the same noise with guidance 0 (0), 1 (1) and as set (2): `x{i}` (25, 8, 8);
    `facts{i}`: share that the classifier reads as this digit, mean distance of two of them; `real` () that of real
    ones."""
    digit, guidance = within(dials, 0, DIGITS.classes), float(np.clip(dials[1], 0, 8))
    noise, labels = asked.noise(SQUARE**2, "panel"), np.full(SQUARE**2, digit)
    found: Answer = {"real": np.array(_apart(DIGITS.member(digit).unseen()))}
    for i, strength in enumerate((0.0, 1.0, guidance)):
        x = _levels(asked.run(asked.config.sampler, asked.told(labels, strength), noise, 20)[-1].x)
        found |= {f"x{i}": x.reshape(-1, *DIGITS.shape), f"facts{i}": np.array([_right(x, labels), _apart(x)])}
    return found


def _network(dials: np.ndarray, asked: Asked) -> Answer:
    """At one time: `noised` (50, 8, 8) validation pictures, what the network (`guess`) and one who knows the training
    pictures by heart (`heart`) take them to have been; `facts`: t, a, s, and how far both are off, per pixel."""
    low, high = asked.process.span
    level = asked.process.level(float(asked.process.snap(np.array(np.clip(dials[0], low, high)))))
    real = DIGITS.vectors("valid")[:RACING]
    x0 = torch.from_numpy(classes.scaled(DIGITS, real)).to(asked.device)
    x = level.a * x0 + level.s * asked.noise(RACING, "seen noise")
    field = asked.told(DIGITS.labels("valid")[:RACING], 1.0) if asked.config.classes else asked.field
    both = {"guess": field, "heart": asked.by_heart}
    with torch.no_grad():
        said = {name: _seen(one(x, level)[0].cpu().numpy()) for name, one in both.items()}
    off = [float(np.sqrt(((one.reshape(real.shape) - real) ** 2).mean())) for one in said.values()]
    return {
        "noised": _seen((zoom(level) * x).cpu().numpy()),
        **said,
        "facts": np.array([level.t, level.a, level.s, *off]),
    }


def _chosen(dials: np.ndarray, asked: Asked, count: int) -> dict[int, str]:
    """Lane -> sampler, as the first dials name them; nobody comes first."""
    offered = [name for name, _ in lanes(asked.config)]
    picked = [within(dials, i, len(offered) + 1) for i in range(count)]
    return {i: offered[k - 1] for i, k in enumerate(picked) if k}


@lru_cache(maxsize=1)
def _training() -> Mixture:
    return exact.points(classes.scaled(DIGITS, DIGITS.vectors("train")))


def _seen(x: np.ndarray) -> np.ndarray:
    """[-1, 1] -> pictures (..., 8, 8) in [0, 1]."""
    return np.clip((x + 1) / 2, 0, 1).reshape(*x.shape[:-1], *DIGITS.shape)


def _levels(x: Tensor) -> np.ndarray:
    """Pictures (n, 64) in the levels that pixels have, 0 to 1."""
    most = DIGITS.levels - 1
    return np.round(np.clip((x.cpu().numpy() + 1) / 2, 0, 1) * most) / most


def _right(x: np.ndarray, labels: np.ndarray | None) -> float:
    return float("nan") if labels is None else float((frechet.digits(x) == labels).mean())


def _far(x: np.ndarray) -> float:
    return metrics.score("nearest_ratio", x, DIGITS).value


def _apart(x: np.ndarray) -> float:
    """Mean distance of two pictures (n, 64)."""
    return metrics.distances.spread(x) * len(x) / (len(x) - 1)


ANSWERS: dict[str, Callable[[np.ndarray, Asked], Answer]] = {
    "race": _race,
    "curves": _curves,
    "guidance": _guidance,
    "network": _network,
}
"""What can be asked, by its name."""
