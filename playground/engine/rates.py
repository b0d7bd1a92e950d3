"""How fast a worker's device is, in three figures that say what a training step takes."""

import time
from collections.abc import Callable
from typing import NamedTuple

PRODUCT_SIDE, NUMBERS, SMALL_REPEATS, REPEATS = 512, 2**20, 200, 5


class Rates(NamedTuple):
    """Of one device with one thread."""

    products: float
    """Multiply-adds a second in large products of matrices."""
    numbers: float
    """Numbers a second that an operation on each number of a large tensor goes through."""
    operation: float
    """Seconds of an operation on a small tensor."""


USUAL = Rates(2.5e10, 3e9, 2e-6)
"""Of a core of a small public machine: until a worker was measured."""


def measure_rates() -> Rates:
    """The rates of this process: a few hundredths of a second."""
    import torch  # in a worker: the server has no torch

    from playground.training.learner import device

    place = device("auto")
    a = torch.randn(PRODUCT_SIDE, PRODUCT_SIDE, device=place)
    long, short = torch.randn(NUMBERS, device=place), torch.randn(16, device=place)

    def wait() -> None:
        if place.type == "cuda":
            torch.cuda.synchronize()

    def seconds(repeat: int, operation: Callable[[], object]) -> float:
        operation()
        found = []
        for _ in range(REPEATS):
            wait()
            began = time.perf_counter()
            for _ in range(repeat):
                operation()
            wait()
            found.append((time.perf_counter() - began) / repeat)
        return min(found)  # others compute beside it

    with torch.inference_mode():
        return Rates(
            products=PRODUCT_SIDE**3 / seconds(1, lambda: a @ a),
            numbers=NUMBERS / seconds(1, lambda: long * long),
            operation=seconds(SMALL_REPEATS, lambda: short + short),
        )
