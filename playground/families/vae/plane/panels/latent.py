"""Move a code: dials for its coordinates, and the distribution that the decoder gives."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, PanelScenes, Values
from playground.core.scene import Contour, Paths, Points, Scene
from playground.data.dataset import dataset_of

from ...config import VaeConfig
from ...panel_parts import code_scene
from ...panel_parts import latent_panel as panel
from ..codes import code_points
from ..scene import true_density

__all__ = ["draw", "panel"]

GRID_SIZE = 61
"""Grid points along each axis of the true density."""


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.latent`."""
    where = code_scene(arrays, code_points(arrays, config), config)
    data = dataset_of(config)
    low, high = data.bounds
    extent = (low, high, low, high)
    truth, level = true_density(data, GRID_SIZE)
    place, scale = arrays["place"], arrays["scale"]
    return (
        (N_("Position in latent space"), where),
        (
            N_("Output of the decoder"),
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
                    Points(
                        name="place",
                        title=N_("Mean of the decoder's Gaussian"),
                        role="generated",
                        size=8.0,
                        xy=place[None],
                    ),
                ),
                extent=extent,
                values={
                    "x": f"{place[0]:.2f}",
                    "y": f"{place[1]:.2f}",
                    "sx": f"{scale[0]:.2f}",
                    "sy": f"{scale[1]:.2f}",
                },
                legend=N_(
                    "The decoder gives a [generated:Gaussian] with mean {x}, {y} and standard deviations {sx} and "
                    "{sy}; the [truth:line] encloses 95 percent of the data."
                ),
                words=N_("The decoder gives a Gaussian with mean {x}, {y} and standard deviations {sx} and {sy}."),
            ),
        ),
    )


def _rings(place: np.ndarray, scale: np.ndarray) -> np.ndarray:
    angle = np.linspace(0, 2 * np.pi, 49)
    circle = np.stack([np.cos(angle), np.sin(angle)], 1)
    return np.stack([place + k * scale * circle for k in (1, 2)]).astype(np.float32)
