"""What an experiment on the plane looks at: data on their way through the code, how good it is."""

import math

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground import metrics
from playground.training import batches

from . import bounds
from .config import VaeConfig
from .laws import LAWS
from .model import ACTIVE, Vae, kl
from .source import Source

SHOWN, OUTLINED, ROUND = 300, 40, 24
"""Data and samples on the picture; posteriors that are outlined; places on an outline."""
CELLS, WEAVE, THREAD = 37, 17, 161
"""Places along each axis of a density; threads of the grid of codes; places on the thread that one number of code
is."""
JUDGED, WEIGHED = 2000, 300
"""Data that are judged, live and at the end; those whose exact likelihood is worked out live."""
NODES = {1: (401, 4001), 2: (81, 241)}
"""Of the quadrature along each dimension of the code: live, and at the end."""
COARSE = {1: 601, 2: 45}
"""The same for the density on the picture."""
NEAR = 3.5
"""How far from 0 the codes go that make up the density on the picture."""
DRAWS, KS = 8, (50, 1000)
"""Draws of the code at the end, and sizes of the importance-weighted bound."""
WEIGHTED = 500
"""Data whose importance-weighted bounds are worked out at the end."""
BAND = 0.25
"""Half the height of the band on which codes of one number are drawn."""


class Plane:
    """Points and places of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: VaeConfig, source: Source, device: torch.device):
        self._config, self._source, self._device = config, source, device
        self._latent = config.latent
        self.data = self._fixed(source.sample, SHOWN, "shown data")
        self._noise = self._fixed(batches.gaussian(config.latent), SHOWN, "shown noise")
        self._u = self._fixed(batches.uniform(2, 0.0), SHOWN, "shown u")
        self._judged = self._fixed(source.sample, JUDGED, "judged data")
        self._eps = self._fixed(batches.gaussian(config.latent), JUDGED, "judged codes").unsqueeze(0)
        self._judged_noise = self._fixed(batches.gaussian(config.latent), JUDGED, "judged noise")
        self._judged_u = self._fixed(batches.uniform(2, 0.0), JUDGED, "judged u")
        low, high = source.data.bounds
        axis = torch.linspace(low, high, CELLS, device=device)
        self._places = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1).reshape(-1, 2)
        angle = torch.linspace(0, 2 * math.pi, ROUND + 1, device=device)
        self._circle = torch.stack([angle.cos(), angle.sin()], 1)  # (25, 2)

    def snapshot(self, vae: Vae) -> dict[str, np.ndarray]:
        """Arrays; of codes the two dimensions `chosen` (2,) with the most KL (of one number: itself, and a band):
        `data` (300, 2) and `back` (300, 2), their reconstructions; `means`, `stds` (300, 2) of their posteriors;
        `outline` (40, 25, 2) two standard deviations around the first, and `decoded` (40, 25, 2) what becomes of that;
        `grid` (17, 17, 2), or (1, 161, 2), codes of equal masses, and `woven`, the same decoded; `noise` (300, 2)
        and `samples` (300, 2); `aggregate` and `density` (37, 37), of the codes of all data and of the model, row 0
        the lowest; `scale` () mean standard deviation of the decoder; `kls` (latent,) mean KL of each dimension;
        `parts` (3,) reconstruction, KL and minus the ELBO over the judged data. What is large is in half precision.
        """
        with torch.no_grad():
            mean, log_std = vae.encode(self.data)
            rates = kl(mean, log_std).mean(0)
            chosen = self._chosen(rates)
            place, scale = vae.decoder(mean)
            outline, decoded = self._outlines(vae, mean[:OUTLINED], log_std[:OUTLINED].exp(), chosen)
            grid, woven = self._weave(vae, chosen)
            cost, rate = bounds.parts(vae, self._judged, self._eps)
            flat = self._flat(mean, chosen)
            stds = (
                self._seen(log_std.exp(), chosen)
                if self._latent > 1
                else torch.stack([log_std[:, 0].exp(), torch.full_like(log_std[:, 0], BAND)], 1)
            )
            large = {
                "data": self.data,
                "back": place,
                "means": flat,
                "stds": stds,
                "outline": outline,
                "decoded": decoded,
                "grid": grid,
                "woven": woven,
                "noise": self._flat(self._noise, chosen),
                "samples": vae.generate(self._noise, self._u),
                "density": self._density(vae),
                "aggregate": self._aggregate(flat, stds),
            }
            books = torch.stack([cost.mean(), rate.mean(), (cost + rate).mean()])
        return {
            "chosen": np.array(chosen, np.float32),
            "kls": rates.cpu().numpy(),
            "parts": books.cpu().numpy(),
            "scale": np.array(float(scale.mean()), np.float32),
            **{name: _half(tensor) for name, tensor in large.items()},
        }

    def _chosen(self, rates: Tensor) -> tuple[int, int]:
        if self._latent <= 2:
            return 0, self._latent - 1
        a, b = sorted(rates.topk(2).indices.tolist())
        return a, b

    def _seen(self, codes: Tensor, chosen: tuple[int, int]) -> Tensor:
        return codes[..., list(chosen)]

    def _flat(self, codes: Tensor, chosen: tuple[int, int]) -> Tensor:
        """Codes (n, latent) as places (n, 2); those of one number lie on a band, spread by their order."""
        if self._latent > 1:
            return self._seen(codes, chosen)
        spread = torch.linspace(0, len(codes) * 0.618034, len(codes), device=codes.device).frac() * 2 - 1
        return torch.stack([codes[:, 0], BAND * spread], 1)

    def _outlines(self, vae: Vae, mean: Tensor, std: Tensor, chosen: tuple[int, int]) -> tuple[Tensor, Tensor]:
        codes = mean.unsqueeze(1).repeat(1, ROUND + 1, 1)  # (40, 25, latent)
        for axis, dim in enumerate(dict.fromkeys(chosen)):
            codes[..., dim] += 2 * std[:, None, dim] * self._circle[:, axis]
        decoded = vae.decoder(codes.flatten(0, 1))[0].view(*codes.shape[:2], 2)
        if self._latent > 1:
            return self._seen(codes, chosen), decoded
        middle = self._flat(mean, chosen)[:, None, 1]
        return torch.stack([codes[..., 0], middle + 0.05 * self._circle[:, 1]], -1), decoded

    def _weave(self, vae: Vae, chosen: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Codes between whose lines equal masses of the prior lie, and what becomes of them."""
        count = THREAD if self._latent == 1 else WEAVE
        axis = torch.from_numpy(ndtri(np.linspace(0.01, 0.99, count)).astype(np.float32)).to(self._device)
        if self._latent == 1:
            return (
                torch.stack([axis, torch.zeros_like(axis)], 1).unsqueeze(0),
                vae.decoder(axis.unsqueeze(1))[0].unsqueeze(0),
            )
        grid = torch.stack(torch.meshgrid(axis, axis, indexing="xy"), -1)  # (17, 17, 2)
        codes = torch.zeros(count * count, self._latent, device=self._device)
        codes[:, list(chosen)] = grid.reshape(-1, 2)
        return grid, vae.decoder(codes)[0].view(count, count, 2)

    def _density(self, vae: Vae) -> Tensor:
        """The model's density over the frame: a sum over codes on a grid, each of whose Gaussians is widened by half
        the way to its neighbours', so that no gaps are seen between them; over draws of the code, where it is
        longer."""
        if self._latent > 2:
            place, scale = vae.decoder(self._judged_noise)
            wide = (scale.square() + 0.1**2).sqrt()
            mass = torch.full((len(place),), -math.log(len(place)), device=place.device)
        else:
            nodes = COARSE[self._latent]
            codes, mass = (t.to(self._device) for t in bounds.lattice(self._latent, nodes, NEAR))
            place, scale = vae.decoder(codes)
            shape = place.view(*[nodes] * self._latent, 2)
            steps = sum(slope.square() for slope in torch.gradient(shape, dim=tuple(range(self._latent))))
            wide = (scale.square() + steps.view(-1, 2) / 4).sqrt()
        return (vae.law.pairs(self._places, place, wide) + mass).exp().sum(1).view(CELLS, CELLS)

    def _aggregate(self, means: Tensor, stds: Tensor) -> Tensor:
        """The mean of all posteriors over the same frame: an exact mixture of Gaussians."""
        return LAWS["gaussian"].pairs(self._places, means, stds).exp().mean(1).view(CELLS, CELLS)

    def evaluate(self, vae: Vae, thorough: bool) -> dict[str, metrics.Score]:
        """At 2,000 data, and of as many samples, that never change: `elbo` (minus it, in nats), the distance, and with
        a code of one or two dimensions the exact likelihood by quadrature, of fewer; `thorough`: fresh ones, by every
        metric, with the importance-weighted bounds, the parts of the ELBO and the active dimensions.
        """
        data, x, eps = self._source.data, self._judged, self._eps
        if thorough:
            x = self._fixed(self._source.sample, JUDGED, "fresh data")
            eps = self._fixed(batches.gaussian(self._latent), DRAWS * JUDGED, "fresh codes").unflatten(0, (DRAWS, -1))
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
        scores = metrics.evaluate(self.sample(vae, JUDGED, self._config.seed), data, None, exact)
        random = torch.Generator().manual_seed(self._config.seed)
        for count in KS:
            scores[f"iwae{count}"] = self._bound(bounds.iwae(vae, x[:WEIGHTED], count, random))
        unknown = [float("nan")] * 3
        with torch.no_grad():
            mean, _ = vae.encode(x)
        return scores | {
            "elbo": self._bound(-cost - rate),
            "reconstruction": metrics.Score(float(cost.mean()), *unknown),
            "kl": metrics.Score(float(rate.mean()), *unknown),
            "active": metrics.Score(active(mean), *unknown),
        }

    def _bound(self, log_p: Tensor) -> metrics.Score:
        """Minus the mean of a bound on log p, with the entropy as its floor."""
        return metrics.score("nll", log_p.cpu().numpy(), self._source.data)

    def log_prob(self, vae: Vae, x: np.ndarray) -> np.ndarray:
        """Log densities in nats (n,) at points (n, 2), exact with a code of one or two dimensions, else bounds."""
        points = torch.from_numpy(np.asarray(x, np.float32)).to(self._device)
        if self._latent in NODES:
            return bounds.exact(vae, points, NODES[self._latent][True]).cpu().numpy()
        random = torch.Generator().manual_seed(self._config.seed)
        return bounds.iwae(vae, points, KS[-1], random).cpu().numpy()

    def sample(self, vae: Vae, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32."""
        return drawn(vae, n, seed, self._device)

    def _fixed(self, draw: batches.Draw, n: int, stream: str) -> Tensor:
        return torch.from_numpy(draw(n, batches.generator(self._config.seed, stream))).to(self._device)


def drawn(vae: Vae, n: int, seed: int, device: torch.device) -> np.ndarray:
    """`n` draws of the model: (n, dim) float32."""
    random = batches.generator(seed, "samples")
    z, u = batches.gaussian(vae.latent)(n, random), batches.uniform(vae.dim, 0.0)(n, random)
    u = np.clip(u, 1e-7, 1 - 1e-7)  # whose quantiles are finite
    with torch.no_grad():
        return vae.generate(torch.from_numpy(z).to(device), torch.from_numpy(u).to(device)).cpu().numpy()


def active(means: Tensor) -> float:
    """Dimensions of the code in use: see `model.ACTIVE`."""
    return float((means.var(0, unbiased=False) > ACTIVE).sum())


def _half(tensor: Tensor) -> np.ndarray:
    """In half precision; what lies beyond its range stands at its border, and NaN stays NaN."""
    most = float(np.finfo(np.float16).max)
    return tensor.clamp(-most, most).half().cpu().numpy()
