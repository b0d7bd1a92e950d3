"""The multiply-adds of a real training step, counted while it runs."""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry

from playground.core.registry import family
from playground.families.oadtr.networks import trn_loop
from playground.training import scan

aten, own = torch.ops.aten, torch.ops.playground
LOOPS = {
    own.scan: scan.scan._init_fn,
    own.scan_backward: scan.scan_backward._init_fn,
    own.trn_loop: trn_loop.trn_loop._init_fn,
    own.trn_loop_backward: trn_loop.trn_loop_backward._init_fn,
}
"""Loops over time that are one operation: what happens inside is counted, too."""


def _attention(products: int):
    """Of attention in one kernel: so many products of queries and keys."""
    return lambda *args, **_: 2 * products * args[products > 2].numel() * args[2 if products > 2 else 1].shape[2]


FORMULAS = {
    **flop_registry,
    aten.addmm_: flop_registry[aten.addmm],
    aten._scaled_dot_product_flash_attention_for_cpu: _attention(2),
    aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention(5),
}


class Counter(TorchDispatchMode):
    """Multiply-adds of all products of matrices, with torch's own formulas."""

    def __init__(self):
        super().__init__()
        self.total = 0.0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        packet = func._overloadpacket
        if packet in LOOPS:
            with self:
                return LOOPS[packet](*args)
        if packet not in FORMULAS:
            with self:
                parts = func.decompose(*args, **(kwargs or {}))
            if parts is not NotImplemented:
                return parts
        out = func(*args, **(kwargs or {}))
        if packet in FORMULAS:
            known = {name: value for name, value in (kwargs or {}).items() if name != "out"}
            self.total += FORMULAS[packet](*args, **known, out_val=out) / 2
        return out


def counted_work(name: str, settings: dict[str, Any], before: int = 1) -> float:
    """Multiply-adds of the step after the first `before`, with these settings, executed as written."""
    kind = family(name).load_experiment()
    run = kind(kind.Config(**{**settings, "execution": "eager"}))
    for _ in range(before):  # what a first step prepares is not counted
        run.step()
    with Counter() as counter:
        run.step()
    return counter.total
