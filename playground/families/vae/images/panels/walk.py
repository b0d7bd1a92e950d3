"""Interpolation between two digits."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Axes, Images, Paths, Points, Role, Scene
from playground.data.images.examples import digit_dial

from ...config import VaeConfig
from ...panel_parts import latent_extent, which_dial
from ..codes import code_points

INTERPOLATION_STEPS = 9
"""Number of pictures along the interpolation, both ends included."""


def panel(config: VaeConfig) -> Panel:
    which = N_("Example")
    return Panel(
        "walk",
        N_("Interpolate between two digits"),
        N_(
            "The encoder maps two real pictures to codes; the decoder generates pictures on the straight line between "
            "them. Below, for comparison: linear interpolation of the pixels."
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
    inner: tuple[Role, ...] = ("generated",) * INTERPOLATION_STEPS
    share = np.linspace(0, 1, INTERPOLATION_STEPS)
    curves = [np.stack([share, arrays[name]], 1)[None].astype(np.float32) for name in ("bound", "mixed")]
    low, high = min(c[..., 1].min() for c in curves), max(c[..., 1].max() for c in curves)
    room = 0.05 * float(high - low) + 0.1
    return (
        (
            N_("Interpolation"),
            Scene(
                (
                    Images(
                        name="pictures",
                        title=N_("Interpolation"),
                        role="generated",
                        pixels=arrays["pictures"],
                        columns=INTERPOLATION_STEPS,
                        roles=inner + ("data",) * INTERPOLATION_STEPS,
                    ),
                ),
                legend=N_(
                    "Above: interpolation in [generated:latent space], both ends reconstructed. Below: interpolation "
                    "of the [data:pixels]."
                ),
                words=N_("Interpolation between two digits."),
            ),
        ),
        (
            N_("In latent space"),
            Scene(
                (
                    *code_points(arrays),
                    Paths(name="way", title=N_("Interpolation"), role="generated", xy=arrays["way"][None]),
                    Points(name="stations", title=N_("Pictures"), role="generated", size=7.0, xy=arrays["way"]),
                ),
                extent=latent_extent(config),
                legend=N_("The [generated:interpolation] among the codes of real pictures."),
                words=N_("The interpolation among the codes of real pictures."),
            ),
        ),
        (
            N_("Bound along the interpolation"),
            Scene(
                (
                    Paths(name="through", title=N_("latent space"), role="generated", xy=curves[0]),
                    Paths(name="mixed", title=N_("pixels"), role="data", xy=curves[1]),
                    Points(name="places", title=N_("Pictures"), role="generated", xy=curves[0][0]),
                ),
                extent=(0.0, 1.0, float(low) - room, float(high) + room),
                axes=Axes(N_("position between the two pictures"), N_("bound on −log p(x), nats")),
                legend=N_(
                    "Upper bound on −log p(x) of pictures interpolated in [generated:latent space] and in "
                    "[data:pixels]. A lower value is a more likely picture."
                ),
                words=N_("Bound on −log p(x) along both interpolations."),
            ),
        ),
    )
