"""One digit with different guidance."""

from playground.core.i18n import N_
from playground.core.panels import Arrays, Dial, Panel, PanelScenes, Values

from ...config import DiffusionConfig
from .slots import DIGIT_CHOICES, image_scene

SQUARE = 5
"""Images along each side of a sheet."""


def panel(config: DiffusionConfig) -> Panel | None:
    if not config.classes:
        return None
    return Panel(
        "guidance",
        N_("Guidance"),
        N_(
            "The same noise without the class, with it, and with the class exaggerated: the images become clearer, and "
            "more and more alike."
        ),
        (
            Dial("digit", N_("Digit"), "choice", "3", options=DIGIT_CHOICES),
            Dial("guidance", N_("Guidance"), default=3.0, low=0.0, high=8.0, step=0.5),
        ),
        live=False,
    )


def draw(data: Arrays, values: Values, config: DiffusionConfig) -> PanelScenes:
    real = data["real"].item()
    words = N_(
        "A classifier reads {accuracy} percent of them as a {digit}. Their mean distance from each other is {spread}; "
        "real images: {real}."
    )
    scenes = []
    for i, title in enumerate((N_("Without the class (0)"), N_("With the class (1)"), N_("Guidance as set"))):
        accuracy, spread = data[f"facts{i}"].tolist()
        numbers = {
            "accuracy": f"{100 * accuracy:.0f}",
            "digit": values["digit"],
            "spread": f"{spread:.2f}",
            "real": f"{real:.2f}",
        }
        scenes.append((title, image_scene(data[f"x{i}"], N_("Samples"), words, SQUARE, values=numbers)))
    return tuple(scenes)
