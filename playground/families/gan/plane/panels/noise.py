"""Which noise becomes which samples, and what scaling the noise does."""

from functools import lru_cache
from typing import Any

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values
from playground.core.scene import Contour, Layer, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.plane.distribution import Distribution
from playground.data.plane.drawing import frame_extent
from playground.metrics.coverage import high_quality, modes_covered

from ...config import GanConfig

NOISE_HALF_WIDTH = {"gaussian": 5.0, "uniform": 3.2}
"""Of the picture of the noise: twice and more what training uses."""
SAMPLE_COUNTS = (250, 1000, 4000)
DOT_SIZES = {250: 4.0, 1000: 3.0, 4000: 2.2}
COLOUR_TEXTS = {
    "angle": N_(
        "The colours go once around the centre, from orange through grey to blue, and start again on the left."
    ),
    "radius": N_("The colours go from orange in the centre through grey to blue outside."),
    "line": N_("The colours go from orange on the left through grey to blue on the right."),
}
PROJECTED = N_(
    "The picture shows the first two dimensions of the noise. The samples depend on the others too, so the colours mix."
)
DENSITY_GRID = 81
"""Points along each axis where the density of the data is evaluated."""
ENCLOSED = 0.9
"""Share of the data that their contour encloses."""


def panel(config: GanConfig) -> Panel:
    counts = tuple((str(count), f"{count:,}") for count in SAMPLE_COUNTS)
    dials = (
        Dial(
            "scale",
            N_("Noise scale"),
            default=1.0,
            low=0.0,
            high=3.0,
            step=0.05,
            help=N_("Factor that multiplies each noise vector; in training it is 1."),
        ),
        Dial("count", N_("Samples"), "choice", "1000", options=counts),
    )
    if config.noise_dim > 1:
        colours = (("angle", N_("direction")), ("radius", N_("distance from 0")))
        dials += (Dial("colour", N_("Colour by"), "choice", "angle", options=colours),)
    return Panel(
        "noise",
        N_("From noise to samples"),
        N_(
            "Each noise vector has a colour, and its sample has the same colour. Smaller noise gives less varied "
            "samples, but not always more likely ones: a generator stretches most in the middle of the noise, so they "
            "may even leave the data. (The truncation trick of Brock et al. 2019 is another one: it draws large "
            "numbers anew.) Larger noise is outside the range of training."
        ),
        dials,
    )


def draw(arrays: Arrays, values: Values, config: GanConfig) -> PanelScenes:
    """See `panel_data.noise`."""
    z, x, scale, data = arrays["z"], arrays["x"], values["scale"], dataset_of(config)
    half = NOISE_HALF_WIDTH[config.noise]
    by = values.get("colour", "line")
    colours = colour(z, by, config.noise)
    noise = Scene(
        (
            Points(
                name="noise",
                title=N_("Noise"),
                xy=np.pad(z, ((0, 0), (0, 1)))[:, :2] * scale,  # of one dimension: a line
                values=colours,
                size=DOT_SIZES[len(z)],
                tween=True,
                follow=True,
            ),
        ),
        extent=(-half, half, -half, half),
        legend=COLOUR_TEXTS[by] if z.shape[1] < 3 else PROJECTED,
        words=N_("{count:noise vector|noise vectors}, multiplied by {scale}."),
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
                size=DOT_SIZES[len(z)],
                tween=True,
                follow=True,
            ),
        ),
        extent=frame_extent(data),
        **_texts(x, data),
    )
    return (N_("Noise"), noise), (N_("Generated samples"), samples)


def colour(z: np.ndarray, by: str, noise: str) -> np.ndarray:
    """A number in [0, 1] for each noise vector of `z` (n, dim): its first coordinate ("line"), or of its first two
    the direction (from the left around to the left) or the distance, such that all values are about as frequent."""
    if by == "angle":
        return (np.arctan2(z[:, 1], z[:, 0]) / (2 * np.pi) + 0.5).clip(0, 1)
    if by == "line":
        return np.argsort(np.argsort(z[:, 0])) / max(len(z) - 1, 1)
    squared = np.hypot(z[:, 0], z[:, 1]) ** 2
    return 1 - np.exp(-squared / 2) if noise == "gaussian" else (squared / 2).clip(0, 1)


def _texts(x: np.ndarray, data: Distribution) -> dict[str, Any]:
    """Legend and words of the samples: how close to the data, and how varied they are."""
    if data.modes is None or data.mode_std is None:
        truth, spread = (float(np.sqrt(np.sum(np.var(points, 0)))) for points in (_samples(data), x))
        return {
            "legend": N_(
                "The line encloses [truth:90 percent of the data]. The spread of the samples is {share} percent of "
                "that of the data."
            ),
            "words": N_("The spread of the samples is {share} percent of that of the data."),
            "values": {"share": f"{100 * spread / truth:.0f}"},
        }
    covered = modes_covered(x, data.modes, data.mode_std, data.mode_weights)
    close = high_quality(x, data.modes, data.mode_std)
    return {
        "legend": N_(
            "The line encloses [truth:90 percent of the data]. {share} percent of the samples are close to a mode; "
            "modes covered: {found} of {modes}."
        ),
        "words": N_("{share} percent of the samples are close to a mode; modes covered: {found} of {modes}."),
        "values": {"share": f"{100 * close:.0f}", "found": f"{covered:.0f}", "modes": str(len(data.modes))},
    }


@lru_cache(maxsize=32)
def _samples(data: Distribution) -> np.ndarray:
    return data.sample(2000, np.random.default_rng(0))


@lru_cache(maxsize=32)
def _outline(data: Distribution) -> tuple[Layer, ...]:
    """The line of equal density that encloses nine tenths of the data."""
    axis = np.linspace(*data.bounds, DENSITY_GRID)
    grid = np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)  # rows follow y
    level = np.quantile(data.log_prob(_samples(data)), 1 - ENCLOSED)
    density = np.exp(np.clip(data.log_prob(grid) - level, -8, 8)).reshape(DENSITY_GRID, DENSITY_GRID)
    return (
        Contour(
            name="outline",
            title=N_("Region of the data"),
            role="truth",
            levels=(1.0,),
            values=density,
            extent=frame_extent(data),
        ),
    )
