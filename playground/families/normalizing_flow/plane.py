"""What an experiment on the plane looks at: its trajectory, how good it is, what it answers."""

from collections.abc import Mapping

import numpy as np
import torch
from scipy.special import ndtri
from torch import Tensor

from playground import metrics
from playground.data.plane.distribution import Distribution
from playground.training import batches

from . import trajectory
from .answers import Asked, answer
from .astray import astray
from .config import NormalizingFlowConfig
from .model import Flow

SHOWN, JUDGED, CHECKED = 300, 2000, 256
"""How many points a picture has, of data and of noise; how many are judged, live and at the end; how many
data go to the noise and back."""
CELLS, FINE, WEAVE = 25, 41, 17
"""Places along each axis of the density on the way and at its end, and threads of the grid."""
DRIFTING = {"cells": 13, "fine": 29, "judged": 500}
"""The same, and how many points are judged live, where all have to be carried along a differential equation."""
FAINTEST = -60.0
"""Log densities on pictures are no less."""
LEAST = -1e6
"""Log densities count as no less: one hopeless point must not make the mean infinite."""
EXACT = float(np.finfo(np.float32).eps)


class Plane:
    """Points and places of one experiment; all of it is decided by the settings and never changes."""

    def __init__(self, config: NormalizingFlowConfig, distribution: Distribution, device: torch.device):
        self._config, self._distribution, self._device = config, distribution, device
        noise, data, judged = batches.gaussian(2), distribution.sample, JUDGED
        self._cells, self._fine = CELLS, FINE
        if config.flow == "ffjord":
            self._cells, self._fine, judged = DRIFTING.values()
        self.noise = self._tensor(noise(SHOWN, batches.generator(config.seed, "shown noise")))
        self.data = self._tensor(data(SHOWN, batches.generator(config.seed, "shown data")))
        self._judged_noise = self._tensor(noise(judged, batches.generator(config.seed, "judged noise")))
        self._judged = self._tensor(data(judged, batches.generator(config.seed, "judged data")))
        self._chance = chance(self._judged.cpu().numpy(), distribution)
        self._places, self._ends = (self._tensor(lattice(*distribution.bounds, n)) for n in (self._cells, self._fine))
        self._woven = self._tensor(_weave())

    def snapshot(self, flow: Flow) -> dict[str, np.ndarray]:
        """Arrays, for a trajectory of m halts, from the noise to the data: `stops` (m,) how many layers are done;
        `forward` (m, 300, 2) noise that never changes, carried to the data; `backward` (m, 300, 2) data carried to the
        noise; `grid` (m, 17, 17, 2) the noise's grid of equal masses, carried; `density` (m, c, c) log density of
        what the noise has become, row 0 the lowest x2, `last` (f, f) the same at the end; `stretch` (m, 300)
        log|det| at `forward` of the layers since the halt before; `books` (m, 3) means over the data: log p(z0), the
        sum of log|det| so far, log p at the halt; `gains` (m - 1,) means of log|det| between halts, over the data.
        What is large is in half precision, as it travels.
        """
        legs = trajectory.legs(self._config)
        way = trajectory.tracks(flow, legs)
        with torch.no_grad():
            threads = self._woven.flatten(0, 1)
            halts, log_dets = trajectory.forth(way, torch.cat([self.noise, threads]))
            backward, gains = trajectory.home(way, self.data)
            density = trajectory.densities(way, self._places).clamp_min(FAINTEST)
            last = trajectory.density(way, self._ends).clamp_min(FAINTEST)
            prior = trajectory.normal(backward[0]).mean()
            running = gains.mean(1).cumsum(0)
            books = torch.stack([prior.expand_as(running), running, prior - running], 1)
        large = {
            "forward": halts[:, :SHOWN],
            "backward": backward,
            "stretch": log_dets[:, :SHOWN],
            "grid": halts[:, SHOWN:].reshape(-1, WEAVE, WEAVE, 2),
            "last": last.view(self._fine, self._fine),
            "density": density.view(-1, self._cells, self._cells),
        }
        return {
            "stops": np.array([0.0, *(leg.halt for leg in legs)], np.float32),
            "books": books.cpu().numpy(),
            "gains": gains[1:].mean(1).cpu().numpy(),
            **{name: _half(tensor) for name, tensor in large.items()},
        }

    def evaluate(self, flow: Flow, thorough: bool) -> dict[str, metrics.Score]:
        """Quality at 2,000 data points, and of samples from noise, that never change: likelihood, distance, share
        of samples astray, and the largest error of there and back; `thorough`: 2,000 fresh ones of both, by every
        metric.

        From likelihoods that of the truth at the same points is taken, up to its mean: 2,000 points leave the entropy
        uncertain by .03 nats, and good models would seem to cross the line that nobody can cross. The expectation
        stays, the error is only that of log(truth / model), and a perfect model scores the entropy itself.
        """
        seed, data = self._config.seed, self._distribution
        x = self._tensor(data.sample(JUDGED, batches.generator(seed, "fresh data"))) if thorough else self._judged
        with torch.no_grad():
            z, log_det = flow.inverse(x)
            there, _ = flow(torch.cat([z[:CHECKED], self._judged_noise]))
            log_prob = (trajectory.normal(z) + log_det).clamp_min(LEAST).cpu().numpy()
            error = float((there[:CHECKED] - x[:CHECKED]).abs().max())
        samples = self.sample(flow, JUDGED, seed) if thorough else there[CHECKED:].cpu().numpy()
        log_prob = log_prob - (chance(x.cpu().numpy(), data) if thorough else self._chance)
        scores = metrics.evaluate(samples, data, None if thorough else ("nll", "nll_gap", "sliced_w2"), log_prob)
        for name, least in (("nll", data.entropy), ("nll_gap", 0.0)):
            scores[name] = metrics.Score(scores[name].value, least, least, least)
        rounding = EXACT * data.half_width
        return {
            **scores,
            "astray": astray(samples, data),
            "invertibility": metrics.Score(error, rounding, 0.0, 4 * rounding),
        }

    def log_prob(self, flow: Flow, x: np.ndarray) -> np.ndarray:
        """Log densities in nats (n,) at points (n, 2)."""
        with torch.no_grad():
            return flow.log_prob(self._tensor(np.asarray(x, np.float32))).clamp_min(LEAST).cpu().numpy()

    def sample(self, flow: Flow, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32."""
        noise = self._tensor(batches.gaussian(2)(n, batches.generator(seed, "samples")))
        with torch.no_grad():
            return flow(noise)[0].cpu().numpy()

    def respond(self, flow: Flow, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """`z` (n, 2) -> `x` (n, 2), where the flow sends this noise; and the dials of a panel, by its name -> the
        arrays that `panels.draw` takes."""
        return answer(question, Asked(flow, self._config, self._distribution, self._device))

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self._device)


def chance(x: np.ndarray, data: Distribution) -> np.ndarray:
    """How much likelier than on average points x (n, 2) of the data are, in nats: (n,)."""
    found = data.log_prob(x.astype(np.float64)) + data.entropy
    return np.where(np.isfinite(found), found, 0.0)  # at a sharp edge rounding may put a point outside


def lattice(low: float, high: float, count: int) -> np.ndarray:
    """Places (count * count, 2) of a square, rows from the lowest x2 on."""
    axis = np.linspace(low, high, count, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


def _weave() -> np.ndarray:
    """Noise between whose lines equal masses lie: (17, 17, 2)."""
    axis = ndtri(np.linspace(0.01, 0.99, WEAVE)).astype(np.float32)
    return np.stack(np.meshgrid(axis, axis), -1)


def _half(tensor: Tensor) -> np.ndarray:
    """In half precision; what lies beyond its range stands at its border, and NaN stays NaN."""
    most = float(np.finfo(np.float16).max)
    return tensor.clamp(-most, most).half().cpu().numpy()
