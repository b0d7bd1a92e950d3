"""Why reconstructions blur: the pictures that share a code, and their mean."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Images, Scene
from playground.data.images.examples import digit_dial

from ...config import VaeConfig
from ...panel_parts import blur_panel, share_weights, shared_code_scene, which_dial

SHARED_PICTURES = 12
"""Number of pictures shown among those that share a code."""


def panel(config: VaeConfig) -> Panel:
    return blur_panel(digit_dial("digit", N_("Digit"), 8), which_dial("which", N_("Example")))


def draw(arrays: Arrays, values: Values, config: VaeConfig) -> PanelScenes:
    """See `panel_data.blur`."""
    _, texts = share_weights(arrays)
    shared = shared_code_scene(arrays, config)
    fading = np.sqrt(arrays["largest"] / max(float(arrays["largest"].max()), 1e-12))[:, None, None]
    three = np.concatenate([arrays["real"], arrays["mean"], arrays["back"]])
    return (
        (
            N_("Picture, weighted mean, decoder"),
            Scene(
                (
                    Images(
                        name="three",
                        title=N_("Picture, weighted mean, decoder"),
                        role="generated",
                        pixels=three,
                        columns=3,
                        roles=("data", "truth", "generated"),
                    ),
                ),
                legend=N_(
                    "A real [data:picture]; the weighted [truth:mean] of the training pictures that share its code; "
                    "the output of the [generated:decoder]."
                ),
                words=N_("A real picture, a weighted mean and a reconstruction."),
            ),
        ),
        (
            N_("Data that share the code"),
            Scene(
                (
                    Images(
                        name="shared",
                        title=N_("Training pictures, by weight"),
                        role="data",
                        columns=4,
                        pixels=(arrays["shared"] * fading).astype(np.float32),
                    ),
                ),
                values=texts,
                legend=N_(
                    "Training pictures that share the code, paler with smaller weight. The first has {most} percent "
                    "of the weight. The effective number of pictures (exponential of the entropy of the weights) is "
                    "{many}."
                ),
                words=N_("The effective number of pictures that share this code is {many}."),
            ),
        ),
        (N_("In latent space"), shared),
    )
