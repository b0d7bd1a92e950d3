"""Masks, orders, tables of positions: tensors that no training changes, where a network computes."""

from collections.abc import MutableMapping

import torch
from torch import Tensor
from torch.utils.weak import WeakIdKeyDictionary

_copies: MutableMapping[Tensor, dict[tuple[torch.device, torch.dtype], Tensor]] = WeakIdKeyDictionary()


def beside(constant: Tensor, like: Tensor, dtype: torch.dtype | None = None) -> Tensor:
    """`constant` on the device of `like`, as numbers of this kind; copied there once, not in every step, which a CUDA
    graph could not contain."""
    dtype = dtype or constant.dtype
    if constant.device == like.device and constant.dtype == dtype:
        return constant
    if constant not in _copies:
        _copies[constant] = {}
    copies = _copies[constant]
    if (like.device, dtype) not in copies:
        with torch.inference_mode(False):  # gradients may be taken of what is computed with it
            copies[like.device, dtype] = constant.to(like.device, dtype)
    return copies[like.device, dtype]
