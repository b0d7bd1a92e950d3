"""Reasoning about a property of the data: how many modes, how many holes, whether a line separates two classes."""

import numpy as np
from scipy.spatial import ConvexHull

from playground.data.plane.distributions import Moons, Rings

from .clouds import apart, blob, turned
from .drawing import scatter
from .item import Item, Source

HOLES = ("no hole", "one hole", "two holes", "three holes")
LINE, CURVE = "yes, one straight line can", "no, no straight line can"
HALF = 2.7
"""Half the side of the square that has holes."""


def modes(source: Source) -> Item:
    chance, rank = source.generator(), source.deal(range(4))
    first = int(chance.integers(2, 6))  # the least of the four numbers offered: which of them is right says it not
    centres = apart(first + rank, 1.25, 2.3, chance)
    points = np.concatenate([blob(centre, 0.17, 70, chance) for centre in centres])
    right = str(len(centres))
    return Item(
        "How many separate clusters do the points form?",
        right,
        tuple(str(k) for k in range(first, first + 4) if str(k) != right),
        lambda: scatter((points, "data"), size=4),
        {"points": points, "centres": centres},
    )


def holes(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal(HOLES)
    radius = chance.uniform(0.6, 0.75)
    centres = apart(HOLES.index(wanted), 2.1, 1.7, chance) if wanted != HOLES[0] else np.empty((0, 2))
    # a jittered grid leaves no empty place by chance
    axis = np.linspace(-HALF, HALF, 50)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)
    points = grid + chance.uniform(-0.05, 0.05, grid.shape)
    away = np.linalg.norm(points[:, None] - centres, axis=2)  # (n, holes)
    points = points[(away > radius).all(1)]
    right = HOLES[len(centres)]
    return Item(
        "How many holes, empty places with points all around, do the data have?",
        right,
        tuple(text for text in HOLES if text != right),
        lambda: scatter((points, "data"), size=4),
        {"points": points, "centres": centres, "radius": radius},
    )


def separability(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal((LINE, CURVE))
    angle = chance.uniform(0, 2 * np.pi)
    if wanted == LINE:
        pair = [blob((0, 0), 1, 110, chance) * (0.36, 0.85) + (side, 0) for side in (-1.4, 1.4)]
    elif chance.random() < 0.5:
        points, label = Moons(noise=0.06).labelled(240, chance)
        pair = [points[label == k] for k in (0, 1)]
    else:
        pair = [Rings(radii=(2.2,), noise=0.1).sample(150, chance), blob((0, 0), 0.45, 90, chance)]
    blue, orange = (turned(cloud, angle) for cloud in pair)
    right = LINE if separable(blue, orange) else CURVE
    return Item(
        "Can one straight line separate the blue points from the orange ones?",
        right,
        (CURVE if right == LINE else LINE,),
        lambda: scatter((blue, "data"), (orange, "generated"), size=5),
        {"blue": blue, "orange": orange},
    )


def separable(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether some line has all of `a` (n, 2) on one side and all of `b` (m, 2) on the other: then a side of one of
    the convex hulls, made longer, is such a line (separating axis theorem)."""

    def beyond_a_side(points: np.ndarray, of: np.ndarray) -> bool:
        sides = ConvexHull(of).equations  # (sides, 3): n x + c <= 0 inside
        return bool((points @ sides[:, :2].T + sides[:, 2] > 0).all(0).any())

    return beyond_a_side(a, b) or beyond_a_side(b, a)
