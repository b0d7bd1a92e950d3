"""Which families there are. Only names are held here; what belongs to a family is imported when it is used.

A family is a folder of `playground.families` with the files named below; what depends on what the data are lies in a
folder for each domain of data (`plane`, `images`, `bits`, `tokens`, ...), which has the same files in every family:

    about.py config.py presets.py model.py experiment.py diagnosis.py step_work.py
    plane/ view.py scene.py panels/ panel_data/
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .about import SHARED_CURVES, About
from .config import Config as AnyConfig
from .errors import UserError
from .i18n import N_
from .preset import Preset
from .step_size import StepSize

if TYPE_CHECKING:
    from .contract import Experiment, Frame
    from .diagnosis import Finding, History
    from .panels import Arrays, Panel, PanelScenes, Values
    from .scene import Chart, Scene


@dataclass(frozen=True)
class Family:
    """A family's pieces, by their name in its folder. Only the experiment needs torch."""

    name: str
    package: str
    """The dotted name of its folder."""

    @cached_property
    def about(self) -> About:
        return self._load("about").ABOUT

    @property
    def title(self) -> str:
        return self.about.title

    @property
    def short(self) -> str:
        return self.about.short

    @cached_property
    def curves(self) -> frozenset[str]:
        """The names of all scalars and scores that a run may have."""
        return frozenset((*SHARED_CURVES, *self.about.curves))

    @cached_property
    def Config(self) -> type[AnyConfig]:
        return getattr(self._load("config"), self.about.config)

    @cached_property
    def presets(self) -> Mapping[str, Preset]:
        """Name -> settings worth a click."""
        return self._load("presets").PRESETS

    @cached_property
    def diverging(self) -> Mapping[str, Any]:
        """Settings with which training soon diverges, for tests: a run then has to stop at its last good state."""
        return self._load("presets").DIVERGING

    def load_experiment(self) -> "type[Experiment]":
        return getattr(self._load("experiment"), self.about.experiment)

    def scene(self, frame: "Frame", config: AnyConfig) -> "Scene":
        """The scene of a frame, its axes in the units of the data."""
        scene = self._load(config.domain, "scene").scene(frame, config)
        return replace(scene, units=config.own_units) if config.own_units is not None else scene

    def charts(self, config: AnyConfig) -> "tuple[Chart, ...]":
        """Which curves are drawn, with their theory."""
        return self._load(config.domain, "scene").charts(config)

    def panels(self, config: AnyConfig) -> "tuple[Panel, ...]":
        """The panels of a model with these settings, in the order of the page."""
        return panels_of(self.package, config)

    def draw_panel(self, name: str, arrays: "Arrays", values: "Values", config: AnyConfig) -> "PanelScenes":
        """The scenes of panel `name`: of what the model answered to the values of its dials."""
        return self._load(config.domain, "panels", name).draw(arrays, values, config)

    @cached_property
    def diagnose(self) -> "Callable[[History], list[Finding]]":
        """The findings in the history of a run; none for a family without `diagnosis.py`."""
        if find_spec(f"{self.package}.diagnosis") is None:
            return lambda history: []
        return self._load("diagnosis").diagnose

    def _load(self, *names: str) -> ModuleType:
        return part(self.package, *names)


def part(package: str, *names: str) -> ModuleType:
    """A module inside a family's folder, such as ("plane", "scene"). Empty names are left out."""
    return import_module(".".join([package, *filter(None, names)]))


def step_size(of: Family, config: AnyConfig) -> StepSize:
    """What one training step of a family with these settings consists of."""
    files = part(of.package, "step_work")
    return StepSize(files.step_work(config), files.step_numbers(config), files.step_operations(config))


def picture_size(of: Family, config: AnyConfig) -> StepSize:
    """What a picture of such a model consists of; nothing for families whose pictures take no more than a few steps."""
    files = part(of.package, "step_work")
    return files.picture_size(config) if hasattr(files, "picture_size") else StepSize(0, 0, 0)


def panels_of(package: str, config: AnyConfig) -> "tuple[Panel, ...]":
    """The panels that a family has for settings; none where its domain has no folder `panels`."""
    folder = ".".join(filter(None, [package, config.domain, "panels"]))
    if find_spec(folder) is None:
        return ()
    found = (import_module(f"{folder}.{name}").panel(config) for name in import_module(folder).PANELS)
    return tuple(panel for panel in found if panel is not None)


NAMES = ("gan", "normalizing_flow", "diffusion", "vae", "autoregressive", "transformer", "oadtr")
"""In the order of the navigation."""
FAMILIES = {name: Family(name, f"playground.families.{name}") for name in NAMES}


def family(name: str) -> Family:
    """The family of that name; `UserError` names those that there are."""
    if name not in FAMILIES:
        raise UserError(N_("There is no family '{name}'; there are: {names}."), name=name, names=", ".join(FAMILIES))
    return FAMILIES[name]
