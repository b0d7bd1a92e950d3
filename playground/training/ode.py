"""Differential equations solved with steps of the solver's own choice, and never with more than a number of them."""

from collections.abc import Callable
from typing import Any

from torch import Tensor
from torchdiffeq import odeint

from playground.core.errors import Stiff
from playground.core.i18n import N_

STIFF = N_(
    "The solver needs more than {most} evaluations of the velocity, which has become too steep to follow. Use a "
    "lower learning rate, or a solver or sampler with steps of fixed length, such as RK4 or Heun."
)
MOST_EVALUATIONS = 600
"""In one solution. Flows that are trained well need 30 to 130; each evaluation of a training step is kept in memory
for its gradient, and where the velocity has become steep, a solver may ask for thousands in a single step."""


def solve_adaptively(
    slope: Callable[[Tensor, Any], Any],
    start: Any,
    times: Tensor,
    *,
    tolerance: float,
    most: int = MOST_EVALUATIONS,
    method: str = "dopri5",
    options: dict[str, Any] | None = None,
) -> Any:
    """torchdiffeq's `odeint`, whose absolute and relative tolerance are the same; `Stiff` where it would need more than
    `most` evaluations of the slope, or steps too small for the precision of the numbers."""
    calls = 0

    def counted(t: Tensor, state: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > most:
            raise Stiff(STIFF, most=most)
        return slope(t, state)

    state = start[0] if isinstance(start, tuple) else start
    # Apple's GPUs have no double precision, in which the solver otherwise keeps its times.
    precision = {} if state.device.type in ("cpu", "cuda") else {"dtype": state.dtype}
    options = {**(options or {}), **precision}
    times = times.to(state.device, precision.get("dtype", times.dtype))
    try:
        return odeint(counted, start, times, rtol=tolerance, atol=tolerance, method=method, options=options)
    except AssertionError as error:  # an underflow of the step, or a state that is not finite
        raise Stiff(STIFF, most=most) from error
