"""Errors at growing numbers of calls."""

import numpy as np

from ... import metrics
from ..catalogue import CATALOGUE
from ..labs.lanes import NOBODY
from .asked import Answer, Asked
from .ways import JUDGED, chosen

BUDGETS = (1, 2, 4, 8, 16, 32, 64)
"""Calls of the network at which errors are measured."""
FINE = 64
"""Steps of Heun's method that stand for the exact end of a path."""


def answer(dials: np.ndarray, asked: Asked) -> Answer:
    """Of sampler i `curve{i}` (budgets, 3): calls, sliced W2, distance to the exact ends of the same field's paths
    (NaN where noise is drawn); and the `floor` () of 500 perfect samples."""
    names, noise = chosen(dials, asked), asked.noise(JUDGED, 1)
    field = asked.exact if dials[5] else asked.field
    end = asked.run("heun", noise, FINE, field)[-1].x
    found: Answer = {}
    for i, name in enumerate(names):
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
