"""What a diffusion model answers to the panels of its page: races, errors, what the network sees, schedules."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .. import metrics, pool
from ..data.distribution import Distribution
from ..texts import N_, Refusal
from .catalogue import CATALOGUE
from .config import DiffusionConfig
from .panels import CELLS, KINDS, NOBODY, PROCESSES, lanes
from .paths import straightness
from .plane import CALLS, TRACED, Plane, shortened, thinned
from .processes import PROCESSES as MADE
from .processes import Discrete, Process
from .samplers import Field, Moment, sample
from .truth import densities, optimum, zoom

Answer = dict[str, np.ndarray]

RACING, DRAWN, JUDGED = 1000, 400, 500
"""Points of a race, how many of them are drawn, and how many measure a curve."""
HALTS, TRACK = 21, 81
"""Common halts of a race's journey, and most places of a track."""
BUDGETS = (1, 2, 4, 8, 16, 32, 64)
"""Calls of the network at which errors are measured."""
FINE = 64
"""Steps of Heun's method that stand for the exact end of a path."""
SEEN, LATTICE = 300, 15


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    field: Field
    plane: Plane
    config: DiffusionConfig
    data: Distribution
    process: Process
    device: torch.device

    @property
    def exact(self) -> Field:
        return optimum(self.data).to(self.device)

    def noise(self, n: int, seed: int = 0) -> Tensor:
        stream = pool.generator(self.config.seed + seed, "panel")
        return torch.from_numpy(pool.gaussian(2)(n, stream)).to(self.device)

    def run(self, name: str, noise: Tensor, steps: int, field: Field, process: Process | None = None) -> list[Moment]:
        generator = torch.Generator(self.device).manual_seed(self.config.seed)
        return list(sample(name, field, process or self.process, noise, steps, generator, eta=self.config.eta))


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `Refusal` where there is no answer."""
    if len(question) != 1 or not ANSWERS.keys() & question.keys():
        raise Refusal(N_("A diffusion model can be asked about: {names}."), names=", ".join(ANSWERS))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != (2 if name == "z" else 1):
        raise Refusal(N_("Of '{name}' a diffusion model is asked with finite numbers."), name=name)
    found = ANSWERS[name](values, asked)
    return {name: np.asarray(array.cpu() if isinstance(array, Tensor) else array, np.float32)
            for name, array in found.items()}


def _send(z: np.ndarray, asked: Asked) -> Answer:
    if z.shape[1] != 2:
        raise Refusal(N_("The noise of this model has two numbers for each point."))
    noise = torch.from_numpy(z).to(asked.device)
    for moment in asked.plane.carry(asked.config, asked.field, noise, shortened(asked.config, CALLS)):
        x = moment.x
    return {"x": x}


def _chosen(dials: np.ndarray, asked: Asked) -> list[str]:
    """The samplers that the first four dials name."""
    offered = [name for name, _ in lanes(asked.config)]
    return [offered[_within(dials, i, len(offered))] for i in range(4)]


def _race(dials: np.ndarray, asked: Asked) -> Answer:
    """All from the same noise. Of sampler i: `x{i}` (halts, n, 2), `tracks{i}` (60, k, 2); `facts{i}`: calls, steps,
    sliced W2, its floor, milliseconds, straightness (NaN where it says nothing)."""
    chosen, nfe = _chosen(dials, asked), _within(dials, 4, 1001)
    field, noise = (asked.exact if dials[5] else asked.field), asked.noise(RACING)
    halts = np.linspace(0, 1, HALTS)
    found = {"angle": np.abs(np.arctan2(*noise[:DRAWN].cpu().numpy().T)) / np.pi, "stops": halts}
    for i, name in enumerate(chosen):
        if name == NOBODY:
            continue
        began = time.perf_counter()
        moments = asked.run(name, noise, CATALOGUE[name].steps(max(nfe, 1)), field)
        took = 1000 * (time.perf_counter() - began)
        x = moments[-1].x.cpu().numpy()
        known = metrics.score("sliced_w2", x, asked.data)
        found |= _way(i, moments, asked.process, halts)
        found[f"facts{i}"] = np.array([moments[-1].nfe, len(moments) - 1, known.value, known.floor, took,
                                       _bent(name, moments, asked)])
    return found


def _way(i: int, moments: list[Moment], process: Process, halts: np.ndarray) -> Answer:
    """The cloud at common halts, and the ways of the first points."""
    scales = [zoom(level) for level in process.levels([m.t for m in moments])]
    drawn = np.stack([scale * m.x[:DRAWN].cpu().numpy() for m, scale in zip(moments, scales, strict=True)])
    at = np.array([1 - m.t for m in moments])
    few = [drawn[round(k), :TRACED] for k in np.linspace(0, len(moments) - 1, min(TRACK, len(moments)))]
    return {f"x{i}": between(drawn, at, halts), f"tracks{i}": np.stack(few, 1)}


def between(states: np.ndarray, at: np.ndarray, halts: np.ndarray) -> np.ndarray:
    """States (m, n, 2) at rising places (m,) interpolated to others (k,): (k, n, 2)."""
    after = np.clip(np.searchsorted(at, halts), 1, len(at) - 1)
    share = np.clip((halts - at[after - 1]) / (at[after] - at[after - 1]), 0, 1)[:, None, None]
    return (1 - share) * states[after - 1] + share * states[after]


def _bent(name: str, moments: list[Moment], asked: Asked) -> float:
    """Straightness of the ways, where they are solutions of an equation on a path that noise does not blow up."""
    if CATALOGUE[name].random and (name not in ("ddim", "diffusers_ddim") or asked.config.eta > 0):
        return np.nan
    if asked.process.prior_std > 2:
        return np.nan
    few = thinned(moments, 65)
    return straightness(np.stack([m.x.cpu().numpy() for m in few]), [m.t for m in few])


def _curves(dials: np.ndarray, asked: Asked) -> Answer:
    """Of sampler i `curve{i}` (budgets, 3): calls, sliced W2, distance to the exact ends of the same field's paths
    (NaN where noise is drawn); and the `floor` () of 500 perfect samples."""
    chosen, noise = _chosen(dials, asked), asked.noise(JUDGED, 1)
    field = asked.exact if dials[5] else asked.field
    end = asked.run("heun", noise, FINE, field)[-1].x
    found: Answer = {}
    for i, name in enumerate(chosen):
        if name == NOBODY or not CATALOGUE[name].calls:
            continue
        rows, before = [], 0
        random = CATALOGUE[name].random and (name not in ("ddim", "diffusers_ddim") or asked.config.eta > 0)
        for budget in BUDGETS:
            last = asked.run(name, noise, CATALOGUE[name].steps(budget), field)[-1]
            if last.nfe > budget or last.nfe <= before:  # one step costs more, or the chain has no more steps
                continue
            before = last.nfe
            score = metrics.score("sliced_w2", last.x.cpu().numpy(), asked.data)
            away = np.nan if random else float((last.x - end).square().sum(1).mean().sqrt())
            rows.append((last.nfe, score.value, away))
            found["floor"] = np.array(score.floor)
        found[f"curve{i}"] = np.array(rows)
    return found


def _network(dials: np.ndarray, asked: Asked) -> Answer:
    """At one time: `noised` (n, 2), what the network (`guess`) and the best field (`best`) take the data to have been,
    `score` (225, 2) times s, `density` (c, c) of p_t, `facts` (3,): t, a, s."""
    low, high = asked.process.span
    t = float(asked.process.snap(np.array(np.clip(dials[0], low, high))))
    level = asked.process.level(t)
    x0 = asked.plane.data[:SEEN]
    x = level.a * x0 + level.s * asked.noise(len(x0), 2)
    axis = torch.linspace(*asked.data.bounds, LATTICE)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2).to(asked.device)
    scale = zoom(level)
    with torch.no_grad():
        guess, best = asked.field(x, level)[0], asked.exact(x, level)[0]
        score, exact = -asked.field(places / scale, level)[1], -asked.exact(places / scale, level)[1]
    return {"clean": x0, "noised": scale * x, "guess": guess, "best": best, "score": score, "exact": exact,
            "density": densities(asked.data, asked.process, (t,), CELLS)[0], "facts": np.array([t, level.a, level.s])}


def _schedules(dials: np.ndarray, asked: Asked) -> Answer:
    """`t` (k,), and of every process signal `a` and noise `s` (processes, k), in the order of `PROCESSES`."""
    t = np.linspace(0.002, 0.998, 125)
    rows = []
    for name, schedule in PROCESSES:
        process = Discrete(1000, schedule) if schedule else MADE[name]()
        rows.append([(level.a, level.s) for level in process.levels(t.tolist())])
    both = np.array(rows)
    return {"t": t, "a": both[..., 0], "s": both[..., 1]}


def _marginals(dials: np.ndarray, asked: Asked) -> Answer:
    """The exact field of one process, from the same noise by the reverse SDE (0) and the probability flow (1): as in
    a race; and `density` (halts, c, c) of p_t, which both clouds follow."""
    name = KINDS[_within(dials, 0, len(KINDS))]
    process = asked.process if name == asked.config.process else MADE[name]()
    steps, noise = max(_within(dials, 1, 1001), 2), asked.noise(JUDGED, 3)
    halts = np.linspace(0, 1, HALTS)
    found = {"angle": np.abs(np.arctan2(*noise[:DRAWN].cpu().numpy().T)) / np.pi, "stops": halts}
    for i, sampler in enumerate(("euler_maruyama", "euler")):
        moments = asked.run(sampler, noise, steps, asked.exact, process)
        score = metrics.score("sliced_w2", moments[-1].x.cpu().numpy(), asked.data)
        found |= _way(i, moments, process, halts)
        found[f"facts{i}"] = np.array([moments[-1].nfe, score.value, score.floor])
    times = tuple(float(process.snap(np.array(1 - u))) if u < 1 else 0.0 for u in halts)
    return {**found, "density": densities(asked.data, process, times, CELLS)}


def _within(dials: np.ndarray, place: int, end: int) -> int:
    """The whole number of a dial, 0 to `end` - 1; `Refusal` if it is none of these."""
    value = int(dials[place]) if place < len(dials) else -1
    if value not in range(end):
        raise Refusal(N_("A dial stands where this panel has nothing."))
    return value


ANSWERS: dict[str, Callable[[np.ndarray, Asked], Answer]] = {
    "z": _send, "race": _race, "curves": _curves, "network": _network, "schedules": _schedules,
    "marginals": _marginals}
"""What can be asked, by its name."""
