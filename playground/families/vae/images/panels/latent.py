"""Drag a code: dials for its numbers, and the pictures that the decoder makes of it."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, PanelScenes, Values
from playground.core.scene import Images, Scene

from ...config import VaeConfig
from ...panel_parts import code_scene
from ...panel_parts import latent_panel as panel
from ..codes import code_points

__all__ = ["draw", "panel"]


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.latent`."""
    where = code_scene(arrays, code_points(arrays), config)
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
                        pixels=arrays["picture"],
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
                        pixels=np.concatenate([arrays["drawn"], arrays["near"]]),
                        roles=("generated", *["data"] * len(arrays["near"])),
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
