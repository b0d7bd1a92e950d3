"""What is computed of a model of the plane: the density of its cells, points on their way into them."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution
from playground.training import batches

from ..config import AutoregressiveConfig
from ..networks.bins import Bins
from .panel_data import Context, respond

SHOWN_COUNT, EVALUATION_COUNT = 400, 2000
"""Points of a frame, of data and of samples; points on which scores are computed."""
MAX_SAMPLES_AT_ONCE = 20_000
MIN_LOG_DENSITY = -1e6
"""Log densities count as no less."""
MIN_SHOWN_LOG_DENSITY = -60


class PlaneView:
    """Points of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: AutoregressiveConfig, data: Distribution, device: torch.device):
        self._config, self._data, self._device = config, data, device
        self._reach, uniform = float(data.reach), batches.uniform(2, 0.0)
        self._u = self._tensor(uniform(SHOWN_COUNT, batches.generator(config.seed, "shown")))
        self._real = data.sample(SHOWN_COUNT, batches.generator(config.seed, "shown data"))
        self._scored_u = self._tensor(uniform(EVALUATION_COUNT, batches.generator(config.seed, "judged")))
        self._scored = data.sample(EVALUATION_COUNT, batches.generator(config.seed, "judged data"))

    def snapshot(self, net: Bins) -> dict[str, np.ndarray]:
        """Arrays: `points` (3, 400, 2) random numbers that never change, all over the square; with x1 sampled; with
        both; `data` (400, 2); `first` (bins,) log density of x1, `log_p` (bins, bins) of both, row 0 the lowest x2. The
        large ones in half precision.
        """
        with torch.no_grad():
            end = net.sample(self._u, self._reach)
            first, both = net.log_densities(self._reach)
        start = (2 * self._u - 1) * self._reach
        middle = torch.stack([end[:, 0], start[:, 1]], 1)
        return {
            "points": torch.stack([start, middle, end]).half().cpu().numpy(),
            "data": self._real.astype(np.float16),
            "first": first.cpu().numpy(),
            "log_p": np.maximum(both.cpu().numpy(), MIN_SHOWN_LOG_DENSITY).astype(np.float16),
        }

    def evaluate(self, net: Bins, thorough: bool) -> dict[str, metrics.Score]:
        """Likelihood and distance at 2,000 data points that never change; `thorough`: at 2,000 fresh ones and as many
        samples, by every metric."""
        seed, data = self._config.seed, self._data
        x = data.sample(EVALUATION_COUNT, batches.generator(seed, "fresh data")) if thorough else self._scored
        if thorough:
            samples = self.sample(net, EVALUATION_COUNT, seed)
        else:
            with torch.no_grad():
                samples = net.sample(self._scored_u, self._reach).cpu().numpy()
        names = None if thorough else ("nll", "nll_gap", "sliced_w2")
        return metrics.evaluate(samples, data, names, self.log_prob(net, x))

    def log_prob(self, net: Bins, x: np.ndarray) -> np.ndarray:
        """Log density in nats at points (n, 2): (n,); the least there is outside of the square."""
        points = self._tensor(x)
        with torch.no_grad():
            log_p = net(points, torch.tensor(self._reach, device=self._device)).clamp_min(MIN_LOG_DENSITY)
        return np.where((np.abs(x) <= self._reach).all(1), log_p.cpu().numpy(), MIN_LOG_DENSITY)

    def sample(self, net: Bins, n: int, seed: int) -> np.ndarray:
        """`n` fresh points (n, 2) float32, uniform within their cells."""
        u = self._tensor(batches.uniform(2, 0.0)(n, batches.generator(seed, "samples")))
        with torch.no_grad():
            return torch.cat([net.sample(part, self._reach) for part in u.split(MAX_SAMPLES_AT_ONCE)]).cpu().numpy()

    def respond(self, net: Bins, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The dials of a panel, by its name -> the arrays that its drawing takes."""
        return respond(question, Context(net, self._reach))

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self._device)
