"""Monotone rational-quadratic splines (Durkan et al. 2019, Neural spline flows; Gregory and Delbourgo 1982)."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from .monotone import soft_bound, sum_dims


class Spline:
    """`bins` pieces between -bound and bound, the identity outside (ibidem, section 3.1, "linear tails").

    Parameters per dimension: the sizes of the bins, first all widths, then all heights, through a softmax; then
    the logs of the slopes at the inner knots. All stay within a factor of about 1000, as in zuko.
    With all parameters 0 it is the identity.
    """

    def __init__(self, bins: int, bound: float):
        self.bins, self.bound, self.count = bins, bound, 3 * bins - 1

    def __call__(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        inside, y0, (x_k, y_k, w, h, d_0, d_1) = self._piece(y, parameters, 0)
        s = h / w
        xi = (y0 - x_k) / w  # ibidem, equation 1; (n, d) as everything here
        bend = xi * (1 - xi)
        curve = d_0 + d_1 - 2 * s
        below = torch.addcmul(s, curve, bend)
        value = y_k + h * (s * xi.square() + d_0 * bend) / below  # ibidem, equation 4
        return torch.where(inside, value, y), sum_dims(
            torch.where(inside, _log_slope(s, xi, bend, d_0, d_1, below), 0.0)
        )

    def inverse(self, y: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
        inside, y0, (x_k, y_k, w, h, d_0, d_1) = self._piece(y, parameters, 1)
        s = h / w
        curve = d_0 + d_1 - 2 * s
        up = y0 - y_k
        a = h * (s - d_0) + up * curve  # ibidem, equations 6 to 8
        b = h * d_0 - up * curve
        c = -s * up
        xi = 2 * c / (-b - (b.square() - 4 * a * c).clamp_min(0).sqrt())  # the form without cancellation
        bend = xi * (1 - xi)
        slope = _log_slope(s, xi, bend, d_0, d_1, torch.addcmul(s, curve, bend))
        return torch.where(inside, xi * w + x_k, y), -sum_dims(torch.where(inside, slope, 0.0))

    def _piece(self, y: Tensor, parameters: Tensor, axis: int) -> tuple[Tensor, Tensor, tuple[Tensor, ...]]:
        """Whether y (n, d) is inside, y clamped to the border, and of the bin that holds it (axis 0: as x, 1: as y):
        left knot, lower knot, width, height, slope on the left, slope on the right; all (n, d)."""
        k, bound = self.bins, self.bound
        sizes, slopes = parameters.split((2 * k, k - 1), 2)
        sizes = soft_bound(sizes, math.log(1000) / 2).view(*y.shape, 2, k).softmax(3) * (
            2 * bound
        )  # widths and heights
        ends = sizes.cumsum(3) - bound  # (n, d, 2, bins)
        slopes = soft_bound(slopes).exp().unsqueeze(2)  # (n, d, 1, bins - 1)
        table = torch.cat((ends - sizes, sizes, F.pad(slopes, (1, 0), value=1.0), F.pad(slopes, (0, 1), value=1.0)), 2)
        clamped = y.clamp(-bound, bound)
        place = (ends[:, :, axis, :-1] < clamped.unsqueeze(2)).sum(2)  # (n, d)
        found = table.gather(3, place[:, :, None, None].expand(-1, -1, 6, 1)).squeeze(3)  # (n, d, 6)
        return y.abs() < bound, clamped, found.unbind(2)


def _log_slope(s: Tensor, xi: Tensor, bend: Tensor, d_0: Tensor, d_1: Tensor, below: Tensor) -> Tensor:
    """Ibidem, equation 5, in logs."""
    above = 2 * s * bend + d_0 * (1 - xi).square() + d_1 * xi.square()
    return above.log() + 2 * (s / below).log()
