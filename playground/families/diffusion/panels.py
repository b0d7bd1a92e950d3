"""The laboratories of a diffusion model: samplers against each other, what the network sees, schedules."""

from collections.abc import Mapping

from playground.core.config import Config
from playground.core.panels import Panel

from . import picture_panels
from .drawing import Answer, Pictures
from .labs import curves, heat, likelihood, marginals, network, race, rectified, schedules, sdes

LABS = {
    "race": race,
    "curves": curves,
    "network": network,
    "schedules": schedules,
    "sdes": sdes,
    "marginals": marginals,
    "likelihood": likelihood,
    "heat": heat,
    "rectified": rectified,
}
"""By name. Each has `panel(config) -> Panel` and `draw(answer, values, config) -> Pictures`."""


def panels(config: Config) -> tuple[Panel, ...]:
    """What can be asked of a model with these settings."""
    if config.data == "digits":
        return picture_panels.panels(config)
    return tuple(lab.panel(config) for name, lab in LABS.items() if name != "rectified" or config.process == "linear")


def draw(name: str, answer: Answer, values: Mapping, config: Config) -> Pictures:
    """The scenes of panel `name`: of what the model answered to its dials."""
    if config.data == "digits":
        return picture_panels.draw(name, answer, values, config)
    return LABS[name].draw(answer, values, config)
