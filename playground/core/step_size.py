"""What one training step, or one picture, consists of, known from the settings alone."""

from typing import NamedTuple


class StepSize(NamedTuple):
    """Of one step or picture; an upper bound where it depends on the data."""

    work: float
    """Multiply-adds in products of matrices."""
    numbers: float
    """About how many numbers it holds at a time, most of them for the gradients."""
    operations: float
    """About how many operations on tensors it is."""
