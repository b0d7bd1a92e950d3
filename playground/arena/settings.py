"""The settings of the arena, declared like those of a family: widgets, address and command line follow."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from playground.core.config import Config, setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, OwnData, PlaneData, data_setting, own_setting

from .contestants import Contestant, config_for, select


def normalised(names: str) -> str:
    """The names of contestants, each once and in the arena's order; an empty text for all of them. A validator."""
    found = [one.name for one in select(names)]
    return "" if len(found) == len(select("")) else ",".join(found)


class ArenaConfig(DataConfig):
    """One distribution, one budget, some contestants."""

    data: PlaneData = data_setting("8gaussians", N_("The distribution that all models learn."))
    own: OwnData = own_setting()
    budget: Literal["seconds", "steps"] = setting(
        "seconds",
        N_("Budget"),
        N_("The budget each model gets: equal compute time (cheap steps, more of them) or equal numbers of steps."),
        group="budget",
        options={"seconds": N_("compute time"), "steps": N_("training steps")},
        key=True,
    )
    seconds: float = setting(
        10.0,
        N_("Seconds per model"),
        N_(
            "Compute time of one core in the training steps. Preparation, drawing, scoring and other users of the "
            "machine do not count."
        ),
        group="budget",
        low=0.1,
        high=120,
        log=True,
        when={"budget": ("seconds",)},
        key=True,
    )
    steps: int = setting(
        2000,
        N_("Steps per model"),
        N_("Number of training steps of each model."),
        group="budget",
        low=10,
        high=20_000,
        log=True,
        when={"budget": ("steps",)},
        key=True,
    )
    contestants: Annotated[str, AfterValidator(normalised)] = setting(
        "",
        N_("Contestants"),
        N_("Names of the contestants, separated by commas; an empty text means all."),
        group="budget",
        longest=200,
    )

    def configs(self) -> dict[Contestant, Config]:
        """The contestants, each with the settings of its family."""
        common = {name: getattr(self, name) for name in ("data", "own", "seed", "execution", "device")}
        return {one: config_for(one, **common) for one in select(self.contestants)}
