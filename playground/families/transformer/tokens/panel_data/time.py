"""How long a pass takes against the length, here and now."""

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...config import TransformerConfig
from ...model import initial_model
from ...timing import against_length
from .context import Context

LENGTHS = (16, 32, 64, 128, 256, 512, 1024)
BATCH = 8
BUDGET = 1.5
"""Seconds for all that is measured."""


def compute(values: Values, context: Context) -> Arrays:
    """`lengths`, and `seconds` (2, lengths) of a Transformer and of the recurrent network chosen; NaN where there was
    no time left; `cuda` (1,) and `threads` (1,): where it was measured."""
    pair = ("transformer", values["cell"])
    models = [initial_model(_decoder(context.config, name)).to(context.device) for name in pair]
    seconds = against_length(models, values["what"], LENGTHS, BATCH, BUDGET, context.device)
    return {
        "lengths": np.array(LENGTHS),
        "seconds": seconds.numpy(),
        "cuda": np.array([context.device.type == "cuda"]),
        "threads": np.array([torch.get_num_threads()]),
    }


def _decoder(config: TransformerConfig, name: str) -> TransformerConfig:
    """A decoder of that kind with as many parameters, which reads any length."""
    positions = "rotary" if config.positions == "learned" else config.positions
    return config.with_defaults("match", model=name, architecture="decoder", positions=positions)
