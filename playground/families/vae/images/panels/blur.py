"""Why reconstructions blur: the pictures that share a code, and their mean."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Images, Scene
from playground.data.images.examples import digit_dial

from ...config import VaeConfig
from ...panel_parts import blur_panel, share_scene, shares, which_dial

SHARED_PICTURES = 12
"""Pictures that are shown of those that share a code."""


def panel(config: VaeConfig) -> Panel:
    return blur_panel(digit_dial("digit", N_("Digit"), 8), which_dial("which", N_("Which picture of it")))


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.blur`."""
    _, said = shares(arrays)
    shared = share_scene(arrays, config)
    fading = np.sqrt(arrays["largest"] / max(float(arrays["largest"].max()), 1e-12))[:, None, None]
    three = np.concatenate([arrays["real"], arrays["mean"], arrays["back"]])
    return (
        (
            N_("Real, mean, decoder"),
            Scene(
                (
                    Images(
                        name="three",
                        title=N_("Real, mean, decoder"),
                        role="generated",
                        pixels=three,
                        columns=3,
                        roles=("data", "truth", "generated"),
                    ),
                ),
                legend=N_(
                    "The [data:real] picture; the [truth:mean] of the training pictures that share its code; and "
                    "what the [generated:decoder] says."
                ),
                words=N_("A real picture, a mean, and a reconstruction."),
            ),
        ),
        (
            N_("Who shares the code"),
            Scene(
                (
                    Images(
                        name="shared",
                        title=N_("Training pictures, by their share"),
                        role="data",
                        columns=4,
                        pixels=(arrays["shared"] * fading).astype(np.float32),
                    ),
                ),
                values=said,
                legend=N_(
                    "Training pictures that share the code, paler with a smaller share; the first has {most} "
                    "percent, and as many share it as {many} with equal shares would."
                ),
                words=N_("About {many} pictures share this code."),
            ),
        ),
        (N_("On the map"), shared),
    )
