"""What a diffusion model answers to the panels of its page, one to a file, named as in `labs`."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import Tensor

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..plane import CALLS, shortened
from . import curves, heat, likelihood, marginals, network, race, rectified, schedules, sdes
from .asked import Answer, Asked

__all__ = ["ANSWERS", "Answer", "Asked", "answer"]


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    """The arrays to one question; `UserError` where there is no answer."""
    if len(question) != 1 or not ANSWERS.keys() & question.keys():
        raise UserError(N_("A diffusion model can be asked about: {names}."), names=", ".join(ANSWERS))
    ((name, values),) = question.items()
    values = np.asarray(values, np.float32)
    if not np.isfinite(values).all() or values.ndim != (2 if name == "z" else 1):
        raise UserError(N_("Of '{name}' a diffusion model is asked with finite numbers."), name=name)
    found = ANSWERS[name](values, asked)
    return {
        name: np.asarray(array.cpu() if isinstance(array, Tensor) else array, np.float32)
        for name, array in found.items()
    }


def _send(z: np.ndarray, asked: Asked) -> Answer:
    if z.shape[1] != 2:
        raise UserError(N_("The noise of this model has two numbers for each point."))
    noise = torch.from_numpy(z).to(asked.device)
    for moment in asked.plane.carry(asked.config, asked.field, noise, shortened(asked.config, CALLS)):
        x = moment.x
    return {"x": x}


ANSWERS: dict[str, Callable[[np.ndarray, Asked], Answer]] = {
    "z": _send,
    "race": race.answer,
    "curves": curves.answer,
    "network": network.answer,
    "schedules": schedules.answer,
    "marginals": marginals.answer,
    "sdes": sdes.answer,
    "likelihood": likelihood.answer,
    "heat": heat.answer,
    "rectified": rectified.answer,
}
"""What can be asked, by its name."""
