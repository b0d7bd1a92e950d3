"""What a diffusion model of pictures answers to the panels of its page."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ..texts import N_, Refusal
from .config import DiffusionConfig
from .processes import Process
from .samplers import Field

Answer = dict[str, np.ndarray]


@dataclass(frozen=True)
class Asked:
    """Who is asked."""

    field: Field
    config: DiffusionConfig
    process: Process
    device: torch.device


def answer(question: Mapping[str, np.ndarray], asked: Asked) -> Answer:
    raise Refusal(N_("This model answers no questions."))
