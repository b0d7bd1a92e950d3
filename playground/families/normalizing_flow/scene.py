"""Frame -> what is drawn of a flow, by domain."""

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.scene import Chart, Scene

from .images import scene as image_scene
from .plane import scene as plane_scene


def scene(frame: Frame, config: Config) -> Scene:
    """The scene of a frame of a `NormalizingFlowExperiment`."""
    return (image_scene if config.data == "digits" else plane_scene).scene(frame, config)


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    return (image_scene if config.data == "digits" else plane_scene).charts(config)
