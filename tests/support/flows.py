"""Flows of every kind, with random weights and data to map."""

import numpy as np
import torch

from playground.data.images.digits import DIGITS
from playground.families.normalizing_flow.config import NormalizingFlowConfig
from playground.families.normalizing_flow.model import Likelihood

PLANE = {
    "planar": {"flow": "planar"},
    "radial": {"flow": "radial"},
    "nice": {"flow": "nice"},
    "nice without scaling": {"flow": "nice", "scaling": False},
    "realnvp": {"flow": "realnvp"},
    "realnvp with actnorm": {"flow": "realnvp", "normalisation": "actnorm"},
    "realnvp with batchnorm": {"flow": "realnvp", "normalisation": "batchnorm", "activation": "silu"},
    "realnvp not alternating": {"flow": "realnvp", "alternate": False},
    "glow": {"flow": "glow"},
    "glow, exchange": {"flow": "glow", "permutation": "fixed"},
    "glow, no mixing": {"flow": "glow", "permutation": "none"},
    "maf": {"flow": "maf"},
    "iaf": {"flow": "iaf"},
    "nsf": {"flow": "nsf"},
}
"""Flows of the plane whose two directions agree to the last digit."""
SOLVED = {"ffjord": {"flow": "ffjord", "ode_steps": 12}}
"""Here they agree up to the error of the solver."""
IMAGES = {f"digits, {flow}": {"flow": flow, "data": "digits"} for flow in ("nice", "realnvp", "glow", "maf")}
EVERY = PLANE | SOLVED | IMAGES
SMALL = {"layers": 4, "width": 16, "batch": 32}


def model(name: str, dtype=torch.float32, spread=None, **more) -> tuple[Likelihood, dict]:
    """A flow with random weights, far enough from where it begins that nothing is the identity."""
    likelihood = Likelihood(NormalizingFlowConfig().model_copy(update={**SMALL, **EVERY[name], **more}))
    random = torch.Generator().manual_seed(5)
    state = likelihood.init_state({"x": data(likelihood, 64)}, random)
    spread = spread or (0.03 if likelihood.levels else 0.15)
    w = state["w"] + spread * torch.randn(state["w"].shape, generator=random)
    statistics = state["statistics"] + 0.3 * torch.rand(state["statistics"].shape, generator=random)
    state |= {"w": w, "average": w, "statistics": statistics}
    return likelihood, {key: value.to(dtype) for key, value in state.items()}


def data(likelihood: Likelihood, n: int) -> torch.Tensor:
    if likelihood.levels:
        return torch.from_numpy(DIGITS.sample(n, np.random.default_rng(1)))
    return noise(n, 2) * torch.tensor([1.5, 0.6]) + torch.tensor([0.5, -0.2])


def noise(n: int, dim: int, dtype=torch.float32) -> torch.Tensor:
    return torch.randn(n, dim, generator=torch.Generator().manual_seed(8), dtype=torch.float64).to(dtype)


def example(likelihood: Likelihood) -> tuple[dict, dict, dict]:
    state = likelihood.init_state({"x": data(likelihood, 32)}, torch.Generator().manual_seed(5))
    settings = {
        name: torch.tensor(value) for name, value in {"lr": 1e-3, "clip": 1.0, "ema": 0.99, "noise": 0.1}.items()
    }
    x = data(likelihood, 32)
    return state, settings, {"x": x, "u": torch.full_like(x, 0.3), "blur": noise(32, x.shape[1])}
