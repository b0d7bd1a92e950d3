"""The level of noise at one time of a process, and what lies between two of them."""

from typing import Generic, NamedTuple, TypeVar

from torch import Tensor

Number = float | Tensor
N = TypeVar("N", float, Tensor)


class Level(NamedTuple, Generic[N]):
    """A moment of a process: t, a, s and the derivatives da/dt, ds/dt; floats, or tensors of one shape."""

    t: N
    a: N
    s: N
    da: N
    ds: N

    @property
    def f(self) -> N:
        """Of the SDE dx = f x dt + g dw with these marginals: f = d log a / dt."""
        return self.da / self.a

    @property
    def g2(self) -> N:
        """g^2 = d(s^2)/dt - 2 f s^2 (Kingma et al. 2021, equation 20)."""
        return 2 * self.s * (self.ds - self.s * self.f)

    @property
    def snr(self) -> N:
        return (self.a / self.s) ** 2

    @property
    def determinant(self) -> N:
        """a ds/dt - s da/dt: that of the equations x = a x0 + s eps, dx/dt = da x0 + ds eps. 1 for straight paths."""
        return self.a * self.ds - self.s * self.da


AnyLevel = Level[float] | Level[Tensor]


def transition(now: Level[float], then: Level[float]) -> tuple[float, float]:
    """Of q(x_now | x_then), then < now: the factor r and the variance beta, x_now = r x_then + sqrt(beta) eps."""
    r = now.a / then.a
    return r, max(now.s**2 - r**2 * then.s**2, 0.0)


def posterior(now: Level[float], then: Level[float]) -> tuple[float, float, float]:
    """Of q(x_then | x_now, x_0): mean = first * x_now + second * x_0, and the variance.

    DDPM, equations 6 and 7, for steps of any length and any process (Kingma et al. 2021, appendix A.2).
    """
    r, beta = transition(now, then)
    return r * then.s**2 / now.s**2, then.a * beta / now.s**2, beta * then.s**2 / now.s**2
