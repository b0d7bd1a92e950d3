"""Move a code: dials for its coordinates, and the pictures that the decoder generates from it."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, PanelScenes, Values
from playground.core.scene import Images, Role, Scene

from ...config import VaeConfig
from ...panel_parts import code_scene
from ...panel_parts import latent_panel as panel
from ..codes import code_points

__all__ = ["draw", "panel"]


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.latent`."""
    roles: tuple[Role, ...] = ("generated",) + ("data",) * len(arrays["near"])
    where = code_scene(arrays, code_points(arrays), config)
    return (
        (N_("Position in latent space"), where),
        (
            N_("Output of the decoder"),
            Scene(
                (
                    Images(
                        name="picture",
                        title=N_("Mean picture"),
                        role="generated",
                        columns=1,
                        pixels=arrays["picture"],
                    ),
                ),
                legend=N_("The mean of the decoder's distribution for this code."),
                words=N_("The mean of the decoder's distribution for this code."),
            ),
        ),
        (
            N_("One sample and the nearest real pictures"),
            Scene(
                (
                    Images(
                        name="near",
                        title=N_("Nearest real pictures"),
                        role="data",
                        columns=4,
                        pixels=np.concatenate([arrays["drawn"], arrays["near"]]),
                        roles=roles,
                    ),
                ),
                legend=N_(
                    "One [generated:sample] from the decoder's distribution, pixel by pixel; and the [data:real "
                    "pictures] with the nearest codes."
                ),
                words=N_("A sample and the nearest real pictures."),
            ),
        ),
    )
