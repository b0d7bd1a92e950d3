"""Linear layers and embeddings that know how their weights begin."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ScaledLinear(nn.Linear):
    """A linear layer with weights of variance 1 / inputs, times `scale`^2, and biases of 0."""

    def __init__(self, inputs: int, outputs: int, bias: bool = True, scale: float = 1.0):
        super().__init__(inputs, outputs, bias)
        self.scale = scale

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        shape = getattr(self, name).shape
        if name == "bias":
            return torch.zeros(shape)
        return torch.randn(shape, generator=generator) * (self.scale / math.sqrt(shape[1]))


class Embedding(nn.Module):
    """A vector for each token: ids (n, length) -> (n, length, width), of numbers with variance 1.

    The weights are 1 / sqrt(width) times that, and are multiplied by sqrt(width) when tokens are read (Vaswani et al.
    2017, section 3.4): so the same matrix also gives logits of a sensible size.
    """

    def __init__(self, vocabulary: int, width: int):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(vocabulary, width))

    def init_parameter(self, name: str, generator: torch.Generator) -> Tensor:
        return torch.randn(self.weight.shape, generator=generator) / math.sqrt(self.weight.shape[1])

    def forward(self, ids: Tensor) -> Tensor:
        return F.embedding(ids, self.weight) * math.sqrt(self.weight.shape[1])
