"""What an experiment on the plane looks at: the density of its cells, points on their way into them."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.errors import UserError
from playground.data.plane.distribution import Distribution
from playground.training import batches

from .config import AutoregressiveConfig
from .nets.bins import Bins
from .plane_panels import NO_ANSWER

SHOWN, JUDGED = 400, 2000
"""How many points a picture has, of data and of samples; how many are judged."""
LEAST = -1e6
"""Log densities count as no less."""


def reach(data: Distribution) -> float:
    """Half the side of the square that is cut into cells: all but a hundred-millionth of the data lies in it."""
    return float(data.reach)


class Plane:
    """Points of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: AutoregressiveConfig, data: Distribution, device: torch.device):
        self._config, self._data, self._device = config, data, device
        self._reach = reach(data)
        self._u = self._tensor(batches.uniform(2, 0.0)(SHOWN, batches.generator(config.seed, "shown")))
        self._real = data.sample(SHOWN, batches.generator(config.seed, "shown data"))
        self._judged_u = self._tensor(batches.uniform(2, 0.0)(JUDGED, batches.generator(config.seed, "judged")))
        self._judged = data.sample(JUDGED, batches.generator(config.seed, "judged data"))

    def snapshot(self, net: Bins) -> dict[str, np.ndarray]:
        """Arrays: `points` (3, 400, 2) random numbers that never change, all over the square; with x1 drawn; with both;
        `data` (400, 2); `first` (bins,) log density of x1, `log_p` (bins, bins) of both, row 0 the lowest x2. The large
        ones in half precision.
        """
        with torch.no_grad():
            end = drawn(net, self._u, self._reach)
        start = (2 * self._u - 1) * self._reach
        middle = torch.stack([end[:, 0], start[:, 1]], 1)
        first, both = self._table(net)
        points = torch.stack([start, middle, end])
        return {
            "points": points.half().cpu().numpy(),
            "data": self._real.astype(np.float16),
            "first": first,
            "log_p": np.maximum(both, -60).astype(np.float16),
        }

    def _table(self, net: Bins) -> tuple[np.ndarray, np.ndarray]:
        """Log density of x1's bins (bins,), and of all cells (bins, bins), row 0 the lowest x2; float32."""
        side = math.log(2 * self._reach / net.bins)
        with torch.no_grad():
            first = net.axis()
            both = (first[:, None] + net.given(torch.eye(net.bins, device=first.device))).t()
        return (first - side).cpu().numpy(), (both - 2 * side).cpu().numpy()

    def evaluate(self, net: Bins, thorough: bool) -> dict[str, metrics.Score]:
        """Likelihood and distance at 2,000 data points that never change; `thorough`: 2,000 fresh ones and as many
        samples, by every metric."""
        seed, data = self._config.seed, self._data
        x = data.sample(JUDGED, batches.generator(seed, "fresh data")) if thorough else self._judged
        if thorough:
            samples = self.sample(net, JUDGED, seed)
        else:
            with torch.no_grad():
                samples = drawn(net, self._judged_u, self._reach).cpu().numpy()
        names = None if thorough else ("nll", "nll_gap", "sliced_w2")
        return metrics.evaluate(samples, data, names, self.log_prob(net, x))

    def log_prob(self, net: Bins, x: np.ndarray) -> np.ndarray:
        """Log density in nats at points (n, 2): (n,); outside of the square it is nothing."""
        points = self._tensor(x)
        with torch.no_grad():
            log_p = net(points, torch.tensor(self._reach, device=self._device)).clamp_min(LEAST).cpu().numpy()
        return np.where((np.abs(x) <= self._reach).all(1), log_p, LEAST)

    def sample(self, net: Bins, n: int, seed: int) -> np.ndarray:
        """`n` fresh points (n, 2) float32, uniform within their cells."""
        u = self._tensor(batches.uniform(2, 0.0)(n, batches.generator(seed, "samples")))
        with torch.no_grad():
            return torch.cat([drawn(net, part, self._reach) for part in u.split(20_000)]).cpu().numpy()

    def respond(self, net: Bins, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """What the panels of the plane ask: `cells` -> the log densities of all cells."""
        if set(question) - {"cells", "slice"} or len(question) != 1:
            raise UserError(NO_ANSWER, names="cells, slice")
        first, both = self._table(net)
        return {"first": first, "log_p": both}

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self._device)


def drawn(net: Bins, u: Tensor, reach: float) -> Tensor:
    """Points (n, 2) of uniform numbers u (n, 2): a cell for x1, then one for x2 given it, and a place within each, all
    by
    the inverse of the summed-up chances."""
    numbers = torch.arange(net.bins, device=u.device)
    first, at = _inverse(net.axis().expand(len(u), -1), u[:, 0])
    second, above = _inverse(net.given((first[:, None] == numbers).to(u)), u[:, 1])
    place = torch.stack([first + at, second + above], 1) / net.bins  # in [0, 1]
    return (2 * place - 1) * reach


def _inverse(log_p: Tensor, u: Tensor) -> tuple[Tensor, Tensor]:
    """The bin (n,) in whose share of the summed-up chances (n, bins) a uniform number lies, and where in it (n,)."""
    p = log_p.exp()
    sums = p.cumsum(1)
    u = u * sums[:, -1]
    number = torch.searchsorted(sums, u[:, None].contiguous(), right=True).clamp_max(p.shape[1] - 1)  # (n, 1)
    share = p.gather(1, number).squeeze(1)
    into = (u - (sums.gather(1, number).squeeze(1) - share)) / share.clamp_min(1e-12)
    return number.squeeze(1), into.clamp(0, 1)
