"""The toy sets that the questions are about, turned by chance, with as much noise as wanted."""

import numpy as np

from playground.data.plane.distributions import (
    Checkerboard,
    Distribution,
    Isotropic,
    Moons,
    Pinwheel,
    Rings,
    SCurve,
    Spiral,
    SwissRoll,
)

FAMILIES: dict[str, Distribution] = {
    "two moons": Moons(noise=0.08),
    "concentric rings": Rings(radii=(0.9, 1.7, 2.5), noise=0.07),
    "two spirals": Spiral(noise=0.25),
    "checkerboard": Checkerboard(),
    "pinwheel": Pinwheel(),
    "Swiss roll": SwissRoll(noise=0.35),
}
"""By what the options call them."""
UPRIGHT = {"checkerboard"}
"""What is not turned."""


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    """`points` (n, 2) rotated counterclockwise about 0."""
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def family(name: str, n: int, chance: np.random.Generator) -> np.ndarray:
    """`n` points (n, 2) of a family."""
    points = FAMILIES[name].sample(n, chance)
    return points if name in UPRIGHT else turned(points, chance.uniform(0, 2 * np.pi))


def curve(name: str, std: float) -> Distribution:
    """A curve whose points have noise of standard deviation `std`, in units of the plane."""
    made: dict[str, Distribution] = {
        "moons": Moons(noise=std / 1.6),
        "ring": Rings(radii=(1.8,), noise=std),
        "s": SCurve(noise=std / 1.25),
    }
    assert all(not isinstance(one, Isotropic) or np.isclose(one.std, std) for one in made.values())
    return made[name]


def blob(centre: tuple[float, float] | np.ndarray, std: float, n: int, chance: np.random.Generator) -> np.ndarray:
    """`n` points of a round Gaussian cut off at 2.5 standard deviations: (n, 2)."""
    points = chance.standard_normal((4 * n, 2))
    return np.asarray(centre) + std * points[np.hypot(*points.T) < 2.5][:n]


def apart(count: int, gap: float, reach: float, chance: np.random.Generator) -> np.ndarray:
    """`count` places (count, 2) in [-reach, reach]^2, each two at least `gap` apart."""
    places: list[np.ndarray] = []
    for tries in range(20_000):
        if tries % 500 == 499:  # the first ones leave no room: from anew
            places = []
        place = chance.uniform(-reach, reach, 2)
        if all(np.hypot(*(place - other)) >= gap for other in places):
            places.append(place)
        if len(places) == count:
            return np.array(places)
    raise ValueError(f"no room for {count} places {gap} apart in [-{reach}, {reach}]^2")
