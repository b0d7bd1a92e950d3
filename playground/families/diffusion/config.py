"""The settings of a diffusion model or flow on the plane. No torch here: the server reads them."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ValidationInfo

from playground.core.config import Preset, setting
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.data.settings import PLANE, DataConfig, OwnData, PlaneOrImages, data_setting, own_setting

from .catalogue import CATALOGUE, fits

SAMPLER_TITLES = {name: entry.title for name, entry in CATALOGUE.items()}


def fitting(sampler: str, info: ValidationInfo) -> str:
    """The sampler, if it runs on the process; a validator."""
    if "process" in info.data and not fits(sampler, info.data["process"]):
        raise UserError(N_("The sampler “{sampler}” does not run on this process."), sampler=sampler)
    return sampler


def spaced(spacing: str, info: ValidationInfo) -> str:
    """The spacing, if the sampler knows it; a validator."""
    if info.data.get("sampler") == "diffusers_ddim" and spacing != "uniform":
        raise UserError(N_("The DDIM of diffusers knows evenly spaced steps only."))
    return spacing


def straightened(value: int | bool, info: ValidationInfo) -> int | bool:
    """Rounds of reflow, or the last one, if the other settings allow it; a validator."""
    known = info.data
    if not value or known.get("process") != "linear":
        return value
    if known.get("data") == "digits":
        raise UserError(
            N_(
                "Reflow and distillation are for points on the plane: for pictures, making the pairs would "
                "take many minutes here."
            )
        )
    if known.get("classes"):
        raise UserError(N_("Reflow and distillation know no classes here: turn the classes off."))
    if known.get("objective") == "epsilon":
        raise UserError(
            N_(
                "A flow that is to be followed in one step cannot be learned from its noise (ε), which is all "
                "that there is where the step begins: choose velocity, data or v."
            )
        )
    if info.field_name == "distil" and known.get("weighting") != "simple":
        raise UserError(
            N_("The one step begins at pure noise, which this weighting gives no weight: choose the simple one.")
        )
    return value


CLASSES = {**{name: data.classes for name, data in DISTRIBUTIONS.items() if data.classes}, "digits": DIGITS.classes}
"""Data that fall into classes, and into how many."""
TOLD = {"data": tuple(CLASSES), "classes": (True,)}
Wanted = Literal["all", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]


def parted(classes: bool, info: ValidationInfo) -> bool:
    """Whether the network is told classes, if the data have any; a validator."""
    if classes and info.data.get("data") not in CLASSES:
        raise UserError(N_("These data have no classes; those that do: {names}."), names=", ".join(CLASSES))
    return classes


def there(wanted: str, info: ValidationInfo) -> str:
    """The wanted class, if the data have it; a validator."""
    most = CLASSES.get(info.data.get("data"), 0)
    if info.data.get("classes") and wanted != "all" and int(wanted) >= most:
        raise UserError(N_("These data have only {count} classes, numbered from 0."), count=most)
    return wanted


STRAIGHT = {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 10}
"""Rectified flow, as its weights are shipped."""


class DiffusionConfig(DataConfig):
    """A network that learns to take noise away, and how it is used."""

    data_defaults: ClassVar[Mapping[str, Mapping[str, Any]]] = {"digits": {"batch": 64, "width": 64}}

    data: PlaneOrImages = data_setting("8gaussians", N_("The distribution that noise is to become."))
    own: OwnData = own_setting()
    classes: Annotated[bool, AfterValidator(parted)] = setting(
        False,
        N_("Classes"),
        N_("Tell the network of which class a piece of data is, such as which digit; then a class can be asked for."),
        group="data",
        when={"data": tuple(CLASSES)},
    )
    drop: float = setting(
        0.15,
        N_("Class kept back"),
        N_("How often the network is not told the class, so that it also learns to do without: guidance needs both."),
        group="data",
        low=0,
        high=1,
        when=TOLD,
    )
    batch: int = setting(
        256,
        N_("Batch size"),
        N_("How many noisy samples an update looks at."),
        group="data",
        low=8,
        high=2048,
        log=True,
    )

    process: Literal["ddpm", "vp", "subvp", "ve", "linear", "trigonometric"] = setting(
        "ddpm",
        N_("Process"),
        N_(
            "How data become noise. DDPM takes many small steps; the SDEs are their limit; rectified flow goes "
            "along straight lines."
        ),
        options={
            "ddpm": N_("DDPM (discrete)"),
            "vp": N_("VP SDE"),
            "subvp": N_("sub-VP SDE"),
            "ve": N_("VE SDE"),
            "linear": N_("rectified flow (straight)"),
            "trigonometric": N_("trigonometric"),
        },
    )
    schedule: Literal["linear", "cosine", "sigmoid"] = setting(
        "linear",
        N_("Noise schedule"),
        N_("How the variance of the steps grows."),
        options={"linear": N_("linear"), "cosine": N_("cosine"), "sigmoid": N_("sigmoid")},
        when={"process": ("ddpm",)},
    )
    chain: int = setting(
        1000,
        N_("Steps of the chain (T)"),
        N_("In how many small steps data become noise."),
        low=10,
        high=4000,
        log=True,
        when={"process": ("ddpm",)},
    )
    width: int = setting(
        128,
        N_("Width"),
        N_("How many units each hidden layer has; for pictures four times the channels of a UNet."),
        low=8,
        high=512,
        log=True,
    )
    depth: int = setting(
        3, N_("Hidden layers"), N_("How many hidden layers the network has."), low=1, high=6, when={"data": PLANE}
    )

    objective: Literal["epsilon", "x0", "v", "velocity"] = setting(
        "epsilon",
        N_("What is predicted"),
        N_(
            "The noise, the data, a mixture of both (v), or the velocity of the flow. Each can be computed from each "
            "other; they differ in which errors the network makes."
        ),
        group="objective",
        options={"epsilon": N_("noise (ε)"), "x0": N_("data (x₀)"), "v": N_("v"), "velocity": N_("velocity")},
    )
    weighting: Literal["simple", "snr", "min_snr"] = setting(
        "simple",
        N_("Weighting"),
        N_("How much each noise level counts: all alike, by the signal-to-noise ratio, or by that ratio up to 5."),
        group="objective",
        options={"simple": N_("simple"), "snr": "SNR", "min_snr": "min-SNR"},
    )
    coupling: Literal["independent", "optimal"] = setting(
        "independent",
        N_("Coupling"),
        N_("Which noise goes to which data: any to any, or within each batch so that the paths are shortest."),
        group="objective",
        options={"independent": N_("independent"), "optimal": N_("optimal transport")},
    )
    rounds: Annotated[int, AfterValidator(straightened)] = setting(
        0,
        N_("Rounds of reflow"),
        N_(
            "How often the flow begins to learn anew, from pairs of noise and data that it made itself: its paths "
            "become straight."
        ),
        group="objective",
        low=0,
        high=3,
        when={"process": ("linear",)},
    )
    distil: Annotated[bool, AfterValidator(straightened)] = setting(
        False,
        N_("Distil to one step"),
        N_("A last round learns only the one step from noise to where the whole path ends."),
        group="objective",
        when={"process": ("linear",)},
    )
    round: int = setting(
        2000,
        N_("Steps of a round"),
        N_(
            "After how many steps the next round begins, where there are several. The learning rate falls in each of "
            "them."
        ),
        group="objective",
        low=10,
        high=100_000,
        log=True,
        when={"process": ("linear",)},
    )

    lr: float = setting(
        1e-3, N_("Learning rate"), N_("How far one update goes."), group="optimiser", live=True, low=0, high=1, log=True
    )
    ema: float = setting(
        0.999,
        N_("Averaging"),
        N_(
            "What is shown and judged is a running average of the weights that keeps this much of its past in each "
            "step; 0 shows the weights themselves."
        ),
        group="optimiser",
        live=True,
        low=0,
        high=0.9999,
    )

    sampler: Annotated[Literal[tuple(CATALOGUE)], AfterValidator(fitting)] = setting(
        "ddim",
        N_("Sampler"),
        N_("How noise is carried to data with what the network knows."),
        group="sampling",
        live=True,
        options=SAMPLER_TITLES,
    )
    steps: int = setting(
        50,
        N_("Sampling steps"),
        N_("In how many steps noise is carried to data."),
        group="sampling",
        live=True,
        low=1,
        high=1000,
        log=True,
    )
    spacing: Annotated[Literal["uniform", "quadratic"], AfterValidator(spaced)] = setting(
        "uniform",
        N_("Spacing"),
        N_("Where the steps lie: evenly, or closer together near the data."),
        group="sampling",
        live=True,
        options={"uniform": N_("even"), "quadratic": N_("quadratic")},
    )
    eta: float = setting(
        0.0,
        N_("Fresh noise (η)"),
        N_("How much of the noise DDIM replaces in each step: 0 none, a deterministic path; 1 as much as DDPM."),
        group="sampling",
        live=True,
        low=0,
        high=1,
        when={"sampler": ("ddim", "diffusers_ddim")},
    )
    wanted: Annotated[Wanted, AfterValidator(there)] = setting(
        "all",
        N_("Wanted class"),
        N_("Of which class samples are to be; every one, or one alone."),
        group="sampling",
        live=True,
        options={"all": N_("every class")},
        when=TOLD,
    )
    guidance: float = setting(
        1.0,
        N_("Guidance"),
        N_(
            "How much is made of the class: 0 leaves it out, 1 follows it, more overdoes it. Values between and beyond "
            "ask the network twice."
        ),
        group="sampling",
        live=True,
        low=0,
        high=8,
        when=TOLD,
    )

    @classmethod
    def companions(cls, name: str, now: Mapping[str, Any]) -> Mapping[str, Any]:
        """Velocities are learned along straight lines, all else on DDPM's chain, unless another process was chosen."""
        straight = now["objective"] == "velocity"
        if name != "objective" or now["process"] != ("ddpm" if straight else "linear"):
            return {}
        return (
            STRAIGHT
            if straight
            else {
                field: cls.model_fields[field].default for field in ("process", "sampler", "steps", "rounds", "distil")
            }
        )

    @property
    def reflows(self) -> bool:
        """Whether there are rounds after the first."""
        return self.process == "linear" and bool(self.rounds or self.distil)


