"""Snapshots and scores of a VAE on the plane."""

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution
from playground.training import batches
from playground.training.view import Current, half_precision
from playground.training.view import View as BaseView

from .. import bounds
from ..config import VaeConfig
from ..context import Context
from ..model import kl
from ..sampling import active_dimensions, drawn, send
from ..training_data import training_data
from .code_plane import CodePlane
from .densities import FrameDensities

SHOWN_SAMPLES, OUTLINE_COUNT = 300, 40
"""Numbers of data and samples shown, and of posteriors outlined."""
SCORED_SAMPLES, EXACT_SAMPLES = 2000, 300
"""Numbers of data scored, live and at the end; of those with an exact likelihood while live."""
QUADRATURE_NODES = {1: (401, 4001), 2: (81, 241)}
"""Quadrature nodes along each latent dimension, by number of dimensions: live, and at the end."""
FINAL_DRAWS, IWAE_CODES = 8, (50, 1000)
"""Codes drawn for the final ELBO; numbers of codes K of the importance-weighted bounds."""
IWAE_SAMPLES = 500
"""Number of data with importance-weighted bounds at the end."""


class View(BaseView):
    """The fixed data and noise with which one experiment is shown and scored; they depend on the settings only."""

    def __init__(self, config: VaeConfig, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        self._latent = config.latent
        self.data = self.fixed(dataset.sample, SHOWN_SAMPLES, "shown data")
        self._noise = self.fixed(batches.gaussian(config.latent), SHOWN_SAMPLES, "shown noise")
        self._u = self.fixed(batches.uniform(2, 0.0), SHOWN_SAMPLES, "shown u")
        self._scored = self.fixed(dataset.sample, SCORED_SAMPLES, "judged data")
        self._eps = self.fixed(batches.gaussian(config.latent), SCORED_SAMPLES, "judged codes").unsqueeze(0)
        self._scored_noise = self.fixed(batches.gaussian(config.latent), SCORED_SAMPLES, "judged noise")
        self._scored_u = self.fixed(batches.uniform(2, 0.0), SCORED_SAMPLES, "judged u")
        self._densities = FrameDensities(dataset.bounds, self._scored_noise)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays. Codes are shown along the two latent dimensions `chosen` (2,) with the largest KL (one-dimensional
        codes on a band): `data` (300, 2) and their reconstructions `back` (300, 2); `means`, `stds` (300, 2) of their
        posteriors; `outline` (40, 25, 2), two standard deviations around the first means, and its decoding `decoded`
        (40, 25, 2); `grid` (17, 17, 2), or (1, 161, 2), codes with equal prior mass per cell, and its decoding `woven`;
        `noise` (300, 2) and `samples` (300, 2); `aggregate` and `density` (37, 37), the aggregate posterior and the
        model's density, row 0 the lowest; `scale` (), mean standard deviation of the decoder; `kls` (latent,), mean KL
        of each dimension; `parts` (3,), reconstruction, KL and -ELBO of the scored data. Large arrays are in half
        precision.
        """
        vae = now.model
        with torch.no_grad():
            mean, log_std = vae.encode(self.data)
            rates = kl(mean, log_std).mean(0)
            plane = CodePlane(rates)
            loc, scale = vae.decoder(mean)
            outline, decoded = plane.outlines(vae, mean[:OUTLINE_COUNT], log_std[:OUTLINE_COUNT].exp())
            grid, woven = plane.grid(vae)
            cost, rate = bounds.parts(vae, self._scored, self._eps)
            flat, stds = plane.flat(mean), plane.widths(log_std.exp())
            large = {
                "data": self.data,
                "back": loc,
                "means": flat,
                "stds": stds,
                "outline": outline,
                "decoded": decoded,
                "grid": grid,
                "woven": woven,
                "noise": plane.flat(self._noise),
                "samples": vae.generate(self._noise, self._u),
                "density": self._densities.model(vae),
                "aggregate": self._densities.codes(flat, stds),
            }
            parts = torch.stack([cost.mean(), rate.mean(), (cost + rate).mean()])
        return {
            "chosen": np.array(plane.chosen, np.float32),
            "kls": rates.cpu().numpy(),
            "parts": parts.cpu().numpy(),
            "scale": np.array(float(scale.mean()), np.float32),
            **{name: half_precision(tensor) for name, tensor in large.items()},
        }

    def evaluate(self, now: Current, thorough: bool) -> dict[str, metrics.Score]:
        """Scores on 2,000 fixed data points and as many samples: `elbo` (-ELBO in nats), the distance, and with one or
        two latent dimensions the exact likelihood of 300 of them by quadrature. `thorough`: on fresh data, all metrics,
        the importance-weighted bounds, the terms of the ELBO and the number of active dimensions.
        """
        vae, data, x, eps = now.model, self.dataset, self._scored, self._eps
        if thorough:
            x = self.fixed(self.dataset.sample, SCORED_SAMPLES, "fresh data")
            eps = self.fixed(batches.gaussian(self._latent), FINAL_DRAWS * SCORED_SAMPLES, "fresh codes").unflatten(
                0, (FINAL_DRAWS, -1)
            )
        cost, rate = bounds.parts(vae, x, eps)
        exact = None
        if self._latent in QUADRATURE_NODES:
            nodes = QUADRATURE_NODES[self._latent][thorough]
            exact = bounds.exact(vae, x if thorough else x[:EXACT_SAMPLES], nodes).cpu().numpy()
        if not thorough:
            with torch.no_grad():
                samples = vae.generate(self._scored_noise, self._scored_u).cpu().numpy()
            scores = metrics.evaluate(samples, data, ("sliced_w2",))
            if exact is not None:
                scores |= metrics.likelihood(exact, x[:EXACT_SAMPLES].cpu().numpy(), data)
            return scores | {"elbo": self._bound(-cost - rate, x)}
        scores = metrics.evaluate(drawn(vae, SCORED_SAMPLES, self.config.seed, self.device), data)
        if exact is not None:
            scores |= metrics.likelihood(exact, x.cpu().numpy(), data)
        random = torch.Generator().manual_seed(self.config.seed)
        for count in IWAE_CODES:
            scores[f"iwae{count}"] = self._bound(bounds.iwae(vae, x[:IWAE_SAMPLES], count, random), x[:IWAE_SAMPLES])
        unknown = [float("nan")] * 3
        with torch.no_grad():
            mean, _ = vae.encode(x)
        whole, kl_mean = self._bound(-cost - rate, x), float(rate.mean())
        return scores | {
            "elbo": whole,
            "reconstruction": metrics.Score(whole.value - kl_mean, *unknown),  # with the same control variate
            "kl": metrics.Score(kl_mean, *unknown),
            "active": metrics.Score(active_dimensions(mean), *unknown),
        }

    def _bound(self, log_p: Tensor, x: Tensor) -> metrics.Score:
        """The negative mean of a bound on log p at data x, with the entropy as its floor."""
        return metrics.likelihood(log_p.cpu().numpy(), x.cpu().numpy(), self.dataset)["nll"]

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """Log densities in nats (n,) at points (n, 2): exact with one or two latent dimensions, else lower bounds."""
        points = torch.from_numpy(np.asarray(x, np.float32)).to(self.device)
        if self._latent in QUADRATURE_NODES:
            return bounds.exact(now.model, points, QUADRATURE_NODES[self._latent][True]).cpu().numpy()
        random = torch.Generator().manual_seed(self.config.seed)
        return bounds.iwae(now.model, points, IWAE_CODES[-1], random).cpu().numpy()

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32."""
        return drawn(now.model, n, seed, self.device)

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, training_data(now.config), self.device)

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        return send(now.model, z, self.device)
