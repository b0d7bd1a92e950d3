"""Frame -> what is drawn of a GAN: its layers, its diagram, its curves. The data decide which of the two scenes."""

from playground.core.contract import Frame
from playground.core.scene import Chart, Scene

from .config import IMAGES, GanConfig
from .images import scene as images
from .plane import scene as plane


def scene(frame: Frame, config: GanConfig) -> Scene:
    """What is drawn of a frame of a `GanExperiment`."""
    return (images if config.data in IMAGES else plane).scene(frame, config)


def charts(config: GanConfig) -> tuple[Chart, ...]:
    """The curves, with what theory says about them."""
    return (images if config.data in IMAGES else plane).charts(config)
