"""Models whose figures stand in the pages' prose: trained here, or shipped, and what is measured of each.

A measurement is an array of one number for each datum (or sample), so that the mean has a standard error, and two
models measured on the same data are compared datum by datum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch

from playground.core.config import parse
from playground.core.contract import Experiment
from playground.core.registry import family
from playground.core.resources import WEIGHTS
from playground.engine.recording import read
from playground.families.normalizing_flow.maps.logit import bits_per_dim, dequantise
from playground.families.normalizing_flow.plane.outliers import hdr_threshold
from playground.families.vae import bounds
from playground.families.vae.sampling import active_dimensions
from playground.families.vae.training_data import training_data
from playground.training import batches

FRESH, FRESH_QUADRATURE = 40_000, 10_000
"""Points of the plane at which a likelihood is measured; fewer where each takes a quadrature."""
SAMPLES = 40_000
ELBO_DRAWS, PIXEL_DRAWS = 16, 8
"""Codes drawn for each ELBO; draws of the dequantisation noise for each picture."""


@dataclass(frozen=True)
class Training:
    """A training by the settings that differ from the defaults. `steps`: their number, or a schedule of parts
    (steps, live settings). `shipped`: the name of a weights file instead."""

    family: str
    settings: tuple[tuple[str, Any], ...] = ()
    steps: int | tuple[tuple[int, tuple[tuple[str, Any], ...]], ...] = 0
    seed: int = 0
    shipped: str = ""

    @property
    def how(self) -> str:
        """In words, for the file of figures."""
        if self.shipped:
            return f"weights/{self.shipped}.safetensors"
        values = " ".join(f"{name}={value}" for name, value in self.settings) or "defaults"
        parts = self.steps if isinstance(self.steps, tuple) else ((self.steps, ()),)
        steps = ", then ".join(f"{n}{''.join(f' with {k}={v}' for k, v in changed)}" for n, changed in parts)
        return f"{self.family}: {values}; {steps} steps"


def training(name: str, settings: Mapping[str, Any], steps: Any, seed: int = 0) -> Training:
    return Training(name, tuple(settings.items()), steps, seed)


def shipped(name: str) -> Training:
    return Training(name.split("-")[0], shipped=name)


@cache
@torch.enable_grad()  # whoever measures may have switched gradients off
def trained(asked: Training) -> Experiment:
    """The experiment after its training."""
    one = family(asked.family)
    kind = one.load_experiment()
    if asked.shipped:
        recording = read(WEIGHTS / f"{asked.shipped}.safetensors")
        experiment = kind(recording.config)
        experiment.load_state_dict(recording.state)
        return experiment
    values = {**dict(asked.settings), "seed": asked.seed}
    parts = asked.steps if isinstance(asked.steps, tuple) else ((asked.steps, ()),)
    state = None
    for steps, changed in parts:
        experiment = kind(parse(one.Config, {**values, **dict(changed)}))
        if state is not None:
            experiment.load_state_dict(state)
        for _ in range(steps):
            experiment.step()
        state = experiment.state_dict()
    return experiment


def fresh(experiment: Any, n: int) -> np.ndarray:
    """Fresh data of the plane: the same for every model of the same data."""
    return experiment.dataset.sample(n, batches.generator(1, "figures in prose"))


@cache
@torch.no_grad()
def gap(asked: Training) -> np.ndarray:
    """log p - log q at fresh points: (n,)."""
    experiment = trained(asked)
    x = fresh(experiment, FRESH_QUADRATURE if asked.family == "vae" else FRESH)
    log_q = np.concatenate([np.asarray(experiment.log_prob(part), np.float64) for part in np.array_split(x, 8)])
    truth = experiment.dataset.log_prob(x.astype(np.float64))
    known = np.isfinite(truth)  # rounding may put a point outside a sharp edge
    return np.where(known, truth, -experiment.dataset.entropy) - log_q


@cache
def outside(asked: Training, temperature: float = 1.0) -> np.ndarray:
    """Whether each sample lies outside the region of 99 percent of the data, in percent: (n,)."""
    experiment = trained(asked)
    z = batches.gaussian(2)(SAMPLES, batches.generator(2, "figures in prose")) * np.float32(temperature)
    with torch.no_grad():
        x = experiment.view.send(experiment.current(), z)
    threshold, _ = hdr_threshold(experiment.dataset)
    return 100.0 * ~(experiment.dataset.log_prob(x.astype(np.float64)) >= threshold)


@cache
@torch.no_grad()
def bits(asked: Training) -> np.ndarray:
    """Bits per dimension of each test picture, by a flow, averaged over the dequantisation noise: (n,)."""
    experiment = trained(asked)
    flow, data = experiment.current().model, experiment.dataset
    x, generator = torch.from_numpy(data.vectors("test")), torch.Generator().manual_seed(3)
    draws = [
        flow.log_prob(dequantise(x, torch.rand(x.shape, generator=generator), data.levels)) for _ in range(PIXEL_DRAWS)
    ]
    return bits_per_dim(-torch.stack(draws).mean(0), data.dim, data.levels).double().numpy()


@cache
def nats(asked: Training) -> np.ndarray:
    """-log p of each test vector of bits, by an autoregressive model: (n,)."""
    experiment = trained(asked)
    return -experiment.log_prob(experiment.dataset.rows("test")).astype(np.float64)


@cache
@torch.no_grad()
def vae_terms(asked: Training) -> tuple[np.ndarray, np.ndarray]:
    """-ELBO and KL of test pictures, or of fresh points of the plane: (n,) each."""
    experiment = trained(asked)
    vae, config = experiment.current().model, experiment.config
    x = training_data(config).part("test") if config.domain == "images" else fresh(experiment, FRESH_QUADRATURE)
    eps = torch.randn(ELBO_DRAWS, len(x), vae.latent, generator=torch.Generator().manual_seed(4))
    cost, rate = bounds.parts(vae, torch.from_numpy(x), eps)
    return (cost + rate).double().numpy(), rate.double().numpy()


def elbo(asked: Training) -> np.ndarray:
    return vae_terms(asked)[0]


def rate(asked: Training) -> np.ndarray:
    return vae_terms(asked)[1]


@torch.no_grad()
def active(asked: Training) -> np.ndarray:
    """The number of active latent dimensions: (1,)."""
    experiment = trained(asked)
    vae = experiment.current().model
    return np.array([active_dimensions(vae.encode(torch.from_numpy(fresh(experiment, FRESH_QUADRATURE)))[0])], float)


def mean_and_error(columns: Sequence[np.ndarray]) -> tuple[float, float]:
    """The mean over seeds of the means of columns (n,), one for each seed on the same data, and its standard error:
    that of the data, or of the scatter between seeds where this is larger."""
    means, data = np.array([column.mean() for column in columns]), np.mean(columns, 0)
    within = data.std(ddof=1) / len(data) ** 0.5 if len(data) > 1 else 0.0
    between = means.std(ddof=1) / len(means) ** 0.5 if len(means) > 1 else 0.0
    return float(means.mean()), float(max(within, between))
