"""Perception of the whole picture: the family of the data, how noisy they are, what kind of plot it is."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from playground.core.scene import Arrows, Bars, Contour, Heatmap
from playground.data.plane.distribution import lattice

from .clouds import FAMILIES, curve, family, turned
from .drawing import curves, drawn, inside_axes, scatter
from .item import Item, Source, others

NOISE = {"almost none: thin line": 0.02, "some: broad band": 0.17, "so much that the shape blurs": 0.6}
"""Standard deviation in units of the plane, by what the options say."""
GRID = 25


def data_family(source: Source) -> Item:
    chance, right = source.generator(), source.deal(tuple(FAMILIES))
    points = family(right, 900, chance)
    wrong = others(tuple(FAMILIES), right, 3, chance)
    return Item(
        "Which family of toy data does the scatter plot show?",
        right,
        wrong,
        lambda: scatter((points, "data"), size=3.5),
        {"points": points, "family": right},
    )


def noise_level(source: Source) -> Item:
    chance, wanted = source.generator(), source.deal(tuple(NOISE))
    std = NOISE[wanted] * chance.uniform(0.9, 1.1)
    shape = ("moons", "ring", "s")[chance.integers(3)]
    points = turned(curve(shape, std).sample(600, chance), chance.uniform(0, 2 * np.pi))
    right = min(NOISE, key=lambda name: abs(np.log(NOISE[name] / std)))
    return Item(
        "The points lie along a curve. How much noise was added to them?",
        right,
        tuple(name for name in NOISE if name != right),
        lambda: scatter((points, "data"), size=4),
        {"points": points, "std": std, "curve": shape},
    )


def plot_kind(source: Source) -> Item:
    chance, right = source.generator(), source.deal(tuple(PLOTS))
    return Item(
        "What kind of plot is this?",
        right,
        others(tuple(PLOTS), right, 3, chance),
        lambda: PLOTS[right](source.generator()),
        {"plot": right},
    )


def _density(chance: np.random.Generator) -> np.ndarray:
    """Two Gaussian hills on a grid (GRID, GRID), the top at 1."""
    axis = np.linspace(-3, 3, GRID)
    places = lattice(axis, axis).reshape(GRID, GRID, 2).swapaxes(0, 1)
    centres = turned(np.array([[1.2, 0.0], [-1.2, 0.0]]), chance.uniform(0, np.pi))
    hills = sum(np.exp(-((places - centre) ** 2).sum(-1) / (2 * chance.uniform(0.5, 0.9) ** 2)) for centre in centres)
    return np.asarray(hills / np.max(hills))


def _scatter(chance: np.random.Generator) -> Image.Image:
    return scatter((family(tuple(FAMILIES)[chance.integers(len(FAMILIES))], 500, chance), "data"))


def _line(chance: np.random.Generator) -> Image.Image:
    x = np.linspace(0, 1, 60)
    values = 0.2 + 0.7 * np.exp(-chance.uniform(2, 6) * x) + 0.03 * chance.standard_normal(60).cumsum() / 3
    return inside_axes(curves([(values, "data", "")], 0.0, 1.1), ("0", "50", "100"), ("0", "1"), "step")


def _bars(chance: np.random.Generator) -> Image.Image:
    heights = chance.uniform(0.2, 1, 6)
    labels = tuple(str(k + 1) for k in range(6))
    return drawn((Bars(name="bars", title="", values=heights, labels=labels, roles=("data",) * 6),))


def _heat(chance: np.random.Generator) -> Image.Image:
    return drawn((Heatmap(name="heat", title="", role="data", values=_density(chance), scale="sequential"),))


def _contour(chance: np.random.Generator) -> Image.Image:
    levels = (0.15, 0.3, 0.5, 0.7, 0.9)
    return drawn((Contour(name="lines", title="", role="field", values=_density(chance), levels=levels),))


def _arrows(chance: np.random.Generator) -> Image.Image:
    places = lattice(np.linspace(-2.5, 2.5, 9), np.linspace(-2.5, 2.5, 9))
    towards = turned(-places, chance.uniform(-1.2, 1.2)) / 6
    return drawn((Arrows(name="arrows", title="", role="field", xy=places, uv=towards),))


PLOTS: dict[str, Callable[[np.random.Generator], Image.Image]] = {
    "scatter plot": _scatter,
    "line graph": _line,
    "bar chart": _bars,
    "heat map": _heat,
    "contour plot": _contour,
    "vector field": _arrows,
}
"""By what the options call them."""
