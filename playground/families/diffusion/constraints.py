"""Which settings go together: validators of single settings, given those that are declared before them. No torch
here."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationInfo

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.images.digits import DIGITS
from playground.data.plane.distributions import DISTRIBUTIONS
from playground.data.settings import DATA

from .catalogue import CATALOGUE, fits, is_random

CLASSES = {data.name: data.classes for data in (*DISTRIBUTIONS.values(), DIGITS) if data.classes}
"""Data with classes, and the number of these."""
EVEN_STEPS_ONLY = N_("The DDIM of diffusers takes only evenly spaced steps.")


NEEDS_SCORE = N_(
    "{sampler} adds noise on the way, which takes the score. The score follows from the predicted noise only where "
    "noise and data are paired independently, not with optimal transport, reflow or distillation: choose a sampler "
    "without fresh noise, such as DDIM with η = 0."
)


def reflows(given: Mapping[str, Any]) -> bool:
    """Whether these settings have rounds of reflow, or the distillation."""
    return given.get("process") == "linear" and bool(given.get("rounds") or given.get("distil"))


def independent_noise(given: Mapping[str, Any]) -> bool:
    """Whether noise and data are independent in all pairs that a network of these settings learns from.

    This is the one place where it is decided, as much depends on it: only then is -E[eps | x] / s the score (Vincent
    2011), the best field that of `optimal_denoiser`, and the density on the way the data's, blurred. Else the velocity
    still is what moves noise to data (Tong et al. 2024, theorem 3.2; Liu et al. 2023, theorem 3.3), so that all
    samplers without fresh noise are right, and so is the likelihood along them.
    """
    return given.get("coupling", "independent") == "independent" and not reflows(given)


def check_sampler(sampler: str, info: ValidationInfo) -> str:
    """The sampler, if it runs on the process, and on pairs such as those of training."""
    if "process" in info.data and not fits(sampler, info.data["process"]):
        raise UserError(N_("The sampler “{sampler}” does not run on this process."), sampler=sampler)
    if not fits(sampler, info.data.get("process", ""), independent_noise(info.data)):
        raise UserError(NEEDS_SCORE, sampler=f"“{sampler}”")
    return sampler


def check_eta(eta: float, info: ValidationInfo) -> float:
    """The share of fresh noise, if there can be any."""
    sampler = info.data.get("sampler")
    if sampler and CATALOGUE[sampler].eta and is_random(sampler, eta) and not independent_noise(info.data):
        raise UserError(NEEDS_SCORE, sampler=f"“{sampler}”, η = {eta:g},")
    return eta


def check_spacing(spacing: str, info: ValidationInfo) -> str:
    """The spacing, if the sampler can take it."""
    sampler = info.data.get("sampler")
    if sampler and CATALOGUE[sampler].even_steps and spacing != "uniform":
        raise UserError(EVEN_STEPS_ONLY)
    return spacing


def check_reflow(value: int | bool, info: ValidationInfo) -> int | bool:
    """Rounds of reflow, or the distillation, if the other settings allow them."""
    given = info.data
    if not value or given.get("process") != "linear":
        return value
    if DATA[given["data"]].domain != "plane":
        raise UserError(
            N_(
                "Reflow and distillation work only for points on the plane: for images, computing the pairs would "
                "take many minutes."
            )
        )
    if given.get("classes"):
        raise UserError(N_("Reflow and distillation do not support classes here: turn the classes off."))
    if given.get("objective") == "epsilon":
        raise UserError(
            N_(
                "A single step begins at pure noise, where predicted noise (ε) says nothing about the data: choose "
                "velocity, data or v."
            )
        )
    if info.field_name == "distil" and given.get("weighting") != "simple":
        raise UserError(
            N_("The single step begins at pure noise, where this weighting is 0: choose the simple weighting.")
        )
    return value


def check_classes(classes: bool, info: ValidationInfo) -> bool:
    """Whether the network is given classes, if the data have any."""
    if classes and info.data.get("data") not in CLASSES:
        raise UserError(N_("These data have no classes. Data with classes: {names}."), names=", ".join(CLASSES))
    return classes


def check_wanted(wanted: str, info: ValidationInfo) -> str:
    """The class to sample, if the data have it."""
    count = CLASSES.get(info.data.get("data", ""), 0)
    if info.data.get("classes") and wanted != "all" and int(wanted) >= count:
        raise UserError(N_("These data have only {count:class|classes}, numbered from 0."), count=count)
    return wanted
