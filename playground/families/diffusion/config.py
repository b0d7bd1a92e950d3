"""The settings of a diffusion model or a rectified flow. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator

from playground.core.config import setting
from playground.core.i18n import N_
from playground.data.settings import DataConfig, PlaneOrImages, data_setting
from playground.training.settings import batch_setting, ema_setting, lr_setting

from .catalogue import CATALOGUE, is_random
from .constraints import (
    CLASSES,
    check_classes,
    check_eta,
    check_reflow,
    check_sampler,
    check_spacing,
    check_wanted,
    independent_noise,
    reflows,
)
from .spacings import SPACINGS

if TYPE_CHECKING:  # the names of a table, which type checkers do not read
    SamplerName = SpacingName = str
else:
    SamplerName, SpacingName = Literal[tuple(CATALOGUE)], Literal[tuple(SPACINGS)]

PROCESS_TITLES = {
    "ddpm": N_("DDPM (discrete)"),
    "vp": N_("VP SDE"),
    "subvp": N_("sub-VP SDE"),
    "ve": N_("VE SDE"),
    "linear": N_("rectified flow (straight)"),
    "trigonometric": N_("trigonometric"),
}
WITH_CLASSES = {"data": tuple(CLASSES), "classes": (True,)}
WantedClass = Literal["all", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
RECTIFIED_FLOW = {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 10}
"""The settings of the shipped rectified flow."""


class DiffusionConfig(DataConfig):
    """A network that learns to remove noise, and the sampler that uses it."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"batch": 64, "width": 64}}

    data: PlaneOrImages = data_setting("8gaussians", N_("The distribution to be learned."))
    classes: Annotated[bool, AfterValidator(check_classes)] = setting(
        False,
        N_("Classes"),
        N_("Give the network the class of each example, such as its digit. A chosen class can then be sampled."),
        group="data",
        when={"data": tuple(CLASSES)},
        key={"domain": ("images",)},
    )
    drop: float = setting(
        0.15,
        N_("Class dropout"),
        N_("Fraction of training examples without their class: guidance needs predictions with and without it."),
        group="data",
        low=0,
        high=1,
        when=WITH_CLASSES,
    )
    batch: int = batch_setting(256)

    process: Literal["ddpm", "vp", "subvp", "ve", "linear", "trigonometric"] = setting(
        "ddpm",
        N_("Process"),
        N_(
            "The way from data to noise: many small steps (DDPM; the VP SDE is their limit), stochastic differential "
            "equations, or straight lines (rectified flow)."
        ),
        options=PROCESS_TITLES,
        key={"domain": ("plane",), "classes": (False,)},
    )
    schedule: Literal["linear", "cosine", "sigmoid"] = setting(
        "linear",
        N_("Noise schedule"),
        N_("The growth of the noise variance over the steps."),
        options={"linear": N_("linear"), "cosine": N_("cosine"), "sigmoid": N_("sigmoid")},
        when={"process": ("ddpm",)},
    )
    chain: int = setting(
        1000,
        N_("Steps of the chain (T)"),
        N_("Number of small steps from data to noise."),
        low=10,
        high=4000,
        log=True,
        when={"process": ("ddpm",)},
    )
    width: int = setting(
        128,
        N_("Width"),
        N_("Units of each hidden layer. For images: four times the channels of the U-Net."),
        low=8,
        high=512,
        log=True,
    )
    depth: int = setting(
        3, N_("Hidden layers"), N_("Number of hidden layers."), low=1, high=6, when={"domain": ("plane",)}
    )

    objective: Literal["epsilon", "x0", "v", "velocity"] = setting(
        "epsilon",
        N_("Prediction"),
        N_(
            "The target of the network: the noise, the data, a mixture of both (v), or the velocity of the flow. Each "
            "follows from each other, but their errors differ."
        ),
        group="objective",
        options={"epsilon": N_("noise (ε)"), "x0": N_("data (x₀)"), "v": N_("v"), "velocity": N_("velocity")},
        key={"domain": ("plane",), "classes": (False,)},
    )
    weighting: Literal["simple", "snr", "min_snr"] = setting(
        "simple",
        N_("Weighting"),
        N_("Weight of each noise level in the loss: equal, the signal-to-noise ratio, or this ratio clipped at 5."),
        group="objective",
        options={"simple": N_("simple"), "snr": "SNR", "min_snr": "min-SNR"},
    )
    coupling: Literal["independent", "optimal"] = setting(
        "independent",
        N_("Coupling"),
        N_("The pairing of noise and data: independent, or in each batch with the shortest paths."),
        group="objective",
        options={"independent": N_("independent"), "optimal": N_("optimal transport")},
    )
    rounds: Annotated[int, AfterValidator(check_reflow)] = setting(
        0,
        N_("Rounds of reflow"),
        N_(
            "Number of times that the flow is trained again, on pairs of noise and data that it generated itself. Its "
            "paths become straight."
        ),
        group="objective",
        low=0,
        high=3,
        when={"process": ("linear",)},
        key={"domain": ("plane",), "classes": (False,), "sampler": ("euler",)},
    )
    distil: Annotated[bool, AfterValidator(check_reflow)] = setting(
        False,
        N_("Distil to one step"),
        N_("A last round learns only the single step from noise to the end of its path."),
        group="objective",
        when={"process": ("linear",)},
    )
    round: int = setting(
        2000,
        N_("Steps of a round"),
        N_("Training steps in each round. The learning rate decays within a round."),
        group="objective",
        low=10,
        high=100_000,
        log=True,
        when={"process": ("linear",)},
    )

    lr: float = lr_setting(1e-3, high=1)
    ema: float = ema_setting(0.999)

    sampler: Annotated[SamplerName, AfterValidator(check_sampler)] = setting(
        "ddim",
        N_("Sampler"),
        N_("The algorithm that turns noise into data, guided by the network."),
        group="sampling",
        live=True,
        options={name: entry.title for name, entry in CATALOGUE.items()},
        key=True,
    )
    steps: int = setting(
        50,
        N_("Sampling steps"),
        N_("Number of steps from noise to data."),
        group="sampling",
        live=True,
        low=1,
        high=1000,
        log=True,
        key=True,
    )
    spacing: Annotated[SpacingName, AfterValidator(check_spacing)] = setting(
        "uniform",
        N_("Spacing"),
        N_("The positions of the steps: even, closer together near the data, or as in Karras et al. (2022)."),
        group="sampling",
        live=True,
        options={name: spacing.title for name, spacing in SPACINGS.items()},
    )
    eta: Annotated[float, AfterValidator(check_eta)] = setting(
        0.0,
        N_("Fresh noise (η)"),
        N_("Share of the noise that DDIM replaces in each step: 0 gives a deterministic path, 1 gives DDPM."),
        group="sampling",
        live=True,
        low=0,
        high=1,
        when={"sampler": tuple(name for name, entry in CATALOGUE.items() if entry.eta)},
        key={"domain": ("plane",)},
    )
    wanted: Annotated[WantedClass, AfterValidator(check_wanted)] = setting(
        "all",
        N_("Class to sample"),
        N_("The class of the samples: all classes, or a single one."),
        group="sampling",
        live=True,
        options={"all": N_("all classes")},
        when=WITH_CLASSES,
        key=True,
    )
    guidance: float = setting(
        1.0,
        N_("Guidance"),
        N_(
            "Guidance scale: 0 unconditional, 1 conditional, above 1 exaggerated. Values other than 0 and 1 call the "
            "network twice."
        ),
        group="sampling",
        live=True,
        low=0,
        high=8,
        when=WITH_CLASSES,
        key=True,
    )

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """Velocities go with straight lines, all other predictions with DDPM's chain, unless another process was
        chosen; pairs of noise and data that depend on each other go with samplers without fresh noise."""
        if name in ("coupling", "rounds", "distil"):
            return cls.without_score(now)
        straight = now["objective"] == "velocity"
        if name != "objective" or now["process"] != ("ddpm" if straight else "linear"):
            return {}
        return (
            RECTIFIED_FLOW
            if straight
            else {
                field: cls.model_fields[field].default for field in ("process", "sampler", "steps", "rounds", "distil")
            }
        )

    @property
    def reflows(self) -> bool:
        """Whether there are rounds of reflow."""
        return reflows(dict(self))

    @property
    def independent(self) -> bool:
        """Whether noise and data are independent in training: see `constraints.independent_noise`."""
        return independent_noise(dict(self))

    @classmethod
    def idle(cls, values: Mapping[str, Any]) -> Mapping[str, str]:
        """Without reflow there is a single round without end."""
        return {} if reflows(values) else {"round": "rounds > 0 / distil = True"}

    @classmethod
    def without_score(cls, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """The changes that take the fresh noise from a sampler where there is no score."""
        sampler = now.get("sampler", "ddim")
        if independent_noise(now) or sampler not in CATALOGUE or not is_random(sampler, float(now.get("eta", 0.0))):
            return {}
        return {"sampler": sampler if CATALOGUE[sampler].eta else "ddim", "eta": 0.0}

    @classmethod
    def reopened(cls, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Runs from before samplers with fresh noise were refused on coupled pairs are sampled without it."""
        return {**values, **cls.without_score(values)}
