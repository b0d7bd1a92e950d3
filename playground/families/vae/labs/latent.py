"""Drag a code: dials for its numbers, and what the decoder makes of it."""

from collections.abc import Mapping

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Dial, Panel
from playground.core.scene import Contour, Images, Paths, Points, Scene
from playground.data.dataset import dataset_of
from playground.data.images.digits import DIGITS
from playground.training import batches

from ..config import VaeConfig
from ..picture_scene import DIGIT, FRAME
from ..scene import kinds, true_density
from ..stations import subscript

Pictures = tuple[tuple[str, Scene], ...]

DIALS = 8
"""Numbers of a code that have a dial, at most; the others stay 0."""
BEGIN = (0.8, -0.6)
CELLS = 61


def panel(config: VaeConfig) -> Panel:
    beginning = (*BEGIN, *[0.0] * DIALS)
    return Panel(
        "latent",
        N_("Drag a code"),
        N_(
            "Choose the numbers of a code by hand, and see what the decoder makes of it. Near codes give near data: "
            "the noise that was added to every code in training saw to that."
        ),
        tuple(
            Dial(f"z{k + 1}", subscript(k + 1), default=beginning[k], low=-3.0, high=3.0, step=0.05)
            for k in range(min(config.latent, DIALS))
        ),
    )


def draw(answer: Mapping[str, np.ndarray], values: Mapping, config: VaeConfig) -> Pictures:
    """See `answers.latent.latent`."""
    here = Points(name="at", title=N_("This code"), role="generated", size=11.0, xy=answer["at"])
    where = Scene(
        (*code_map(answer, config), here),
        extent=frame(config),
        legend=N_("The [generated:code], among those of data. Shown are {first} and {second}."),
        words=N_("A code among those of data."),
        values=_names(answer),
    )
    if config.data == "digits":
        return (
            (N_("Where it is"), where),
            (
                N_("What the decoder makes of it"),
                Scene(
                    (
                        Images(
                            name="picture",
                            title=N_("Expected picture"),
                            role="generated",
                            columns=1,
                            pixels=answer["picture"],
                        ),
                    ),
                    legend=N_("The picture that the decoder expects: the mean of all it thinks possible."),
                    words=N_("The picture that the decoder expects of this code."),
                ),
            ),
            (
                N_("A draw, and its neighbours"),
                Scene(
                    (
                        Images(
                            name="near",
                            title=N_("Nearest real pictures"),
                            role="data",
                            columns=4,
                            pixels=np.concatenate([answer["drawn"], answer["near"]]),
                            roles=("generated", *["data"] * len(answer["near"])),
                        ),
                    ),
                    legend=N_(
                        "One [generated:draw] from the decoder, each pixel for itself; and the [data:real pictures] "
                        "whose codes are nearest."
                    ),
                    words=N_("A draw, and the nearest real pictures."),
                ),
            ),
        )
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    truth, level = true_density(data, CELLS)
    place, scale = answer["place"], answer["scale"]
    return (
        (N_("Where it is"), where),
        (
            N_("What the decoder makes of it"),
            Scene(
                (
                    Contour(
                        name="truth",
                        title=N_("Edge of the true density"),
                        role="truth",
                        values=truth,
                        levels=(level,),
                        extent=extent,
                    ),
                    Paths(
                        name="rings",
                        title=N_("One and two standard deviations"),
                        role="generated",
                        xy=_rings(place, scale),
                    ),
                    Points(name="place", title=N_("Expected"), role="generated", size=8.0, xy=place[None]),
                ),
                extent=extent,
                values={
                    "x": f"{place[0]:.2f}",
                    "y": f"{place[1]:.2f}",
                    "sx": f"{scale[0]:.2f}",
                    "sy": f"{scale[1]:.2f}",
                },
                legend=N_(
                    "The decoder's answer is a [generated:Gaussian] around {x}, {y} with standard deviations {sx} "
                    "and {sy}; the [truth:line] encloses 95 percent of the data."
                ),
                words=N_("The decoder expects {x}, {y}, give or take {sx} and {sy}."),
            ),
        ),
    )


def frame(config: VaeConfig) -> tuple[float, float, float, float]:
    """Of a map of codes."""
    return FRAME if config.latent > 1 else (FRAME[0], FRAME[1], -1.0, 1.0)


def code_map(answer: Mapping[str, np.ndarray], config: VaeConfig) -> tuple[Points, ...]:
    """The codes of data, by their kind: see `Asked.map`."""
    codes = answer["codes"]
    title = N_("Codes of data")
    if config.data == "digits":
        labels = (DIGITS.labels("valid")[: len(codes)] / 9).astype(np.float32)
        return (Points(name="codes", title=title, role="data", xy=codes, values=labels, kinds=DIGIT, size=3.5),)
    x = dataset_of(config).sample(len(codes), batches.generator(config.seed, "panel data"))
    colours, names = kinds(x, dataset_of(config))
    return (Points(name="codes", title=title, role="data", xy=codes, values=colours, kinds=names, size=3.0),)


def _names(answer: Mapping[str, np.ndarray]) -> dict[str, str]:
    return dict(zip(("first", "second"), (subscript(k + 1) for k in answer["chosen"]), strict=True))


def _rings(place: np.ndarray, scale: np.ndarray) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.stack([place + k * scale * circle for k in (1, 2)]).astype(np.float32)
