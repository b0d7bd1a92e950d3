"""What is computed of a model of the plane: the density of its cells, points on their way into them."""

import numpy as np
import torch

from playground import metrics
from playground.core.config import Config
from playground.data.plane.distribution import Distribution
from playground.training import batches, view
from playground.training.view import Current

from .panel_data.context import Context

SHOWN_COUNT, EVALUATION_COUNT = 400, 2000
"""Points of a frame, of data and of samples; points on which scores are computed."""
MAX_SAMPLES_AT_ONCE = 20_000
MIN_LOG_DENSITY = -1e6
"""Log densities count as no less."""
MIN_SHOWN_LOG_DENSITY = -60


class View(view.View):
    """Points of one experiment; all of it is decided by the settings and never changes."""

    dataset: Distribution

    def __init__(self, config: Config, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        self._reach, uniform = float(dataset.reach), batches.uniform(2, 0.0)
        self._u = self.fixed(uniform, SHOWN_COUNT, "shown")
        self._real = dataset.sample(SHOWN_COUNT, batches.generator(config.seed, "shown data"))
        self._scored_u = self.fixed(uniform, EVALUATION_COUNT, "judged")
        self._scored = dataset.sample(EVALUATION_COUNT, batches.generator(config.seed, "judged data"))

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays: `points` (3, 400, 2) random numbers that never change, all over the square; with x1 sampled; with
        both; `data` (400, 2); `first` (bins,) log density of x1, `log_p` (bins, bins) of both, row 0 the lowest x2. The
        large ones in half precision.
        """
        net = now.model
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

    def evaluate(self, now: Current, thorough: bool) -> dict[str, metrics.Score]:
        """Likelihood and distance at 2,000 data points that never change; `thorough`: at 2,000 fresh ones and as many
        samples, by every metric."""
        seed, data = self.config.seed, self.dataset
        if thorough:
            x = data.sample(EVALUATION_COUNT, batches.generator(seed, "fresh data"))
            found = metrics.evaluate(self.sample(now, EVALUATION_COUNT, seed), data)
            return found | metrics.likelihood(self.log_prob(now, x), x, data)
        with torch.no_grad():
            samples = now.model.sample(self._scored_u, self._reach).cpu().numpy()
        found = metrics.evaluate(samples, data, ("sliced_w2",))
        return found | metrics.likelihood(self.log_prob(now, self._scored), self._scored, data)

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """Log density in nats at points (n, 2): (n,); the least there is outside of the square."""
        reach = torch.tensor(self._reach, device=self.device)
        with torch.no_grad():
            log_p = now.model(self.tensor(x), reach).clamp_min(MIN_LOG_DENSITY).cpu().numpy()
        return np.where((np.abs(x) <= self._reach).all(1), log_p, MIN_LOG_DENSITY)

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh points (n, 2) float32, uniform within their cells."""
        u = self.tensor(batches.uniform(2, 0.0)(n, batches.generator(seed, "samples")))
        with torch.no_grad():
            parts = [now.model.sample(part, self._reach) for part in u.split(MAX_SAMPLES_AT_ONCE)]
        return torch.cat(parts).cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(now.model, self._reach)
