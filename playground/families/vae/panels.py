"""The small laboratories of an autoencoder; each is a file in `labs`, and `answers` computes what they draw."""

from collections.abc import Callable, Mapping

import numpy as np

from playground.core.config import Config
from playground.core.panels import Panel

from .labs import blur, latent, pictures, signals
from .labs.latent import Pictures

LABS: dict[str, tuple[Callable[..., Panel], Callable[..., Pictures]]] = {
    "latent": (latent.panel, latent.draw),
    "walk": (pictures.walk_panel, pictures.draw_walk),
    "drawing": (pictures.drawing_panel, pictures.draw_drawing),
    "blur": (blur.panel, blur.draw),
    "signals": (signals.panel, signals.draw),
}
"""Name -> (settings -> panel, (answer, values, settings) -> scenes)."""
DIGITS = ("walk", "drawing")
"""Those that are about pictures only."""


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of an autoencoder with these settings."""
    return tuple(panel(config) for name, (panel, _) in LABS.items() if config.data == "digits" or name not in DIGITS)


def draw(name: str, answer: Mapping[str, np.ndarray], values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    return LABS[name][1](answer, values, config)
