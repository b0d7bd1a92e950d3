"""A small form: what the widgets and the links are tested with."""

from typing import Annotated, Literal

from pydantic import BeforeValidator

from playground.core.config import Config, setting, specs
from playground.core.preset import Preset


class Toy(Config):
    """One setting of each kind."""

    data: Literal["ring", "moons"] = setting(
        "ring", "Data", "Which.", group="data", options={"ring": "Ring", "moons": "Two moons"}
    )
    size: Annotated[Literal[1, 2, 8], BeforeValidator(int)] = setting(2, "Size", "How large.")
    width: int = setting(64, "Width", "How wide.", low=2, high=256, log=True)
    depth: int = setting(2, "Depth", "How deep.", low=1, high=5, key={"size": (2,)})
    lr: float = setting(1e-3, "Rate", "How far.", group="optimiser", live=True, low=0, high=10, log=True, key=True)
    beta: float = setting(0.5, "Beta", "How much.", group="optimiser", low=0, high=0.99, when={"size": (2, 8)})
    ema: float = setting(0.999, "Average", "How long.", group="optimiser", low=0, high=0.9999)
    fancy: bool = setting(False, "Fancy", "Whether.", group="objective")


PRESETS = {"wide": Preset("Wide", "Wider.", {"width": 100, "lr": 0.0033, "size": 1})}
DEFAULTS = {s.name: s.default for s in specs(Toy)}
