"""The network at one time."""

import numpy as np
import torch

from playground.data.dataset import dataset_of

from ..drawing import CELLS
from ..truth import densities, zoom
from .asked import Answer, Asked

SEEN, LATTICE = 300, 15


def answer(dials: np.ndarray, asked: Asked) -> Answer:
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
        guess, best = (field(x, level)[0] for field in asked.told())
        score, exact = -asked.ground(places / scale, level)[1], -asked.exact(places / scale, level)[1]
    return {
        "clean": x0,
        "noised": scale * x,
        "guess": guess,
        "best": best,
        "score": score,
        "exact": exact,
        "density": densities(dataset_of(asked.config), asked.process, (t,), CELLS)[0],
        "facts": np.array([t, level.a, level.s]),
    }
