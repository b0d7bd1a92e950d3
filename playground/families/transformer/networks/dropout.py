"""Dropout with its random numbers as an argument (Srivastava et al. 2014)."""

from torch import Tensor


class Dropout:
    """Sets numbers to 0 with probability `rate` and scales up the others, so that the mean stays.

    `u` (sites, n, length, width) uniform on [0, 1): each call takes the next site. Without `u` nothing is dropped, as
    when a model is looked at.
    """

    def __init__(self, rate: float = 0.0, u: Tensor | None = None):
        self.rate, self._sites = rate, iter(()) if u is None else iter(u.unbind(0))
        self.active = u is not None and rate > 0

    def __call__(self, x: Tensor) -> Tensor:  # (n, length, width) -> (n, length, width)
        if not self.active:
            return x
        kept = next(self._sites)[:, : x.shape[1], : x.shape[2]] >= self.rate
        return x * kept / (1 - self.rate)


KEEP = Dropout()
"""Nothing is dropped."""
