"""The loss of any field at one noise level, on given pairs of data and noise."""

import torch
from torch import Tensor

from .levels import Level
from .predictions import PREDICTIONS, weight
from .samplers.field import Field


def denoising_loss(field: Field, objective: str, weighting: str, pairs: tuple[Tensor, Tensor], level: Level) -> Tensor:
    """For each pair of data and noise (n, d): (n,); see `Diffusion.loss`."""
    x0, eps = pairs
    prediction = PREDICTIONS[objective]
    answer = prediction.target(*field(level.a * x0 + level.s * eps, level), level)
    error = ((answer - prediction.target(x0, eps, level)) / prediction.unit(level)).square().mean(1)
    return error * weight(weighting, prediction, Level(*(torch.tensor(number) for number in level)))
