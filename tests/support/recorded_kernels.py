"""CUDA's graphs on a machine without CUDA: what runs while one is recorded, runs again when it is replayed, on the same
memory and with nothing else than what was in it then.

It refuses what a real recording refuses: to wait for a number, and shapes that depend on numbers.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

aten = torch.ops.aten
WAITING = {
    aten._local_scalar_dense.default: "a number is read",
    aten.equal.default: "two tensors are compared as a whole",
    aten.nonzero.default: "a shape depends on numbers",
    aten.masked_select.default: "a shape depends on numbers",
    aten._unique2.default: "a shape depends on numbers",
    aten.repeat_interleave.Tensor: "a shape depends on numbers",
    aten.linalg_eig.default: "the decomposition runs on the processor",
}
"""Operations that need the numbers of the GPU on the processor."""

INDEXING = (aten.index.Tensor, aten.index_put.default, aten.index_put_.default)


class Refused(RuntimeError):
    """This cannot be recorded."""


class Watch(TorchDispatchMode):
    """Refuses what a recording refuses, and keeps what ran."""

    def __init__(self) -> None:
        super().__init__()
        self.ran: list[tuple[Any, tuple, dict, Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: tuple = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in WAITING:
            raise Refused(f"{func}: {WAITING[func]}")
        if func in INDEXING and any(isinstance(i, torch.Tensor) and i.dtype == torch.bool for i in args[1]):
            raise Refused(f"{func}: a shape depends on numbers")
        result = func(*args, **kwargs)
        self.ran.append((func, args, kwargs, result))
        return result


class CUDAGraph:
    """A recording."""

    watch: Watch

    def replay(self) -> None:
        """Run all again; what an operation gave lies where it lay when it was recorded."""
        with torch.no_grad():
            for func, args, kwargs, kept in self.watch.ran:
                again = func(*args, **kwargs)
                for old, new in zip(tree_leaves(kept), tree_leaves(again), strict=True):
                    if isinstance(old, torch.Tensor) and old.data_ptr() != new.data_ptr():
                        old.copy_(new)


@contextlib.contextmanager
def graph(recorded: CUDAGraph, pool: Any = None, capture_error_mode: str = "global") -> Iterator[None]:
    """Record what runs inside."""
    recorded.watch = Watch()
    with recorded.watch:
        yield


class Stream:
    """Work in its order, which the processor keeps anyway."""

    def wait_stream(self, other: "Stream") -> None:
        pass


@contextlib.contextmanager
def stream(of: Stream) -> Iterator[None]:
    yield


def current_stream() -> Stream:
    return Stream()


def graph_pool_handle() -> tuple[int, int]:
    return 0, 1
