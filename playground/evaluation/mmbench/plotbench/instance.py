"""Perception of one thing in the picture: the densest quadrant, a number on an axis, the marker of a cluster."""

import numpy as np

from playground.core.scene import Role

from .clouds import blob
from .drawing import curves, inside_axes, marked, scatter, with_cross
from .item import Item, Source

QUADRANTS = {"upper left": (-1, 1), "upper right": (1, 1), "lower left": (-1, -1), "lower right": (1, -1)}
"""The signs of x and y."""
STEPS = (5, 10, 15, 20, 25, 30)
"""Between the numbers of an axis; three steps make its largest number."""
MARKERS = ("circles", "squares", "triangles")
COLOURS: tuple[Role, ...] = ("data", "generated", "field")
SIDES = {"highest": (0.0, 1.0), "lowest": (0.0, -1.0), "farthest to the left": (-1.0, 0.0)}
SIDES["farthest to the right"] = (1.0, 0.0)
"""Directions on the plane."""


def densest_quadrant(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal(tuple(QUADRANTS))
    points = np.concatenate(
        [
            chance.uniform(0.12, 2.85, (130 if name == wanted else chance.integers(35, 60), 2)) * signs
            for name, signs in QUADRANTS.items()
        ]
    )
    counts = {name: int((np.sign(points) == signs).all(1).sum()) for name, signs in QUADRANTS.items()}
    right = max(counts, key=lambda name: counts[name])
    return Item(
        "In which quadrant are the most points?",
        right,
        tuple(name for name in QUADRANTS if name != right),
        lambda: with_cross(scatter((points, "data"))),
        {"points": points, "counts": counts},
    )


def axis_number(source: Source) -> Item:
    chance, rank = source.generator(), source.deal(range(4))
    steps = np.sort(chance.permutation(STEPS)[:4])
    largest = [str(3 * step) for step in steps]
    other = steps[(rank + chance.integers(1, 4)) % 4]
    values = 0.5 + 0.4 * np.sin(chance.uniform(0, 6) + np.linspace(0, chance.uniform(3, 9), 80))
    x_ticks = [str(k * steps[rank]) for k in range(4)]
    y_ticks = [str(k * other) for k in range(4)]
    return Item(
        "What is the largest number written on the horizontal axis?",
        largest[rank],
        tuple(text for text in largest if text != largest[rank]),
        lambda: inside_axes(curves([(values, "data", "")], 0.0, 1.0), x_ticks, y_ticks, "step"),
        {"horizontal": x_ticks, "vertical": y_ticks},
    )


def cluster_marker(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal(MARKERS)
    side = tuple(SIDES)[chance.integers(len(SIDES))]
    direction = np.array(SIDES[side])
    first = np.arctan2(direction[1], direction[0]) + chance.uniform(-0.25, 0.25)
    angles = first + np.array([0, 2, 4]) * np.pi / 3 + chance.uniform(-0.1, 0.1, 3)
    centres = np.stack([1.8 * np.cos(angles), 1.8 * np.sin(angles)], 1)
    rest = [MARKERS[k] for k in chance.permutation(3) if MARKERS[k] != wanted]
    colours = [COLOURS[k] for k in chance.permutation(3)]
    groups = [
        (blob(centre, 0.33, 22, chance), colour, marker)
        for centre, colour, marker in zip(centres, colours, (wanted, *rest), strict=True)
    ]
    right = max(groups, key=lambda group: float(group[0].mean(0) @ direction))[2]
    return Item(
        f"Which marker do the points of the cluster have that lies {side}?",
        right,
        tuple(marker for marker in MARKERS if marker != right),
        lambda: marked(groups),
        {"groups": groups, "direction": direction},
    )
