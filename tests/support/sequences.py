"""Models of sequences of every kind, with random weights, and rows for them."""

import torch
from torch import nn

from playground.families.transformer.networks import positions as places
from playground.families.transformer.networks.bahdanau import AttentiveRecurrent
from playground.families.transformer.networks.recurrent import Recurrent
from playground.families.transformer.networks.sequence import SequenceModel, Shape
from playground.families.transformer.networks.transformer import Transformer
from playground.training.networks import initial
from playground.training.scan import CELLS

N, LENGTH, WIDTH, HEADS, VOCABULARY = 3, 7, 16, 4, 9


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def filled(module: nn.Module, seed: int = 0):
    """The module with initial weights; norms and biases, too, are moved away from 1 and 0."""
    generator = rng(seed)
    with torch.no_grad():
        for name, value in initial(module, generator).items():
            module.get_parameter(name).copy_(value + 0.1 * torch.randn(value.shape, generator=generator))
    return module


def numbers(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(shape, generator=rng(seed))


SHAPES = {name: Shape(4, 5, VOCABULARY, name) for name in ("decoder", "encoder_decoder", "encoder")}
MODELS = {
    **{
        f"transformer {kind}": ("all", lambda s, kind=kind: Transformer(s, WIDTH, 2, HEADS, 2, kind))
        for kind in places.KINDS
    },
    "post-norm": ("all", lambda s: Transformer(s, WIDTH, 2, HEADS, 2, pre=False, tied=True)),
    **{cell: ("all", lambda s, cell=cell: Recurrent(s, cell, WIDTH, 2)) for cell in CELLS},
    "attentive": ("encoder_decoder", lambda s: AttentiveRecurrent(s, "lstm", WIDTH, 2)),
}
CASES = [(name, a) for name, (only, _) in MODELS.items() for a in SHAPES if only in ("all", a)]


def model_of(name: str, architecture: str) -> SequenceModel:
    return filled(MODELS[name][1](SHAPES[architecture]))


def rows_of(seed: int = 0, n: int = N) -> torch.Tensor:
    return torch.randint(1, VOCABULARY, (n, 9), generator=rng(seed))
