"""How long a pass takes against the length of the sequences: in parallel over time, or one step after the other."""

from collections.abc import Callable, Iterator, Sequence
from time import perf_counter

import torch
from torch import Tensor

from .networks.sequence import SequenceModel

REPEATS, ENOUGH = 3, 2
"""The fastest of so many counts: what else runs on this machine only makes a pass slower. A length is measured where
there is time for at least `ENOUGH`."""


def forward(model: SequenceModel, ids: Tensor) -> None:
    """Read ids (n, length) of a decoder."""
    with torch.no_grad():
        model.logits(model.decode(model.embedding(ids)))


def training_step(model: SequenceModel, ids: Tensor) -> None:
    """The same, with the gradients of all parameters, but without the optimiser, which does not see the length."""
    parameters = [parameter.requires_grad_() for parameter in model.parameters()]
    with torch.enable_grad():
        total = model.logits(model.decode(model.embedding(ids))).square().mean()
        torch.autograd.grad(total, parameters)


PASSES: dict[str, Callable[[SequenceModel, Tensor], None]] = {"forward": forward, "step": training_step}


def against_length(
    models: Sequence[SequenceModel], what: str, lengths: Sequence[int], batch: int, budget: float, device: torch.device
) -> Tensor:
    """Seconds of a pass of `batch` sequences, (models, lengths); NaN where the `budget` of seconds for all was spent;
    the first two are measured in any case.

    Lengths rise: each is measured of all models in turn, so that a busy machine slows down all of them alike.
    """
    found = torch.full((len(models), len(lengths)), torch.nan)
    begun = perf_counter()
    for column, length in enumerate(lengths):
        ids = (torch.arange(batch * length, device=device) % models[0].shape.vocabulary).view(batch, length)
        expected = sum(_next(found[row], lengths, column) for row in range(len(models)))
        if column > 1 and perf_counter() - begun + ENOUGH * expected > budget:
            break
        fastest = [torch.inf] * len(models)
        for _ in range(REPEATS):
            for row, seconds in enumerate(_timed(models, what, ids)):
                fastest[row] = min(fastest[row], seconds)
            if perf_counter() - begun > budget:
                break
        found[:, column] = torch.tensor(fastest)
    return found


def _timed(models: Sequence[SequenceModel], what: str, ids: Tensor) -> Iterator[float]:
    for model in models:
        _wait(ids)
        start = perf_counter()
        PASSES[what](model, ids)
        _wait(ids)
        yield perf_counter() - start


def _wait(ids: Tensor) -> None:
    """A GPU works on while Python goes on."""
    if ids.is_cuda:
        torch.cuda.synchronize(ids.device)


def _next(seconds: Tensor, lengths: Sequence[int], column: int) -> float:
    """What one pass at the next length takes if time grows with the square of the length."""
    if not column:
        return 0.0
    return float(seconds[column - 1]) * (lengths[column] / lengths[column - 1]) ** 2
