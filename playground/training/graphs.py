"""Updates as CUDA graphs: all kernels of a step are recorded once, and then started by a single call.

A small model's step has a hundred kernels of a few microseconds each, and Python needs longer to start one than the GPU
to run it. A graph works on the same memory each time: what goes in is copied to where its inputs lie, what comes out is
copied from where its outputs lie.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from .constants import kept_by_a_graph

WARM_UPS = 3
"""Calls before recording, in which libraries choose their kernels and set up their memory (torch's documentation)."""


@cache
def _pool() -> Any:
    """The memory in which the graphs of this process work. They share it: none runs beside another, and nothing is read
    from it later than just after the graph that wrote it."""
    return torch.cuda.graph_pool_handle()


class Graph:
    """`function` of tensors shaped like `example`, recorded. It must start the same kernels each time: nothing in it
    may wait for the GPU, such as `.item()`, or bring numbers from the processor."""

    def __init__(self, function: Callable[..., tuple[Tensor, ...]], example: tuple[Tensor, ...]):
        self._inputs = [tensor.clone() for tensor in example]
        ahead = torch.cuda.Stream()
        ahead.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(ahead):
            for _ in range(WARM_UPS):
                function(*self._inputs)
        torch.cuda.current_stream().wait_stream(ahead)
        self._graph = torch.cuda.CUDAGraph()
        # By default a graph could not be recorded while another thread, such as one that ends a process, uses the GPU.
        with (
            kept_by_a_graph() as self._constants,
            torch.cuda.graph(self._graph, pool=_pool(), capture_error_mode="thread_local"),
        ):
            self._outputs = function(*self._inputs)

    @torch.inference_mode()
    def __call__(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        torch._foreach_copy_(self._inputs, list(tensors))
        self._graph.replay()
        return tuple(output.clone() for output in self._outputs)
