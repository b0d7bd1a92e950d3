"""What an experiment on the plane looks at: data on their way through the code, how good it is."""

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
from ..source import source
from .code_plane import CodePlane
from .densities import FrameDensities

SHOWN, OUTLINED = 300, 40
"""Data and samples on the picture; posteriors that are outlined."""
JUDGED, WEIGHED = 2000, 300
"""Data that are judged, live and at the end; those whose exact likelihood is worked out live."""
NODES = {1: (401, 4001), 2: (81, 241)}
"""Of the quadrature along each dimension of the code: live, and at the end."""
DRAWS, KS = 8, (50, 1000)
"""Draws of the code at the end, and sizes of the importance-weighted bound."""
WEIGHTED = 500
"""Data whose importance-weighted bounds are worked out at the end."""


class View(BaseView):
    """Points and places of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: VaeConfig, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        self._latent = config.latent
        self.data = self.fixed(dataset.sample, SHOWN, "shown data")
        self._noise = self.fixed(batches.gaussian(config.latent), SHOWN, "shown noise")
        self._u = self.fixed(batches.uniform(2, 0.0), SHOWN, "shown u")
        self._judged = self.fixed(dataset.sample, JUDGED, "judged data")
        self._eps = self.fixed(batches.gaussian(config.latent), JUDGED, "judged codes").unsqueeze(0)
        self._judged_noise = self.fixed(batches.gaussian(config.latent), JUDGED, "judged noise")
        self._judged_u = self.fixed(batches.uniform(2, 0.0), JUDGED, "judged u")
        self._densities = FrameDensities(dataset.bounds, self._judged_noise)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays; of codes the two dimensions `chosen` (2,) with the most KL (of one number: itself, and a band):
        `data` (300, 2) and `back` (300, 2), their reconstructions; `means`, `stds` (300, 2) of their posteriors;
        `outline` (40, 25, 2) two standard deviations around the first, and `decoded` (40, 25, 2) what becomes of that;
        `grid` (17, 17, 2), or (1, 161, 2), codes of equal masses, and `woven`, the same decoded; `noise` (300, 2)
        and `samples` (300, 2); `aggregate` and `density` (37, 37), of the codes of all data and of the model, row 0
        the lowest; `scale` () mean standard deviation of the decoder; `kls` (latent,) mean KL of each dimension;
        `parts` (3,) reconstruction, KL and minus the ELBO over the judged data. What is large is in half precision.
        """
        vae = now.model
        with torch.no_grad():
            mean, log_std = vae.encode(self.data)
            rates = kl(mean, log_std).mean(0)
            plane = CodePlane(rates)
            loc, scale = vae.decoder(mean)
            outline, decoded = plane.outlines(vae, mean[:OUTLINED], log_std[:OUTLINED].exp())
            grid, woven = plane.grid(vae)
            cost, rate = bounds.parts(vae, self._judged, self._eps)
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
        """At 2,000 data, and of as many samples, that never change: `elbo` (minus it, in nats), the distance, and with
        a code of one or two dimensions the exact likelihood by quadrature, of fewer; `thorough`: fresh ones, by every
        metric, with the importance-weighted bounds, the parts of the ELBO and the active dimensions.
        """
        vae, data, x, eps = now.model, self.dataset, self._judged, self._eps
        if thorough:
            x = self.fixed(self.dataset.sample, JUDGED, "fresh data")
            eps = self.fixed(batches.gaussian(self._latent), DRAWS * JUDGED, "fresh codes").unflatten(0, (DRAWS, -1))
        cost, rate = bounds.parts(vae, x, eps)
        exact = None
        if self._latent in NODES:
            nodes = NODES[self._latent][thorough]
            exact = bounds.exact(vae, x if thorough else x[:WEIGHED], nodes).cpu().numpy()
        if not thorough:
            with torch.no_grad():
                samples = vae.generate(self._judged_noise, self._judged_u).cpu().numpy()
            scores = metrics.evaluate(samples, data, ("sliced_w2",))
            if exact is not None:
                scores |= metrics.evaluate(samples, data, ("nll", "nll_gap"), exact)
            return scores | {"elbo": self._bound(-cost - rate)}
        scores = metrics.evaluate(drawn(vae, JUDGED, self.config.seed, self.device), data, None, exact)
        random = torch.Generator().manual_seed(self.config.seed)
        for count in KS:
            scores[f"iwae{count}"] = self._bound(bounds.iwae(vae, x[:WEIGHTED], count, random))
        unknown = [float("nan")] * 3
        with torch.no_grad():
            mean, _ = vae.encode(x)
        return scores | {
            "elbo": self._bound(-cost - rate),
            "reconstruction": metrics.Score(float(cost.mean()), *unknown),
            "kl": metrics.Score(float(rate.mean()), *unknown),
            "active": metrics.Score(active_dimensions(mean), *unknown),
        }

    def _bound(self, log_p: Tensor) -> metrics.Score:
        """Minus the mean of a bound on log p, with the entropy as its floor."""
        return metrics.score("nll", log_p.cpu().numpy(), self.dataset)

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """Log densities in nats (n,) at points (n, 2), exact with a code of one or two dimensions, else bounds."""
        points = torch.from_numpy(np.asarray(x, np.float32)).to(self.device)
        if self._latent in NODES:
            return bounds.exact(now.model, points, NODES[self._latent][True]).cpu().numpy()
        random = torch.Generator().manual_seed(self.config.seed)
        return bounds.iwae(now.model, points, KS[-1], random).cpu().numpy()

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32."""
        return drawn(now.model, n, seed, self.device)

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, source(now.config), self.device)

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        return send(now.model, z, self.device)
