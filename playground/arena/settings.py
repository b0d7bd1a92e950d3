"""What is set in the arena, declared as a family's settings are: widgets, address and command line follow."""

from typing import Annotated, Literal

from pydantic import AfterValidator

from playground.core.config import Config, setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, OwnData, PlaneData, data_setting, own_setting

from .contestants import Contestant, chosen, configured


def known(names: str) -> str:
    """The names of contestants, each once and in the arena's order; an empty text where all take part. A validator."""
    found = [one.name for one in chosen(names)]
    return "" if len(found) == len(chosen("")) else ",".join(found)


class ArenaConfig(DataConfig):
    """One distribution, one budget, some contestants."""

    data: PlaneData = data_setting("8gaussians", N_("The distribution that all contestants learn."))
    own: OwnData = own_setting()
    budget: Literal["seconds", "steps"] = setting(
        "seconds",
        N_("Equal"),
        N_(
            "What all contestants get alike: seconds of computing, so that who takes small steps takes more of them; "
            "or steps of training, whatever they cost."
        ),
        group="budget",
        options={"seconds": N_("seconds of computing"), "steps": N_("steps of training")},
    )
    seconds: float = setting(
        10.0,
        N_("Seconds for each"),
        N_(
            "Computing time of one core inside the steps. Getting ready, drawing and scoring are not counted, nor what "
            "the machine does for others meanwhile."
        ),
        group="budget",
        low=0.1,
        high=120,
        log=True,
        when={"budget": ("seconds",)},
    )
    steps: int = setting(
        2000,
        N_("Steps for each"),
        N_("How many steps of training each contestant gets."),
        group="budget",
        low=10,
        high=20_000,
        log=True,
        when={"budget": ("steps",)},
    )
    contestants: Annotated[str, AfterValidator(known)] = setting(
        "",
        N_("Contestants"),
        N_("Who takes part: names with commas between them; an empty text stands for all."),
        group="budget",
        longest=200,
    )

    def contest(self) -> dict[Contestant, Config]:
        """Who takes part, each with the settings of its family."""
        common = {name: getattr(self, name) for name in ("data", "own", "seed", "execution", "device")}
        return {one: configured(one, **common) for one in chosen(self.contestants)}
