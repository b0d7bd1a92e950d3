"""Which families there are. Only names are held here; a family is imported when it is used."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .config import Config
from .errors import UserError
from .i18n import N_

if TYPE_CHECKING:
    import numpy as np

    from .contract import Experiment, Frame
    from .diagnosis import Finding, History
    from .panels import Panel
    from .scene import Chart, Scene

    Answer = Mapping[str, np.ndarray]
    Values = Mapping[str, float | str | bool | np.ndarray]


@dataclass(frozen=True)
class Family:
    """Where a family's pieces are. The experiment needs torch, the rest does not."""

    name: str
    title: str
    short: str
    """A title where there is little room."""
    config: str
    experiment: str
    scenes: str

    @cached_property
    def Config(self) -> type[Config]:
        return load(self.config)

    def load_experiment(self) -> type["Experiment"]:
        return load(self.experiment)

    @cached_property
    def scene(self) -> "Callable[[Frame, Config], Scene]":
        """Frame and settings -> what is drawn."""
        return load(f"{self.scenes}:scene")

    @cached_property
    def diagnose(self) -> "Callable[[History], list[Finding]]":
        """What a run has shown -> what is wrong with it; a family without a module `diagnosis` finds nothing."""
        place = f"{self.scenes.rpartition('.')[0]}.diagnosis"
        return load(f"{place}:diagnose") if find_spec(place) else lambda history: []

    @cached_property
    def panels(self) -> "Callable[[Config], tuple[Panel, ...]]":
        """Settings -> the small laboratories under the stage; a family without a module `panels` has none."""
        place = f"{self.scenes.rpartition('.')[0]}.panels"
        return load(f"{place}:panels") if find_spec(place) else lambda config: ()

    @cached_property
    def draw_panel(self) -> "Callable[[str, Answer, Values, Config], tuple[tuple[str, Scene], ...]]":
        """Name of a panel, the model's answer (arrays by name), the dials' values, settings -> (title, scene) side
        by side."""
        return load(f"{self.scenes.rpartition('.')[0]}.panels:draw")

    @cached_property
    def charts(self) -> "Callable[[Config], tuple[Chart, ...]]":
        """Settings -> which curves are drawn, with their theory."""
        return load(f"{self.scenes}:charts")

    @cached_property
    def presets(self) -> "dict[str, Any]":
        """Name -> `Preset`: settings worth a click."""
        config = self.config.split(":")[0]
        place = f"{config.rpartition('.')[0]}.presets"
        return load(f"{place if find_spec(place) else config}:PRESETS")


def load(place: str) -> Any:
    """What a "module:name" names."""
    module, name = place.split(":")
    return getattr(import_module(module), name)


def _family(name: str, title: str, short: str, stem: str) -> Family:
    base = f"playground.families.{name}"
    return Family(
        name, title, short, f"{base}.config:{stem}Config", f"{base}.experiment:{stem}Experiment", f"{base}.scene"
    )


FAMILIES = {
    f.name: f
    for f in (
        _family("gan", N_("Generative adversarial network"), "GAN", "Gan"),
        _family("normalizing_flow", N_("Normalizing flow"), N_("Flows"), "NormalizingFlow"),
        _family("diffusion", N_("Diffusion and rectified flow"), N_("Diffusion"), "Diffusion"),
        _family("vae", N_("Variational autoencoder"), "VAE", "Vae"),
        _family("autoregressive", N_("Autoregressive models"), N_("Autoregressive"), "Autoregressive"),
    )
}


def family(name: str) -> Family:
    """The family of that name; `UserError` names those that there are."""
    if name not in FAMILIES:
        raise UserError(N_("There is no family '{name}'; there are: {names}."), name=name, names=", ".join(FAMILIES))
    return FAMILIES[name]
