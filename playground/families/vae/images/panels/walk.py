"""Ways between two digits."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Images, Paths, Points, Role, Scene
from playground.data.images.examples import digit_dial

from ...config import VaeConfig
from ...panel_parts import code_frame, which_dial
from ..codes import code_points

STATIONS = 9
"""Pictures on a way, with both ends."""


def panel(config: VaeConfig) -> Panel:
    which = N_("Which picture of it")
    return Panel(
        "walk",
        N_("Walk between two digits"),
        N_(
            "Two real pictures become codes, and pictures are made on the straight way between them. Below, for "
            "comparison, the same two with their pixels mixed."
        ),
        (
            digit_dial("from", N_("From"), 3),
            which_dial("from_which", which),
            digit_dial("to", N_("To"), 8),
            which_dial("to_which", which),
        ),
    )


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.walk`."""
    inner: tuple[Role, ...] = ("generated",) * STATIONS
    share = np.linspace(0, 1, STATIONS)
    curves = [np.stack([share, arrays[name]], 1)[None].astype(np.float32) for name in ("bound", "mixed")]
    low, high = min(c[..., 1].min() for c in curves), max(c[..., 1].max() for c in curves)
    room = 0.05 * float(high - low) + 0.1
    return (
        (
            N_("The way"),
            Scene(
                (
                    Images(
                        name="pictures",
                        title=N_("The way"),
                        role="generated",
                        pixels=arrays["pictures"],
                        columns=STATIONS,
                        roles=inner + ("data",) * STATIONS,
                    ),
                ),
                legend=N_(
                    "Above [generated:through the code], both ends reconstructed; below the [data:pixels] of the "
                    "two, mixed."
                ),
                words=N_("Pictures between two digits."),
            ),
        ),
        (
            N_("On the map"),
            Scene(
                (
                    *code_points(arrays),
                    Paths(name="way", title=N_("The way"), role="generated", xy=arrays["way"][None]),
                    Points(name="stations", title=N_("Pictures"), role="generated", size=7.0, xy=arrays["way"]),
                ),
                extent=code_frame(config),
                legend=N_("The [generated:way] among the codes of real pictures."),
                words=N_("The way among the codes of real pictures."),
            ),
        ),
        (
            N_("How unlikely they are"),
            Scene(
                (
                    Paths(name="through", title=N_("through the code"), role="generated", xy=curves[0]),
                    Paths(name="mixed", title=N_("pixels mixed"), role="data", xy=curves[1]),
                    Points(name="places", title=N_("Pictures"), role="generated", xy=curves[0][0]),
                ),
                extent=(0.0, 1.0, float(low) - room, float(high) + room),
                axes=Axes(N_("share of the way"), N_("minus the bound, nats")),
                legend=N_(
                    "Minus the bound for each picture [generated:through the code] and of the [data:mixed pixels]: "
                    "lower is likelier."
                ),
                words=N_("Minus the bound along both ways."),
            ),
        ),
    )
