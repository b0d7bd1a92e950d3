"""What the page's small laboratory asks a GAN: where its generator sends which part of the noise."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from playground.core.config import Config
from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Contour, Layer, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.metrics.coverage import high_quality, modes_covered

from .config import GanConfig

SPREAD = {"gaussian": 5.0, "uniform": 3.2}
"""Half the width of the picture of the noise: twice and more what the training uses."""
COUNTS = (250, 1000, 4000)
COLOURS = {
    "angle": N_("The colours run once around, from orange over grey to blue; on the left they begin again."),
    "radius": N_("The colours run from orange in the middle over grey to blue outside."),
    "line": N_("The colours run from orange on the left over grey to blue on the right."),
}
MIXED = N_("These are the first two of the noise's axes; the others have their say as well, so the colours mix.")
GRID, INSIDE = 81, 0.9
"""Places along each axis, and the share of the data that its contour encloses."""


def panels(config: GanConfig) -> tuple[Panel, ...]:
    """The panels of a page with these settings; what is not a point of the plane is not drawn as one."""
    if dataset_of(config).dim != 2:
        return ()
    colours = (("angle", N_("direction")), ("radius", N_("distance from 0")))
    return (
        Panel(
            "noise",
            N_("Where noise goes"),
            N_(
                "Each dot of noise has a colour, and keeps it on its way through the generator. Shrink the noise and "
                "the samples retreat to what the generator finds likeliest (the truncation trick); stretch it and "
                "they go where it was never trained."
            ),
            (
                Dial(
                    "scale",
                    N_("Size of the noise"),
                    default=1.0,
                    low=0.0,
                    high=3.0,
                    step=0.05,
                    help=N_("Every number of the noise is multiplied by it; in training it is 1."),
                ),
                Dial("count", N_("Samples"), "choice", "1000", options=tuple((str(n), f"{n:,}") for n in COUNTS)),
                *(
                    (Dial("colour", N_("Colour by"), "choice", "angle", options=colours),)
                    if config.noise_dim > 1
                    else ()
                ),
            ),
        ),
    )


def draw(
    name: str, answer: Mapping[str, np.ndarray], values: Mapping[str, object], config: Config
) -> tuple[tuple[str, Scene], ...]:
    """`answer` of the one panel: `z` (n, noise_dim) before it is scaled, and `x` (n, 2), where that is sent then."""
    z, x, scale, data = answer["z"], answer["x"], float(values["scale"]), dataset_of(config)
    low, high = data.bounds
    half = SPREAD[config.noise]
    by = str(values.get("colour", "line"))
    colours = colour(z, by, config.noise)
    size = {250: 4.0, 1000: 3.0, 4000: 2.2}[len(z)]
    places = np.pad(z, ((0, 0), (0, 1)))[:, :2] * scale  # of one dimension: a line
    noise = Scene(
        (Points(name="noise", title=N_("Noise"), xy=places, values=colours, size=size, tween=True, follow=True),),
        extent=(-half, half, -half, half),
        legend=COLOURS[by] if z.shape[1] < 3 else MIXED,
        words=N_("{count} dots of noise, at {scale} times the size used in training."),
        values={"count": str(len(z)), "scale": f"{scale:g}"},
    )
    samples = Scene(
        (
            *_outline(data),
            Points(
                name="samples",
                title=N_("Generated samples"),
                role="generated",
                xy=x,
                values=colours,
                size=size,
                tween=True,
                follow=True,
            ),
        ),
        extent=(low, high, low, high),
        **_said(x, data),
    )
    return (N_("Noise"), noise), (N_("Generated samples"), samples)


def colour(z: np.ndarray, by: str, law: str) -> np.ndarray:
    """A number in [0, 1] for each noise vector of `z` (n, dim): its first coordinate ("line"), or of its first two
    the direction (from the left around to the left) or the distance, such that all values are about as frequent."""
    if by == "angle":
        return (np.arctan2(z[:, 1], z[:, 0]) / (2 * np.pi) + 0.5).clip(0, 1)
    far = np.abs(z[:, 0]) if by == "line" else np.hypot(z[:, 0], z[:, 1])
    if by == "line":
        return np.argsort(np.argsort(z[:, 0])) / max(len(z) - 1, 1)
    return 1 - np.exp(-(far**2) / 2) if law == "gaussian" else (far**2 / 2).clip(0, 1)


def _said(x: np.ndarray, data: Distribution) -> dict[str, object]:
    """How good and how many-sided the samples are."""
    if data.modes is None:
        truth, spread = (float(np.sqrt(np.sum(np.var(points, 0)))) for points in (_samples(data), x))
        return {
            "legend": N_(
                "Within the line lie [truth:nine tenths of the data]. The samples spread {share} percent "
                "as far as the data."
            ),
            "words": N_("The samples spread {share} percent as far as the data."),
            "values": {"share": f"{100 * spread / truth:.0f}"},
        }
    found = modes_covered(x, data.modes, data.mode_std, data.mode_weights)
    close = high_quality(x, data.modes, data.mode_std)
    return {
        "legend": N_(
            "Within the line lie [truth:nine tenths of the data]. {share} percent of the samples are "
            "close to a mode; {found} of {modes} modes are found."
        ),
        "words": N_("{share} percent of the samples are close to a mode; {found} of {modes} modes are found."),
        "values": {"share": f"{100 * close:.0f}", "found": f"{found:.0f}", "modes": str(len(data.modes))},
    }


@lru_cache(maxsize=32)
def _samples(data: Distribution) -> np.ndarray:
    return data.sample(2000, np.random.default_rng(0))


@lru_cache(maxsize=32)
def _outline(data: Distribution) -> tuple[Layer, ...]:
    """The line of equal density that encloses nine tenths of the data."""
    low, high = data.bounds
    axis = np.linspace(low, high, GRID)
    places = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)  # rows follow y
    level = np.quantile(data.log_prob(_samples(data)), 1 - INSIDE)
    density = np.exp(np.clip(data.log_prob(places) - level, -8, 8)).reshape(GRID, GRID)
    return (
        Contour(
            name="outline",
            title=N_("Where the data are"),
            role="truth",
            levels=(1.0,),
            values=density,
            extent=(low, high, low, high),
        ),
    )
