"""A device of its own kind, for machines without a GPU: its tensors are computed by the processor, and like those of a
GPU they do not mix with tensors of the processor, numpy cannot read them, and random numbers are not drawn there; like
those of Apple's GPUs they have no double precision.

What works on it has every constant, mask and index on the device of the experiment, and gives the processor's numbers
to the bit. It says nothing about speed, memory or kernels.
"""

import contextlib
import functools
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "other"
_setup_privateuseone_for_python_backend(NAME)
DEVICE = torch.device(NAME, 0)
_aten = torch.ops.aten
_MOVES = (_aten._to_copy.default, _aten.copy_.default)
"""Operations that take a tensor from one device to another."""


class TwoDevices(RuntimeError):
    """An operation on tensors of both devices."""


class DoublePrecision(RuntimeError):
    """An operation whose result has double precision."""


class Copied(RuntimeError):
    """Numbers go from one device to another."""


_copies_allowed = True


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Nothing may be copied from or to the processor."""
    global _copies_allowed
    _copies_allowed = False
    try:
        yield
    finally:
        _copies_allowed = True


class OtherTensor(torch.Tensor):
    """A tensor of that device; `raw` holds its numbers."""

    raw: torch.Tensor

    @staticmethod
    def __new__(cls, raw: torch.Tensor) -> "OtherTensor":
        tensor = torch.Tensor._make_wrapper_subclass(
            cls, raw.size(), strides=raw.stride(), storage_offset=raw.storage_offset(), dtype=raw.dtype, device=DEVICE
        )
        tensor.raw = raw
        return tensor

    __torch_function__: Any = torch._C._disabled_torch_function_impl

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _run(func, args, kwargs or {})

    def tolist(self) -> Any:
        return self.cpu().tolist()

    def __format__(self, spec: str) -> str:
        return format(self.cpu(), spec)


def _run(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    there = [tensor for tensor in tensors if isinstance(tensor, OtherTensor)]
    # A number from the processor may take part, on a GPU too.
    if there and func not in _MOVES and any(t.ndim and not isinstance(t, OtherTensor) for t in tensors):
        raise TwoDevices(f"{func}: tensors of two devices")
    stays = bool(there)
    if not _copies_allowed and func in _MOVES and _crosses(args, kwargs):
        raise Copied(f"{func}: from one device to another")
    if func is _aten.copy_.default:
        stays = isinstance(args[0], OtherTensor)
    if kwargs.get("device") is not None:
        stays = torch.device(kwargs["device"]).type == NAME
        kwargs = {**kwargs, "device": torch.device("cpu")} if stays else kwargs
    result = func(*tree_map(_raw, args), **tree_map(_raw, kwargs))
    if stays and any(isinstance(leaf, torch.Tensor) and leaf.dtype == torch.float64 for leaf in tree_leaves(result)):
        raise DoublePrecision(f"{func}: double precision")
    known = {id(tensor.raw): tensor for tensor in there}  # what is written in place stays the tensor that it is

    def wrapped(value: Any) -> Any:
        if not isinstance(value, torch.Tensor):
            return value
        return known[id(value)] if id(value) in known else OtherTensor(value)

    return tree_map(wrapped, result) if stays else result


def _crosses(args: Any, kwargs: dict[str, Any]) -> bool:
    """Whether a copy is one between devices."""
    places = {tensor.device.type for tensor in args if isinstance(tensor, torch.Tensor)}
    return len(places | {torch.device(kwargs["device"]).type} if kwargs.get("device") is not None else places) > 1


def _raw(value: Any) -> Any:
    return value.raw if isinstance(value, OtherTensor) else value


_fallback = torch.library.Library("_", "IMPL")
_fallback.fallback(lambda func, *args, **kwargs: _run(func, args, kwargs), "PrivateUse1")
_named = torch.library.Library("aten", "IMPL")
# What torch does past the fallback: copies to a device, and tensors that it makes empty and then resizes.
for _name, _func in {"_to_copy": _MOVES[0], "eye": _aten.eye.default, "eye.m": _aten.eye.m}.items():
    _named.impl(_name, functools.partial(lambda func, *args, **kwargs: _run(func, args, kwargs), _func), "PrivateUse1")
