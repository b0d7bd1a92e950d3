"""Masks, orders, tables of positions: tensors that no training changes, where a network computes."""

import contextlib
from collections.abc import Iterator, MutableMapping

import torch
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary

_copies: MutableMapping[Tensor, dict[tuple[torch.device, torch.dtype], Tensor]] = WeakIdKeyDictionary()
_collected: list[list[Tensor]] = []
"""What `kept_by_a_graph` collects."""


@contextlib.contextmanager
def kept_by_a_graph() -> Iterator[list[Tensor]]:
    """The copies that are used inside. A CUDA graph reads them where they lie, and does not know that they are given
    back when nobody else holds them: who keeps the graph keeps this list."""
    used: list[Tensor] = []
    _collected.append(used)
    try:
        yield used
    finally:
        _collected.pop()


def beside(constant: Tensor, like: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """`constant` on the device of `like`, as numbers of this kind; copied there once, not in every step, which a CUDA
    graph could not contain."""
    dtype = dtype or constant.dtype
    if constant.device == like.device and constant.dtype == dtype:
        return _noted(constant)
    if constant not in _copies:
        _copies[constant] = {}
    copies = _copies[constant]
    if (like.device, dtype) not in copies:
        with torch.inference_mode(False):  # gradients may be taken of what is computed with it
            copies[like.device, dtype] = constant.to(like.device, dtype)
    return _noted(copies[like.device, dtype])


def _noted(tensor: Tensor) -> Tensor:
    for used in _collected:
        used.append(tensor)
    return tensor
