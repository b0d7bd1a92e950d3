"""A flow of points of the plane: the arrays that are drawn, scores, samples, answers to panels."""

import numpy as np
import torch
from scipy.special import ndtri

from playground import metrics
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.plane.distribution import Distribution
from playground.data.plane.drawing import square_grid
from playground.training import view
from playground.training.batches import gaussian, generator
from playground.training.view import Current, half_precision

from ..config import NormalizingFlowConfig
from ..model import standard_normal_log_prob
from . import trajectory
from .outliers import outside_hdr
from .panel_data.context import Context

SHOWN_POINTS, SCORED_POINTS, ROUND_TRIP_POINTS = 300, 2000, 256
"""Points that are drawn, of data and of noise; that are scored; and data points that go to the noise and back."""
COARSE_GRID, FINE_GRID, GRID_LINES = 25, 41, 17
"""Points along each axis of the density at a keyframe and at the last one, and lines of the warped grid."""
ODE_SIZES = {"coarse": 13, "fine": 29, "scored": 500}
"""The same, and the points of live scores, where a differential equation has to be solved for all of them."""
MIN_DRAWN_LOG_DENSITY = -60.0
MIN_LOG_DENSITY = -1e6
"""Lower bound on log densities: one very unlikely point must not make the mean infinite."""
FLOAT32_EPS = float(np.finfo(np.float32).eps)


class View(view.View):
    """The points at which an experiment is drawn and scored; the settings decide all of them, and they never change."""

    def __init__(self, config: NormalizingFlowConfig, dataset: Distribution, device: torch.device):
        super().__init__(config, dataset, device)
        scored, self._coarse, self._fine = SCORED_POINTS, COARSE_GRID, FINE_GRID
        if config.flow == "ffjord":
            self._coarse, self._fine, scored = ODE_SIZES.values()
        self.noise = self.fixed(gaussian(2), SHOWN_POINTS, "shown noise")
        self.data = self.fixed(dataset.sample, SHOWN_POINTS, "shown data")
        self._scored_noise = self.fixed(gaussian(2), scored, "judged noise")
        self._scored_data = self.fixed(dataset.sample, scored, "judged data")
        self._coarse_points, self._fine_points = (
            self.tensor(square_grid(dataset, n, np.float32).reshape(-1, 2)) for n in (self._coarse, self._fine)
        )
        self._noise_grid = self.tensor(_equal_mass_grid())

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays, for a trajectory of m keyframes from noise to data: `keyframes` (m,) the number of layers done;
        `forward` (m, 300, 2) fixed noise, transformed to data; `backward` (m, 300, 2) data, transformed to noise;
        `grid` (m, 17, 17, 2) a grid of the noise with equal masses, transformed; `density` (m, c, c) log density of
        the transformed noise, row 0 the lowest x2, `last` (f, f) the same at the end; `log_det` (m, 300) log|det| at
        `forward` of the layers since the last keyframe; `log_prob_terms` (m, 3) means over the data: log p(z0), the
        sum of log|det| so far, log p at the keyframe; `mean_log_det` (m - 1,) means of log|det| between keyframes,
        over the data. Large arrays are in half precision for transport.
        """
        segments = trajectory.segments(self.config)
        chain = trajectory.stages(now.model, segments)
        with torch.no_grad():
            grid = self._noise_grid.flatten(0, 1)
            forward, log_dets = trajectory.forward_keyframes(chain, torch.cat([self.noise, grid]))
            backward, data_log_dets = trajectory.inverse_keyframes(chain, self.data)
            density = trajectory.keyframe_densities(chain, self._coarse_points).clamp_min(MIN_DRAWN_LOG_DENSITY)
            last = trajectory.log_density(chain, self._fine_points).clamp_min(MIN_DRAWN_LOG_DENSITY)
            prior = standard_normal_log_prob(backward[0]).mean()
            running = data_log_dets.mean(1).cumsum(0)
            terms = torch.stack([prior.expand_as(running), running, prior - running], 1)
        large = {
            "forward": forward[:, :SHOWN_POINTS],
            "backward": backward,
            "log_det": log_dets[:, :SHOWN_POINTS],
            "grid": forward[:, SHOWN_POINTS:].reshape(-1, GRID_LINES, GRID_LINES, 2),
            "last": last.view(self._fine, self._fine),
            "density": density.view(-1, self._coarse, self._coarse),
        }
        return {
            "keyframes": np.array([0.0, *(segment.keyframe for segment in segments)], np.float32),
            "log_prob_terms": terms.cpu().numpy(),
            "mean_log_det": data_log_dets[1:].mean(1).cpu().numpy(),
            **{name: half_precision(tensor) for name, tensor in large.items()},
        }

    def evaluate(self, now: Current, thorough: bool) -> dict[str, metrics.Score]:
        """Quality at 2,000 fixed data points and of samples from fixed noise: likelihood, distance, share of samples
        outside the HDR, and the largest round-trip error; `thorough`: 2,000 fresh points of both, by every metric.
        """
        flow, data, x = now.model, self.dataset, self._scored_data
        if thorough:
            x = self.fixed(data.sample, SCORED_POINTS, "fresh data")
        with torch.no_grad():
            z, log_det = flow.inverse(x)
            there, _ = flow(torch.cat([z[:ROUND_TRIP_POINTS], self._scored_noise]))
            log_prob = (standard_normal_log_prob(z) + log_det).clamp_min(MIN_LOG_DENSITY).cpu().numpy()
            error = float((there[:ROUND_TRIP_POINTS] - x[:ROUND_TRIP_POINTS]).abs().max())
        samples = there[ROUND_TRIP_POINTS:].cpu().numpy()
        if thorough:
            samples = self.sample(now, SCORED_POINTS, self.config.seed)
        scores = metrics.evaluate(samples, data, None if thorough else ("sliced_w2",))
        rounding = FLOAT32_EPS * data.half_width
        return {
            **scores,
            **metrics.likelihood(log_prob, x.cpu().numpy(), data),
            "outside_hdr": outside_hdr(samples, data),
            "invertibility": metrics.Score(error, rounding, 0.0, 4 * rounding),
        }

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray:
        """Exact log densities in nats (n,) at points (n, 2)."""
        with torch.no_grad():
            return now.model.log_prob(self.tensor(x)).clamp_min(MIN_LOG_DENSITY).cpu().numpy()

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32."""
        return self.send(now, gaussian(2)(n, generator(seed, "samples")))

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        if z.shape[1] != 2:
            raise UserError(N_("The noise of this flow has two numbers for each point."))
        with torch.no_grad():
            return now.model(self.tensor(z))[0].cpu().numpy()

    def context(self, now: Current) -> Context:
        return Context(now.model, self.config, self.dataset, self.device)


def _equal_mass_grid() -> np.ndarray:
    """A grid of the noise whose cells hold equal masses: (17, 17, 2)."""
    axis = ndtri(np.linspace(0.01, 0.99, GRID_LINES)).astype(np.float32)
    return np.stack(np.meshgrid(axis, axis), -1)
