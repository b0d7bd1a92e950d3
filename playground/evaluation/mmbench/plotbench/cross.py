"""Perception across things in the picture: the wider of two clusters, what lies to the left, panels that match."""

import numpy as np
from PIL import Image

from playground.core.scene import Role

from .clouds import FAMILIES, blob, family
from .drawing import marked, panel_side, panels, scatter
from .item import Item, Source, others

BLUE, ORANGE = "the blue circles", "the orange squares"
LEFT, RIGHT = "to the left of the blue circles", "to the right of the blue circles"


def wider_cluster(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal((BLUE, ORANGE))
    narrow, wide = chance.uniform(0.22, 0.3), chance.uniform(0.55, 0.65)
    first = np.array([1.35, chance.uniform(-0.6, 0.6)])
    centres = first, -first
    if chance.random() < 0.5:
        centres = -first, first
    stds = (wide, narrow) if wanted == BLUE else (narrow, wide)
    blue, orange = (blob(centre, std, 45, chance) for centre, std in zip(centres, stds, strict=True))
    spread = {BLUE: float(blue.std(0).mean()), ORANGE: float(orange.std(0).mean())}
    right = max(spread, key=lambda name: spread[name])
    return Item(
        "Which cluster is spread more widely?",
        right,
        (ORANGE if right == BLUE else BLUE,),
        lambda: marked([(blue, "data", "circles"), (orange, "generated", "squares")], 4),
        {"blue": blue, "orange": orange},
    )


def left_of(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal((LEFT, RIGHT))
    gap = np.array([chance.uniform(0.8, 1.4) * (1 if wanted == RIGHT else -1), chance.uniform(-1.3, 1.3)])
    blue, orange = (blob(sign * gap, 0.3, 30, chance) for sign in (-1, 1))
    right = LEFT if orange[:, 0].mean() < blue[:, 0].mean() else RIGHT
    return Item(
        "Where do the orange squares lie?",
        right,
        (RIGHT if right == LEFT else LEFT,),
        lambda: marked([(blue, "data", "circles"), (orange, "generated", "squares")]),
        {"blue": blue, "orange": orange},
    )


def matching_panel(source: Source) -> Item:
    chance, place = source.generator(), source.deal(range(3))
    name = tuple(FAMILIES)[chance.integers(len(FAMILIES))]
    names = list(others(tuple(FAMILIES), name, 2, chance))
    names.insert(place, name)
    clouds = [family(one, 450, chance) for one in (name, *names)]
    titles = ("given", "panel 1", "panel 2", "panel 3")
    right = titles[1 + names.index(name)]
    roles: tuple[Role, ...] = ("data", "generated", "generated", "generated")

    def draw() -> Image.Image:
        side = panel_side(2, 2)
        drawn = [scatter((cloud, role), side=side, size=3) for cloud, role in zip(clouds, roles, strict=True)]
        return panels(list(zip(drawn, titles, strict=True)), 2)

    return Item(
        "Which panel shows data of the same family as the panel “given”? It may be turned.",
        right,
        tuple(title for title in titles[1:] if title != right),
        draw,
        {"given": name, "panels": tuple(names)},
    )
