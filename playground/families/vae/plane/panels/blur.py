"""Why reconstructions blur: the points that share a code, and their mean."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Points, Scene
from playground.data.dataset import dataset_of

from ...config import VaeConfig
from ...panel_parts import blur_panel, share_scene, shares, which_dial


def panel(config: VaeConfig) -> Panel:
    return blur_panel(which_dial("which", N_("Which piece of data")))


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.blur`."""
    strength, said = shares(arrays)
    shared = share_scene(arrays, config)
    low, high = dataset_of(config).bounds
    return (
        (N_("Who shares the code"), shared),
        (
            N_("On the plane"),
            Scene(
                (
                    Points(
                        name="data",
                        title=N_("Training data, by their share"),
                        role="data",
                        size=3.2,
                        xy=arrays["data"],
                        values=(0.5 + 0.5 * strength).astype(np.float32),
                    ),
                    Points(
                        name="real", title=N_("The piece of data itself"), role="data", size=10.0, xy=arrays["real"]
                    ),
                    Points(name="mean", title=N_("Their weighted mean"), role="truth", size=10.0, xy=arrays["mean"]),
                    Points(
                        name="back",
                        title=N_("What the decoder says"),
                        role="generated",
                        size=10.0,
                        xy=arrays["back"],
                    ),
                ),
                extent=(low, high, low, high),
                values=said,
                legend=N_(
                    "The piece of [data:data], the [truth:mean] of all that share its code, and what the "
                    "[generated:decoder] says: near the mean, not the data."
                ),
                words=N_("The decoder's answer is near the mean of those that share the code."),
            ),
        ),
    )
