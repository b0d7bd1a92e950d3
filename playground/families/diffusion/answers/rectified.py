"""A rectified flow before and after each reflow, from the same noise."""

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.training.batches import generator

from ..couplings import COUPLINGS
from ..labs.rectified import LATTICE, SHOWS
from ..paths import straightness
from ..plane import TRACED
from ..predictions import velocity
from ..reflow import carried
from ..samplers import Field, Moment
from ..straight import leap
from .asked import Answer, Asked, within
from .ways import JUDGED, angle, drawn_way, halts

DRAWN, BATCH = 300, 256
"""How many points are drawn, and how many are paired at once."""


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """`angle` (300,), `stops` (k,), `coming` (): the step at which the next round begins, NaN: none; `distilled` ().
    Of each round i up to now `facts{i}`: straightness, sliced W2 of one step, its floor, sliced W2 of the path; and
    what is shown, of a distilled flow its one step: `x{i}` (k, 300, 2), `tracks{i}` (60, k, 2); or `lines{i}`
    (60, 2, 2) from noise to data; or `one{i}` (300, 2); or `flow{i}` (k, 225, 2) on a lattice, dx / d(1 - t), and
    `x{i}`."""
    show, steps = list(SHOWS)[within(dials, 0, len(SHOWS))], max(within(dials, 1, 101), 1)
    noise = asked.noise(JUDGED, 4)
    fields = asked.flows.fields
    once = len(fields) - 1 if asked.flows.distilled else None  # it knows no more than one step
    runs = [asked.run("euler", noise, 1 if i == once else steps, field) for i, field in enumerate(fields)]
    stops = halts([[m.t for m in run] for run in runs])
    found = {
        "angle": angle(noise[:DRAWN]),
        "stops": stops,
        "distilled": np.array(float(asked.flows.distilled)),
        "coming": np.array(np.nan if asked.flows.coming is None else asked.flows.coming),
    }
    for i, (field, run) in enumerate(zip(fields, runs, strict=True)):
        one = leap(field, asked.process, noise)
        known = metrics.score("sliced_w2", one, asked.data)
        path = metrics.score("sliced_w2", run[-1].x.cpu().numpy(), asked.data)
        found[f"facts{i}"] = np.array([_bend(field, noise, asked), known.value, known.floor, path.value])
        if show == "pairs":
            found[f"lines{i}"] = _lines(i, noise, asked)
        elif show == "one":
            found[f"one{i}"] = one[:DRAWN]
        else:
            found |= drawn_way(i, [Moment(m.t, m.x[:DRAWN], m.nfe) for m in run], asked.process, stops)
        if show == "velocity":
            found[f"flow{i}"] = _flow(field, np.zeros_like(stops) if i == once else stops, asked)
    return found


def _bend(field: Field, noise: Tensor, asked: Asked) -> float:
    """Straightness, always measured with as many steps: the dial changes what is seen only."""
    moments = asked.run("euler", noise, 40, field)
    return straightness(np.stack([m.x.cpu().numpy() for m in moments]), [m.t for m in moments])


def _lines(number: int, noise: Tensor, asked: Asked) -> np.ndarray:
    """From noise to data as round `number` learned from them: (60, 2, 2)."""
    if number:
        start, end = noise[:TRACED], carried(asked.flows.fields[number - 1], asked.process, noise[:TRACED])
        return torch.stack([start, end], 1).cpu().numpy()
    end = asked.data.sample(BATCH, generator(asked.config.seed, "panel data"))
    start = COUPLINGS[asked.config.coupling](end, noise[:BATCH].cpu().numpy())
    return np.stack([start, end], 1)[:TRACED]


def _flow(field: Field, stops: np.ndarray, asked: Asked) -> np.ndarray:
    """Where and how fast the field sends points of a lattice at each halt: (k, 225, 2)."""
    axis = torch.linspace(*asked.data.bounds, LATTICE)
    places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2).to(asked.device)
    low, high = asked.process.span
    levels = asked.process.levels([min(max(1 - u, low), high) for u in stops.tolist()])
    with torch.no_grad():
        return torch.stack([-velocity(*field(places, level), level) for level in levels]).cpu().numpy()
