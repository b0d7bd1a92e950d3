"""What the layers make of the first row of a batch, for the pictures in the diagram: numbers, a token a column."""

from contextlib import ExitStack
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from .kept import VECTOR_SIZE, kept_times
from .networks.cache import Cache
from .networks.positions import ALiBi, Learned, Rotary, Sinusoidal, angles, sinusoids, slopes
from .networks.sequence import SequenceModel
from .networks.transformer import Stack, Transformer

Arrays = dict[str, Tensor]


@torch.no_grad()
def activations(model: SequenceModel, rows: Tensor) -> Arrays:
    """Of the first of rows (n, dim) of ids, (times, numbers) each, at the positions `kept_times` of what is read:

    - `embedded`; of an encoder-decoder also `embedded_source`;
    - of a Transformer `positions` (times, numbers), what tells them apart: what is added, the cosines of the rotary
      angles, or ALiBi's penalties of each head for a token so far back; `mlp` and `stream` (layers, times, numbers),
      what the MLP of each layer of the decoder adds and what the layer passes on, and of an encoder-decoder `memory`;
    - of a recurrent network `states` (layers, times, numbers), and of its encoder `source_states`.
    """
    parts = tuple(map(model.embedding, model.parts(rows[:1])))  # (1, length, width) each
    found = {"embedded": _kept(parts[-1])}
    if len(parts) > 1:
        found["embedded_source"] = _kept(parts[0])
    more = _of_transformer if isinstance(model, Transformer) else _of_recurrent
    return found | more(model, parts)


def _kept(x: Tensor) -> Tensor:
    """(1, length, width) -> (times, numbers)."""
    return x[0, kept_times(x.shape[1]), :VECTOR_SIZE]


def _of_transformer(model: Any, parts: tuple[Tensor, ...]) -> Arrays:
    seen: dict[nn.Module, Tensor] = {}

    def keep(module: nn.Module, given: Any, made: Tensor) -> None:
        seen[module] = made

    blocks = list(model.decoder.blocks)
    with ExitStack() as hooks:
        for module in [*blocks, *(block.mlp for block in blocks), model.encoder]:
            if module is not None:
                hooks.callback(module.register_forward_hook(keep).remove)
        model.read(parts)
    found = {
        "positions": position_picture(model.decoder, parts[-1].shape[1]),
        "mlp": torch.stack([_kept(seen[block.mlp]) for block in blocks]),
        "stream": torch.stack([_kept(seen[block]) for block in blocks]),
    }
    if model.encoder is not None:
        found["memory"] = _kept(seen[model.encoder])
    return found


def position_picture(stack: Stack, length: int) -> Tensor:
    """What tells positions apart in a stack, the first numbers for each of `kept_times`: (times, numbers)."""
    positions, times = stack.positions, kept_times(length)
    heads, width = stack.blocks[0].attention.heads, stack.blocks[0].mlp.down.weight.shape[0]
    if isinstance(positions, Sinusoidal):
        table = sinusoids(length, width)
    elif isinstance(positions, Learned):
        table = positions.table[:length]
    elif isinstance(positions, Rotary):
        table = angles(length, width // heads)[0]
    elif isinstance(positions, ALiBi):
        table = torch.from_numpy(-slopes(heads)[None] * (length - 1 - np.arange(length))[:, None])
    else:
        table = torch.zeros(length, 1)
    return table[times, :VECTOR_SIZE].float()


def _of_recurrent(model: Any, parts: tuple[Tensor, ...]) -> Arrays:
    """Token by token, as in generation: a decoder with attention has no other way."""
    found: Arrays = {}
    memory, (*before, read) = None, parts
    for h in before:
        memory, layers = model.encode(h), []
        for layer in model.encoder:
            h, _ = layer(h)
            layers.append(_kept(h))
        found["source_states"] = torch.stack(layers)
    cache, states = Cache(), []
    for x in read.split(1, 1):
        model.decode(x, memory, cache)
        states.append(torch.stack([cache.entries[f"layer {k}"][0][0] for k in range(len(model.decoder))]))
    every = torch.stack(states, 1)  # (layers, length, width)
    return {**found, "states": every[:, kept_times(every.shape[1]), :VECTOR_SIZE]}
