"""Who competes: a family with settings each. What a family that is not registered would bring is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from playground.core.config import Config, parse, specs
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.registry import FAMILIES

EXACT, WITHOUT = N_("exact"), N_("none")


@dataclass(frozen=True, eq=False)
class Contestant:
    """A family with settings that suit data on the plane; texts are message ids."""

    name: str
    family: str
    title: str
    how: str
    """How samples come about, in a sentence."""
    density: str
    latent: str
    settings: Mapping[str, Any] = field(default_factory=dict)


ALL = (
    Contestant(
        "gan",
        "gan",
        N_("GAN"),
        N_("Noise goes through the generator once; a critic, thrown away at the end, taught it."),
        WITHOUT,
        N_("noise in, but no way back from a sample to its noise"),
    ),
    Contestant(
        "vae",
        "vae",
        "VAE",
        N_("A code from the prior goes through the decoder once, and noise is added."),
        N_("a lower bound; with a code of two numbers exact, by quadrature"),
        N_("a code for every point, with its doubt"),
        {"latent": 2},
    ),
    Contestant(
        "realnvp",
        "normalizing_flow",
        "RealNVP",
        N_("Noise goes through a chain of affine couplings once; every step can be undone."),
        EXACT,
        N_("the very noise a point comes from"),
        {"flow": "realnvp"},
    ),
    Contestant(
        "spline",
        "normalizing_flow",
        N_("Neural spline flow"),
        N_("The same with few layers that each bend by splines."),
        EXACT,
        N_("the very noise a point comes from"),
        {"flow": "nsf", "layers": 4},
    ),
    Contestant(
        "ddim",
        "diffusion",
        N_("DDPM, sampled by DDIM"),
        N_("Noise is taken away in 50 steps, each a call of the network."),
        EXACT,
        N_("the noise at the other end of the path"),
        {"sampler": "ddim", "steps": 50},
    ),
    Contestant(
        "rectified",
        "diffusion",
        N_("Rectified flow"),
        N_("Ten steps along nearly straight lines from noise to data, each a call of the network."),
        EXACT,
        N_("the noise at the other end of the path"),
        {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 10},
    ),
    Contestant(
        "autoregressive",
        "autoregressive",
        N_("Autoregressive, in cells"),
        N_("First the column is drawn, then the row given the column: one call each."),
        EXACT,
        N_("none: only the random numbers that chose the cells"),
        {"batch": 256},
    ),
)
"""In the order in which they are shown; `density`: whether log p is known."""


def present() -> dict[str, Contestant]:
    """Those whose family there is, by name."""
    return {one.name: one for one in ALL if one.family in FAMILIES}


def chosen(names: str) -> list[Contestant]:
    """Contestants of a text such as "gan,realnvp", in the arena's order; of an empty one all.

    Raises UserError for a name that none has.
    """
    there = present()
    asked = [name.strip() for name in names.split(",") if name.strip()]
    for name in asked:
        if name not in there:
            raise UserError(
                N_("There is no contestant '{name}'; there are: {names}."), name=name, names=", ".join(there)
            )
    return [one for one in there.values() if not asked or one.name in asked]


def configured(one: Contestant, **common: Any) -> Config:
    """The settings of a contestant, with those that all have in common (data, own, seed, way, device)."""
    kind = FAMILIES[one.family].Config
    suited = kind.suited.get(common.get("data", ""), {})
    return parse(kind, {**suited, **one.settings, **common})


def data_for(contestants: Sequence[Contestant]) -> tuple[str, ...]:
    """The data that all of these can be trained on."""
    offered = [
        next(spec.choices for spec in specs(FAMILIES[one.family].Config) if spec.name == "data") for one in contestants
    ]
    return tuple(name for name in offered[0] if all(name in others for others in offered)) if offered else ()