PRESETS = {
    "default": Preset(
        N_("Noise, step by step"), N_("DDPM's chain of a thousand steps, walked back in fifty by DDIM."), {}
    ),
    "rectified_flow": Preset(
        N_("Rectified flow"),
        N_("Straight lines from noise to data, and the velocity along them: ten Euler steps are enough."),
        STRAIGHT,
    ),
    "ot_flow": Preset(
        N_("Rectified flow, optimal transport"),
        N_(
            "The same, with noise and data of each batch paired so that paths hardly cross: they are straighter from "
            "the start."
        ),
        {"process": "linear", "objective": "velocity", "coupling": "optimal", "sampler": "euler", "steps": 5},
    ),
    "reflow": Preset(
        N_("Reflow twice"),
        N_(
            "A rectified flow that learns twice more, each time from the pairs it made itself: crossing lines first, "
            "straight ones in the end."
        ),
        {**STRAIGHT, "rounds": 2, "lr": 5e-3},
    ),
    "distilled": Preset(
        N_("Distilled to one step"),
        N_("Two rounds of reflow, and a last one that learns only the one step from noise to data."),
        {**STRAIGHT, "steps": 1, "rounds": 2, "distil": True, "lr": 5e-3},
    ),
    "score_sde": Preset(
        N_("Score SDE"),
        N_("The variance-preserving SDE, run backwards: every path is rough, the cloud arrives all the same."),
        {"process": "vp", "sampler": "euler_maruyama", "steps": 200},
    ),
    "exploding": Preset(
        N_("Exploding variance"),
        N_("Noise is only added, as heat spreads; the way back gathers it, corrected after each step."),
        {"process": "ve", "sampler": "predictor_corrector", "steps": 200},
    ),
    "few_steps": Preset(
        N_("Ten steps"),
        N_("A solver of second order, ten calls of the network, and a schedule that spares the data for long."),
        {"schedule": "cosine", "objective": "v", "sampler": "dpm_solver", "steps": 10},
    ),
    "digits": Preset(
        N_("Handwritten digits"),
        N_(
            "A small UNet learns to see pictures of eight by eight pixels through the noise, and is told which digit "
            "each is: then any of the ten can be asked for."
        ),
        {"data": "digits", "classes": True, **DiffusionConfig.data_defaults["digits"]},
    ),
    "digits_flow": Preset(
        N_("Handwritten digits, rectified flow"),
        N_("The same network and pictures, along straight lines from noise to picture."),
        {
            "data": "digits",
            "classes": True,
            **DiffusionConfig.data_defaults["digits"],
            "process": "linear",
            "objective": "velocity",
            "sampler": "euler",
            "steps": 20,
        },
    ),
    "guided": Preset(
        N_("Guided to one class"),
        N_(
            "Eight Gaussians, told apart as classes. Samples are to be of one of them, with its pull overdone: they "
            "gather where no other class could be meant."
        ),
        {"classes": True, "wanted": "1", "guidance": 3.0},
    ),
    "too_few_steps": Preset(
        N_("Too few steps"),
        N_("DDPM's own sampler with large variance, meant for a thousand steps, in ten: the samples stay noisy."),
        {"sampler": "ddpm_large", "steps": 10},
    ),
}
