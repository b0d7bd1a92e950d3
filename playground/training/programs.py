"""What is prepared for the structure of a model, and kept: a reset, another seed or a rewind does not wait for it."""

from functools import lru_cache
from typing import Any

import torch

from playground.core.registry import FAMILIES, step_size

from .in_a_row import in_a_row, numbered
from .learner import Program, Tensors, prepare, settled
from .recipe import Recipe

LARGE_WORK, LARGE_NUMBERS = 1e9, 2e7
"""A step that is larger, in multiply-adds or in numbers that it holds, is executed as written: what tracing saves for
each operation is little beside it, while to record it takes the time of several steps, and several times its memory."""


def is_large(structure: Any) -> bool:
    """Whether a step of this structure is too large to be recorded."""
    of = next((family for family in FAMILIES.values() if family.Config is type(structure)), None)
    size = None if of is None else step_size(of, structure)
    return size is not None and (size.work >= LARGE_WORK or size.numbers >= LARGE_NUMBERS)


@lru_cache(maxsize=64)
def objective(kind: type[Recipe], structure: Any) -> Any:
    return kind.make_objective(structure)


@lru_cache(maxsize=64)
def inference_model(kind: type[Recipe], structure: Any, device: torch.device, other: bool = False) -> Any:
    """A network to look at, whose weights are copied from an experiment before every look."""
    with torch.device(device):
        return objective(kind, structure).model().requires_grad_(False)


@lru_cache(maxsize=64)
def execution(kind: type[Recipe], structure: Any, device: torch.device) -> str:
    """How steps of this structure are executed on this device."""
    found = kind.execution_of(structure, settled(structure.execution, device))
    return "eager" if found == "traced" and is_large(structure) else found  # the same to the bit


@lru_cache(maxsize=64)
def program(kind: type[Recipe], structure: Any, move: str, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    state, settings, batch = _example(kind, structure, device)
    return prepare(
        getattr(objective(kind, structure), move), (state, settings, batch), execution(kind, structure, device)
    )


@lru_cache(maxsize=64)
def several(kind: type[Recipe], structure: Any, moves: tuple[str, ...], steps: int, device: torch.device) -> Program:
    """Steps in a row, each made of these updates, prepared and kept as well: see `in_a_row`."""
    state, settings, batch = _example(kind, structure, device)
    updates = [getattr(objective(kind, structure), move) for move in moves]
    example = state, settings, numbered([batch] * (steps * len(moves)))
    return prepare(in_a_row(updates, steps), example, execution(kind, structure, device))


def forget_programs() -> None:
    """Give back what is kept for the next run with such settings."""
    for kept in (objective, inference_model, execution, program, several):
        kept.cache_clear()


def _example(kind: type[Recipe], structure: Any, device: torch.device) -> tuple[Tensors, Tensors, Tensors]:
    """State, settings and batch of an update."""
    batch = {name: stream[0] for name, stream in kind.batch_streams(structure, device).items()}
    start = objective(kind, structure).init_state(batch, torch.Generator().manual_seed(0))
    state = {name: tensor.to(device) for name, tensor in start.items()}
    return state, {name: torch.tensor(0.1, device=device) for name in kind.TENSORS}, batch
