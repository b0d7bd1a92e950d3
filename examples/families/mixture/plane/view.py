"""What is looked at of a mixture on the plane."""

import numpy as np
import torch

from playground import metrics
from playground.core.score import Score
from playground.training import batches
from playground.training.view import Current
from playground.training.view import View as BaseView

SHOWN_POINTS, JUDGED_POINTS = 300, 2000


class View(BaseView):
    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """`data` (300, 2); `mean` (k, 2), `std` (k,), `weight` (k,) of the components."""
        arrays = {
            "mean": now.model.mean,
            "std": now.model.log_std.exp(),
            "weight": torch.softmax(now.model.logits, 0),
            "data": self.fixed(self.dataset.sample, SHOWN_POINTS, "shown"),
        }
        return {name: tensor.detach().cpu().numpy().copy() for name, tensor in arrays.items()}

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """At 2,000 data that never change: `nll`, `nll_gap`, and by as many samples the sliced Wasserstein distance."""
        x = self.fixed(self.dataset.sample, JUDGED_POINTS, "judged").cpu().numpy()
        names = ("sliced_w2", "nll", "nll_gap")
        samples = self.sample(now, JUDGED_POINTS, self.config.seed)
        return metrics.evaluate(samples, self.dataset, names, self.log_prob(now, x))

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        random = batches.generator(seed, "samples")
        weights = torch.softmax(now.model.logits, 0).double().cpu().numpy()
        which = random.choice(len(weights), size=n, p=weights / weights.sum())
        mean, std = now.model.mean.cpu().numpy()[which], now.model.log_std.exp().cpu().numpy()[which]
        return mean + std[:, None] * random.standard_normal((n, 2), np.float32)

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        return now.model(self.tensor(x)).cpu().numpy()
