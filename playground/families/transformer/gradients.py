"""How much an output depends on each input, by its gradient: it can be asked of every model, with attention or without
(for recurrent networks Bengio et al. 1994; Pascanu et al. 2013)."""

import torch
from torch import Tensor

from .networks.sequence import SequenceModel

MAX_ROWS = 256
"""Outputs whose gradients are taken at a time."""


def input_gradients(
    model: SequenceModel, rows: Tensor, source: int | None = None, outputs: int | None = None
) -> Tensor:
    """The length of the gradient of the logit of each right answer by the embedding of each token that is read.

    rows (n, dim) of ids -> (n, answer, inputs). `source`: how many tokens of each row are given, where that is not as
    in training. `outputs`: only the last so many answers are asked. The inputs are what the model reads
    (`SequenceModel.parts`), of an encoder-decoder the source and then the decoder's. The logit is taken, not log p,
    whose gradient vanishes where a model is sure.
    """
    given = model.shape.source if source is None else source
    first = given if outputs is None else max(given, rows.shape[1] - outputs)
    return torch.stack([_of_row(model, row, given, first) for row in rows])


def _of_row(model: SequenceModel, row: Tensor, source: int, first: int) -> Tensor:
    """(dim,) -> (answers from token number `first` on, inputs). One copy of the row for each output, so that one pass
    back serves all of them."""
    found = []
    for which in torch.arange(first, len(row), device=row.device).split(MAX_ROWS):
        with torch.no_grad():
            parts = [model.embedding(ids) for ids in model.parts(row[None], source)]
        copies = tuple(part.repeat(len(which), 1, 1).requires_grad_() for part in parts)
        with torch.enable_grad():
            logits = model.read(copies, source)  # (outputs, answer, vocabulary)
            copy = torch.arange(len(which), device=row.device)
            total = logits[copy, which - source, row[which]].sum()
            slopes = torch.autograd.grad(total, copies, allow_unused=True)
        lengths = [
            torch.zeros(part.shape[:2], device=row.device) if slope is None else slope.norm(dim=2)
            for part, slope in zip(copies, slopes, strict=True)
        ]
        found.append(torch.cat(lengths, 1))
    return torch.cat(found)


def reach(gradients: Tensor) -> Tensor:
    """The mean length of a gradient that reaches back d steps, for d from 0 on: (inputs,); NaN where no output lies so
    far behind an input.

    `gradients` (n, answer, inputs) of `input_gradients`. Output number j stands at the position of the last inputs, of
    which there are as many as outputs: that of the token it comes after, or of its blank.
    """
    n, answer, inputs = gradients.shape
    position = torch.arange(inputs - answer, inputs, device=gradients.device)[:, None]
    back = position - torch.arange(inputs, device=gradients.device)[None]  # (answer, inputs)
    backwards = back >= 0
    total = torch.zeros(inputs, device=gradients.device).index_add(0, back[backwards], gradients.mean(0)[backwards])
    count = torch.bincount(back[backwards], minlength=inputs)
    return total / count
