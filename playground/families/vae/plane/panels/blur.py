"""Why reconstructions blur: the points that share a code, and their mean."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Points, Scene
from playground.data.dataset import dataset_of

from ...config import VaeConfig
from ...panel_parts import blur_panel, share_weights, shared_code_scene, which_dial


def panel(config: VaeConfig) -> Panel:
    return blur_panel(which_dial("which", N_("Data point")))


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.blur`."""
    strength, texts = share_weights(arrays)
    shared = shared_code_scene(arrays, config)
    low, high = dataset_of(config).bounds
    return (
        (N_("Data that share the code"), shared),
        (
            N_("On the plane"),
            Scene(
                (
                    Points(
                        name="data",
                        title=N_("Training data, by weight"),
                        role="data",
                        size=3.2,
                        xy=arrays["data"],
                        values=(0.5 + 0.5 * strength).astype(np.float32),
                    ),
                    Points(name="real", title=N_("The chosen data point"), role="data", size=10.0, xy=arrays["real"]),
                    Points(name="mean", title=N_("Their weighted mean"), role="truth", size=10.0, xy=arrays["mean"]),
                    Points(
                        name="back",
                        title=N_("Decoder's output"),
                        role="generated",
                        size=10.0,
                        xy=arrays["back"],
                    ),
                ),
                extent=(low, high, low, high),
                values=texts,
                legend=N_(
                    "The chosen [data:data point], the weighted [truth:mean] of all points that share its code, and "
                    "the output of the [generated:decoder]: it is near the mean, not the data point."
                ),
                words=N_("The decoder's output is near the weighted mean of the points that share the code."),
            ),
        ),
    )
