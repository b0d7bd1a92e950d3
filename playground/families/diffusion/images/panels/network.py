"""The input of the network at one time, and its prediction."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values

from ...config import DiffusionConfig
from .slots import COLUMNS, image_scene


def panel(config: DiffusionConfig) -> Panel:
    return Panel(
        "network",
        N_("Input and prediction"),
        N_(
            "Validation images, noised to one time; the images that the network predicts from them; and the prediction "
            "of a network that memorised the training images."
        ),
        (Dial("t", N_("Time t (0 data, 1 noise)"), default=0.4, low=0.0, high=1.0, step=0.01),),
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    t, a, s, off, memorised = data["facts"].tolist()
    numbers = {"t": f"{t:.3f}", "a": f"{a:.3f}", "s": f"{s:.3f}", "off": f"{off:.3f}", "memorised": f"{memorised:.3f}"}
    return (
        (
            N_("The input"),
            image_scene(
                data["noised"],
                N_("Noised images"),
                N_("At t = {t} each image is {a} times a real one plus {s} times noise."),
                COLUMNS,
                "data",
                numbers,
            ),
        ),
        (
            N_("The network's prediction"),
            image_scene(
                data["guess"],
                N_("Predicted images"),
                N_("Predicted images; the mean error of a pixel is {off} of its range."),
                COLUMNS,
                "gradient",
                numbers,
            ),
        ),
        (
            N_("Memorised"),
            image_scene(
                data["memorised"],
                N_("Means of training images"),
                N_(
                    "The optimal prediction if only the training images existed; the mean error is {memorised}. With "
                    "little noise it is one of these images, whatever the input."
                ),
                COLUMNS,
                "truth",
                numbers,
            ),
        ),
    )
