"""Reasoning about how pictures relate: the mode that a generator dropped, the order of a diffusion's times."""

from itertools import permutations

import numpy as np
from PIL import Image

from playground.data.plane.distributions import DISTRIBUTIONS, circle

from .clouds import turned
from .drawing import panel_side, panels, scatter, written
from .item import Item, Source, others

MODES = 8
ORDERS = tuple(", ".join(map(str, order)) for order in permutations((1, 2, 3)))
SHAPES = ("moons", "ring", "8gaussians", "2gaussians", "line")
SIGNAL = (1.0, 0.95, 0.3)
"""Factor of the data in the three panels, the variance kept: x_t = a x_0 + sqrt(1 - a^2) s noise (Ho et al. 2020,
eq. 4)."""
NOISE_STD = 1.2


def dropped_mode(source: Source) -> Item:
    chance = source.generator()
    names = tuple(f"mode {k + 1}" for k in range(MODES))
    gone = names.index(source.deal(names))
    real = circle(MODES, radius=1.85, std=0.16)
    angle = chance.uniform(0, 2 * np.pi)
    points = turned(real.sample(400, chance), angle)
    made, label = real.labelled(460, chance)
    made = turned(made[label != gone], angle)
    assert real.modes is not None
    centres = turned(real.modes, angle)  # (modes, 2)
    nearest = np.linalg.norm(made[:, None] - centres, axis=2).argmin(1)
    right = names[int(np.bincount(nearest, minlength=MODES).argmin())]

    def draw() -> Image.Image:
        side = panel_side(2, 1)
        numbered = written(scatter((points, "data"), side=side, size=3), 1.42 * centres, [n[-1] for n in names])
        return panels([(numbered, "real"), (scatter((made, "generated"), side=side, size=3), "generated")], 2)

    return Item(
        "Which of the numbered modes of the real data does the generator never make?",
        right,
        others(names, right, 3, chance),
        draw,
        {"generated": made, "centres": centres},
    )


def diffusion_order(source: Source) -> Item:
    chance, right = source.generator(), source.deal(ORDERS)
    shape = DISTRIBUTIONS[SHAPES[chance.integers(len(SHAPES))]]
    at = {panel: signal for panel, signal in zip(right.split(", "), SIGNAL, strict=True)}
    clouds = {
        panel: at[panel] * shape.sample(400, chance)
        + np.sqrt(1 - at[panel] ** 2) * NOISE_STD * chance.standard_normal((400, 2))
        for panel in sorted(at)
    }
    side = panel_side(2, 2)
    return Item(
        "Diffusion turns data into noise. In which order do the numbered panels follow, from data to noise?",
        ", ".join(sorted(at, key=lambda panel: -at[panel])),
        others(ORDERS, right, 3, chance),
        lambda: panels([(scatter((clouds[p], "generated"), side=side, size=3), p) for p in clouds], 2),
        {"signal": at, "clouds": clouds},
    )
