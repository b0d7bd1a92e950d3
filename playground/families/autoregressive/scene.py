"""Frame -> what is drawn of an autoregressive model: for bits by `bit_scene`, for points by `plane_scene`."""

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.scene import Chart, Scene
from playground.data.settings import PLANE

from . import bit_scene, plane_scene


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of an `AutoregressiveExperiment`: see its `snapshot` for the arrays."""
    return (plane_scene if config.data in PLANE else bit_scene).scene(frame, config)


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    return (plane_scene if config.data in PLANE else bit_scene).charts(config)
