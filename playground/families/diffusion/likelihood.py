"""log p by the probability-flow ODE: density and points are integrated together (Song et al. 2021, equation 39)."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import torch
from torch import Tensor

from playground.training.ode import solve_adaptively

from .levels import Level
from .predictions import velocity
from .processes import Process
from .samplers.field import Field

Divergence = Callable[[Callable[[Tensor], Tensor], Tensor], tuple[Tensor, Tensor]]
"""(v, x) -> v(x) (n, d) and its divergence (n,)."""

FIXED_STEP_METHODS = ("euler", "midpoint", "rk4")
"""torchdiffeq's methods with fixed steps."""
MOST_EVALUATIONS = 5000
"""For a likelihood: no gradients are kept on the way, and narrow modes need many."""


class Likelihood(NamedTuple):
    log_prob: Tensor
    """Nats (n,)."""
    noise: Tensor
    """The noise (n, d) that the points come from: standard normal, if the field is exact."""
    nfe: int


def log_likelihood(
    field: Field,
    process: Process,
    x: Tensor,
    *,
    probe: Tensor | None = None,
    tolerance: float = 1e-5,
    method: str = "dopri5",
    steps: int = 100,
    begin: float | None = None,
) -> Likelihood:
    """Log density at `x` (n, d) of the samples that the ODE makes of noise.

    With the exact trace, d backward passes a call, or with Hutchinson's estimate from one `probe` (n, d) of
    signs, fixed along the path (FFJORD, section 3.2): unbiased, but noisy. `method` and `tolerance` are
    torchdiffeq's; methods with fixed steps take `steps` of them.

    At time 0 most processes are singular: integration starts at `begin`, by default the earliest training time, with
    x scaled by the signal there; the little noise at that time is neglected.
    """
    divergence = exact_divergence if probe is None else hutchinson(probe)
    calls, end = 0, process.span[1]
    begin = process.span[0] if begin is None else begin

    def slope(t: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        nonlocal calls
        calls += 1
        level = process.level(min(max(float(t), begin), end))  # torchdiffeq also tries times outside
        return divergence(lambda x: velocity(*field(x, level), level), state[0])

    span = torch.tensor([begin, end], dtype=torch.float64)
    options = {"step_size": (end - begin) / steps} if method in FIXED_STEP_METHODS else {"step_t": span[1:]}
    signal = process.level(begin).a
    with torch.no_grad():
        start = (signal * x, torch.full_like(x[:, 0], x.shape[1] * math.log(signal)))
        end_points, log_det = (
            part[-1]
            for part in solve_adaptively(
                slope, start, span, tolerance=tolerance, most=MOST_EVALUATIONS, method=method, options=options
            )
        )
    noise = end_points / process.prior_std
    prior = -0.5 * (noise**2).sum(1) - x.shape[1] * math.log(math.sqrt(2 * math.pi) * process.prior_std)
    return Likelihood(prior + log_det, noise, calls)


def chain_bound(field: Field, process: Process, x: Tensor, noise: Tensor, spread: float, **more: Any) -> Tensor:
    """A lower bound of log p (n,) at `x` (n, d) for a chain, whose field knows no times below its first step 1 / T.

    log p(x) >= E[log p(x_t) + log p(x | x_t) - log q(x_t | x)] at t = 1 / T, with one draw x_t = a x + s noise for each
    point (n, d): the first is the probability flow's, the second a Gaussian of size `spread` around the predicted data,
    DDPM's last step (Ho et al. 2020, equation 5). Without it, the density at x would be that of data in which the noise
    of the first step is left: on narrow modes, where this noise is as wide as the data, nats too low.
    """
    level, dim = process.level(process.span[0]), x.shape[1]
    log_p = log_likelihood(field, process, x + level.s / level.a * noise, **more).log_prob
    return log_p - dim * math.log(level.a) + last_step(field, level, x, noise, spread)


@torch.no_grad()
def last_step(field: Field, level: Level, x: Tensor, noise: Tensor, spread: float) -> Tensor:
    """log p(x | x_t) - log q(x_t | x) of x_t = a x + s noise: (n,)."""
    x0, _ = field(level.a * x + level.s * noise, level)
    away = ((x - x0) / spread).square().sum(1)
    return 0.5 * (noise.square().sum(1) - away) + x.shape[1] * math.log(level.s / spread)


@torch.no_grad()
def spread_of(field: Field, level: Level, x: Tensor, noise: Tensor) -> float:
    """The size of the Gaussian that fits the last step best: of the errors of the predicted data."""
    x0, _ = field(level.a * x + level.s * noise, level)
    return max(float((x - x0).square().mean()) ** 0.5, 1e-6)


def exact_divergence(v: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
    """The trace of the Jacobian, row by row."""
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        value = v(x)
        parts = (torch.autograd.grad(value[:, i].sum(), x, retain_graph=True)[0][:, i] for i in range(x.shape[1]))
        trace = sum(parts, value.new_zeros(len(x)))
    return value.detach(), trace


def hutchinson(probe: Tensor) -> Divergence:
    """probe^T J probe, whose mean over random signs is the trace (Hutchinson 1990)."""

    def divergence(v: Callable[[Tensor], Tensor], x: Tensor) -> tuple[Tensor, Tensor]:
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            value = v(x)
            (product,) = torch.autograd.grad((value * probe).sum(), x)
        return value.detach(), (product * probe).sum(1)

    return divergence
