"""The settings of a diffusion model or flow on the plane. No torch here: the server reads them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo

from ..config import Config, Preset, setting
from ..data.settings import OwnData, Plane, data_setting, own_setting
from ..texts import N_, Refusal
from .catalogue import CATALOGUE, fits

SAMPLER_TITLES = {name: entry.title for name, entry in CATALOGUE.items()}


def fitting(sampler: str, info: ValidationInfo) -> str:
    """The sampler, if it runs on the process; a validator."""
    if "process" in info.data and not fits(sampler, info.data["process"]):
        raise Refusal(N_("The sampler “{sampler}” does not run on this process."), sampler=sampler)
    return sampler


def spaced(spacing: str, info: ValidationInfo) -> str:
    """The spacing, if the sampler knows it; a validator."""
    if info.data.get("sampler") == "diffusers_ddim" and spacing != "uniform":
        raise Refusal(N_("The DDIM of diffusers knows evenly spaced steps only."))
    return spacing


class DiffusionConfig(Config):
    """A network that learns to take noise away, and how it is used."""

    data: Plane = data_setting("8gaussians", N_("The distribution that noise is to become."))
    own: OwnData = own_setting()
    batch: int = setting(
        256, N_("Batch size"), N_("How many noisy samples an update looks at."), group="data", low=8, high=2048,
        log=True)

    process: Literal["ddpm", "vp", "subvp", "ve", "linear", "trigonometric"] = setting(
        "ddpm", N_("Process"),
        N_("How data become noise. DDPM takes many small steps; the SDEs are their limit; rectified flow goes "
           "along straight lines."),
        options={"ddpm": N_("DDPM (discrete)"), "vp": N_("VP SDE"), "subvp": N_("sub-VP SDE"), "ve": N_("VE SDE"),
                 "linear": N_("rectified flow (straight)"), "trigonometric": N_("trigonometric")})
    schedule: Literal["linear", "cosine", "sigmoid"] = setting(
        "linear", N_("Noise schedule"), N_("How the variance of the steps grows."),
        options={"linear": N_("linear"), "cosine": N_("cosine"), "sigmoid": N_("sigmoid")},
        when={"process": ("ddpm",)})
    chain: int = setting(
        1000, N_("Steps of the chain (T)"), N_("In how many small steps data become noise."), low=10, high=4000,
        log=True, when={"process": ("ddpm",)})
    width: int = setting(128, N_("Width"), N_("How many units each hidden layer has."), low=8, high=512, log=True)
    depth: int = setting(3, N_("Hidden layers"), N_("How many hidden layers the network has."), low=1, high=6)

    objective: Literal["epsilon", "x0", "v", "velocity"] = setting(
        "epsilon", N_("What is predicted"),
        N_("The noise, the data, a mixture of both (v), or the velocity of the flow. Each can be computed from each "
           "other; they differ in which errors the network makes."),
        group="objective",
        options={"epsilon": N_("noise (ε)"), "x0": N_("data (x₀)"), "v": N_("v"), "velocity": N_("velocity")})
    weighting: Literal["simple", "snr", "min_snr"] = setting(
        "simple", N_("Weighting"),
        N_("How much each noise level counts: all alike, by the signal-to-noise ratio, or by that ratio up to 5."),
        group="objective", options={"simple": N_("simple"), "snr": "SNR", "min_snr": "min-SNR"})
    coupling: Literal["independent", "optimal"] = setting(
        "independent", N_("Coupling"),
        N_("Which noise goes to which data: any to any, or within each batch so that the paths are shortest."),
        group="objective", options={"independent": N_("independent"), "optimal": N_("optimal transport")})

    lr: float = setting(
        1e-3, N_("Learning rate"), N_("How far one update goes."), group="optimiser", live=True, low=0, high=1,
        log=True)
    ema: float = setting(
        0.999, N_("Averaging"),
        N_("What is shown and judged is a running average of the weights that keeps this much of its past in each "
           "step; 0 shows the weights themselves."),
        group="optimiser", live=True, low=0, high=0.9999)

    sampler: Annotated[Literal[tuple(CATALOGUE)], AfterValidator(fitting)] = setting(
        "ddim", N_("Sampler"), N_("How noise is carried to data with what the network knows."), group="sampling",
        live=True, options=SAMPLER_TITLES)
    steps: int = setting(
        50, N_("Sampling steps"), N_("In how many steps noise is carried to data."), group="sampling", live=True,
        low=1, high=1000, log=True)
    spacing: Annotated[Literal["uniform", "quadratic"], AfterValidator(spaced)] = setting(
        "uniform", N_("Spacing"), N_("Where the steps lie: evenly, or closer together near the data."),
        group="sampling", live=True, options={"uniform": N_("even"), "quadratic": N_("quadratic")})
    eta: float = setting(
        0.0, N_("Fresh noise (η)"),
        N_("How much of the noise DDIM replaces in each step: 0 none, a deterministic path; 1 as much as DDPM."),
        group="sampling", live=True, low=0, high=1, when={"sampler": ("ddim", "diffusers_ddim")})


PRESETS = {
    "default": Preset(
        N_("Noise, step by step"),
        N_("DDPM's chain of a thousand steps, walked back in fifty by DDIM."), {}),
    "rectified_flow": Preset(
        N_("Rectified flow"),
        N_("Straight lines from noise to data, and the velocity along them: ten Euler steps are enough."),
        {"process": "linear", "objective": "velocity", "sampler": "euler", "steps": 10}),
    "ot_flow": Preset(
        N_("Rectified flow, optimal transport"),
        N_("The same, with noise and data of each batch paired so that paths hardly cross: they are straighter from "
           "the start."),
        {"process": "linear", "objective": "velocity", "coupling": "optimal", "sampler": "euler", "steps": 5}),
    "score_sde": Preset(
        N_("Score SDE"),
        N_("The variance-preserving SDE, run backwards: every path is rough, the cloud arrives all the same."),
        {"process": "vp", "sampler": "euler_maruyama", "steps": 200}),
    "exploding": Preset(
        N_("Exploding variance"),
        N_("Noise is only added, as heat spreads; the way back gathers it, corrected after each step."),
        {"process": "ve", "sampler": "predictor_corrector", "steps": 200}),
    "few_steps": Preset(
        N_("Ten steps"),
        N_("A solver of second order, ten calls of the network, and a schedule that spares the data for long."),
        {"schedule": "cosine", "objective": "v", "sampler": "dpm_solver", "steps": 10}),
    "too_few_steps": Preset(
        N_("Too few steps"),
        N_("DDPM's own sampler with large variance, meant for a thousand steps, in ten: the samples stay noisy."),
        {"sampler": "ddpm_large", "steps": 10}),
}
