"""Networks that detect actions, with random weights, and streams for them."""

from dataclasses import replace
from typing import Any

import numpy as np
import torch

from playground.data.streams.stream_data import Pooled
from playground.families.oadtr.experiment import OadtrExperiment
from playground.families.oadtr.model import build
from playground.families.oadtr.sizes import Spec

from .sequences import filled

BASE = Spec("oadtr", dim=5, classes=4, window=6, width=16, queries=3, heads=4, layers=2, decoder_layers=2)
SPECS = {
    "oadtr": BASE,
    "no_token": replace(BASE, token=False),
    "no_decoder": replace(BASE, decoder=False),
    "neither": replace(BASE, token=False, decoder=False),
    "sinusoidal": replace(BASE, positions="sinusoidal"),
    "trn": replace(BASE, kind="trn"),
    "trn features": replace(BASE, kind="trn", features=7),
    "lstm": replace(BASE, kind="lstm"),
    "mlp": replace(BASE, kind="mlp"),
}


def net_of(name: str, **changes) -> Any:
    """With weights away from 0: those that begin there would hide what they do."""
    return filled(build(replace(SPECS[name], **changes))).requires_grad_(False)


def pooled_of(*lengths: int, dim: int = BASE.dim, classes: int = BASE.classes, seed: int = 0) -> Pooled:
    """Streams of these lengths with random features and labels."""
    random, n = np.random.default_rng(seed), sum(lengths)
    ends = np.cumsum(lengths)
    return Pooled(
        random.standard_normal((n, dim)).astype(np.float32),
        random.integers(-1, classes, n),
        np.repeat(ends - lengths, lengths),
        np.repeat(ends - 1, lengths),
    )


def windows(n: int = 3, spec: Spec = BASE, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, spec.window, spec.dim, generator=torch.Generator().manual_seed(seed))


class Bare(OadtrExperiment):
    """An experiment that nobody looks at."""

    def make_view(self, config, dataset):
        return None
