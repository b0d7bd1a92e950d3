"""Frame -> what is drawn of an autoregressive model: by the domain of its data."""

from playground.core.config import Config
from playground.core.contract import Frame
from playground.core.scene import Chart, Scene
from playground.data.settings import PLANE

from .bits import scene as bits
from .plane import scene as plane


def scene(frame: Frame, config: Config) -> Scene:
    """What is drawn of a frame of an `AutoregressiveExperiment`: see its `snapshot` for the arrays."""
    return (plane if config.data in PLANE else bits).scene(frame, config)


def charts(config: Config) -> tuple[Chart, ...]:
    """The curves, with what they are to be compared with."""
    return (plane if config.data in PLANE else bits).charts(config)
