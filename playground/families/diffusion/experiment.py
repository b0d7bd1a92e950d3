"""A diffusion model or flow in training: steps, what can be drawn, how good it is."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.contract import State
from playground.data.dataset import dataset_of
from playground.training.ensemble import Member
from playground.training.learner import Program, Tensors, Update, device, prepare

from . import classes, labelled, processes
from .answers import Asked, answer
from .batches import Batches
from .config import DiffusionConfig
from .likelihood import log_likelihood
from .model import Diffusion, NetworkField
from .pictures import Pictures
from .plane import Plane
from .rounds import Rounds
from .unet import PictureDiffusion

LIVE = ("lr", "ema")
FEW = 8
"""Points with which calls are counted."""


class DiffusionExperiment(Member):
    """A network on the plane that learns to take noise away, and a sampler that uses it.

    Randomness: initial weights and pictures come from the seed; step number i takes batch number i.
    """

    Config = DiffusionConfig

    def __init__(self, config: DiffusionConfig):
        self.device = device(config.device)
        self.distribution, self.process = dataset_of(config), processes.of(config)
        self.configure(config)
        self._batches = Batches(
            labelled.drawing(config),
            self.process,
            self.distribution.dim,
            config.batch,
            config.seed,
            self.device,
            config.coupling,
            classes.count(config),
            config.drop,
        )
        self._rounds = Rounds(config, self.diffusion, self.process, self._batches, self.device)
        self.steps, self._drawn = 0, 0
        start = self.diffusion.init_state(torch.Generator().manual_seed(config.seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        view = Pictures if config.data == "digits" else Plane
        self._plane = view(config, self.distribution, self.process, self.device)

    def configure(self, config: DiffusionConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.diffusion = diffusion(self._structure)
        self._settings = {name: torch.tensor(getattr(config, name), device=self.device) for name in LIVE}

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(self._structure, self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step down the loss. Scalars: `loss`, `error` (unweighted), `grad` (length of the gradient)."""
        state, settings = self._rounds.begun(self.steps, self._state), self._settings
        if self._rounds.count:
            settings = {**settings, "lr": settings["lr"] * self._rounds.pace(self.steps)}
        self._state, scalars = program(self._structure, self.device)(state, settings, self.draw())
        self.steps += 1
        return scalars

    def draw(self) -> Tensors:
        """`data`, `noise` (batch, dim), `level` (batch, 5), and `label` (batch, classes) of the next update."""
        self._drawn += 1
        return self._rounds.batch(self._drawn - 1)

    @classmethod
    def batch_key(cls, config: DiffusionConfig) -> DiffusionConfig | None:
        return None if config.reflows or config.data == "digits" else structure(config)

    def updates(self) -> list[tuple[str, Update]]:
        return [("denoising", self.diffusion.update)]

    @property
    def parameters(self) -> int:
        return self.diffusion.parameters.size

    @property
    def calls(self) -> int:
        """Calls of the network that the chosen sampler makes for a cloud (an adaptive one: for a small cloud)."""
        (*_, last) = self._plane.carry(self.config, self._bounded, self._plane.noise[:FEW], self.config.steps)
        return last.nfe * classes.asks(self.config)

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Of the probability flow of the learned field, by the equation of how densities change along it; None of
        pictures, whose many dimensions would take minutes."""
        if self.config.data == "digits":
            return None
        points, field = torch.from_numpy(np.asarray(x, np.float32)).to(self.device), self.field().everywhere()
        return log_likelihood(field, self.process, points, tolerance=1e-4).log_prob.cpu().numpy()

    def field(self, bound: float | None = None) -> NetworkField:
        """The field of the averaged weights, of the wanted classes. With a `bound` predicted data do not leave the
        square of that size."""
        return self.diffusion.field(
            self._state["average"], labelled.wanted(self.config, self.device), self.config.guidance, bound
        )

    @property
    def _bounded(self) -> NetworkField:
        return self.field(self._bound)

    @property
    def _bound(self) -> float:
        return max(map(abs, self.distribution.bounds))

    def snapshot(self) -> dict[str, np.ndarray]:
        """The way from noise to data: see `Plane.snapshot`."""
        return self._plane.snapshot(self.config, self._bounded, self.field(), *self._rounds.taught(self.steps))

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """See `Plane.evaluate`."""
        return self._plane.evaluate(
            self.config, self._bounded, self.field(), thorough, *self._rounds.taught(self.steps)
        )

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, 2) float32, by the chosen sampler; pictures (n, 64), pixels in whole levels, 0 to 1."""
        return self._plane.sample(self.config, self._bounded, n, seed)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """`z` (n, 2) -> `x` (n, 2), where the sampler carries this noise; and the dials of a panel, by its name -> the
        arrays that `panels.draw` takes. All float32."""
        if isinstance(self._plane, Pictures):
            return self._plane.respond(self.config, self._bounded, question)
        field = self._bounded
        return answer(
            question,
            Asked(
                field,
                self._plane,
                self.config,
                classes.shown(self.config),
                self.process,
                self.device,
                self._rounds.flows(self.steps, field, self._bound),
            ),
        )

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        return {
            **{name: tensor.cpu().numpy() for name, tensor in self._state.items()},
            **self._rounds.state(),
            "steps": np.array(self.steps),
        }

    def export_state(self) -> State:
        """The shown weights only, as if training began anew at them."""
        average = self._state["average"]
        state = {name: torch.zeros_like(tensor) for name, tensor in self._state.items()}
        state |= {"w": average, "average": average}
        return self.state_dict() | {name: tensor.cpu().numpy() for name, tensor in state.items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self._drawn = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        self._rounds.load(state)


def structure(config: DiffusionConfig) -> DiffusionConfig:
    """The settings that decide the shape of the computation of a step; the others at their defaults."""
    default, pictures = DiffusionConfig(), config.data == "digits"
    kept = ["batch", "width", "depth", "objective", "weighting", "execution", "device"]
    if classes.count(config) or pictures:  # of the data it matters only how many classes and dimensions they have
        kept += ["data", "classes"]
    changes = {name: getattr(config, name) for name in kept}
    if pictures:  # TorchScript cannot replay the gradients of convolutions, whose time is not Python's anyway
        changes["execution"] = {"traced": "eager"}.get(config.execution, config.execution)
    return default.model_copy(update=changes)


@lru_cache(maxsize=64)
def diffusion(structure: DiffusionConfig) -> Diffusion:
    data = dataset_of(structure)
    kind = PictureDiffusion if structure.data == "digits" else Diffusion
    return kind(structure, data.dim, classes.count(structure))


@lru_cache(maxsize=64)
def program(structure: DiffusionConfig, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    model = diffusion(structure)
    state = {name: tensor.to(device) for name, tensor in model.init_state(torch.Generator().manual_seed(0)).items()}
    settings = {name: torch.tensor(getattr(structure, name), device=device) for name in LIVE}
    return prepare(model.update, (state, settings, _example(structure, device)), structure.execution)


def _example(structure: DiffusionConfig, device: torch.device) -> dict[str, Tensor]:
    draw, dim, count = labelled.drawing(structure), dataset_of(structure).dim, classes.count(structure)
    return Batches(draw, processes.of(structure), dim, structure.batch, 0, device, classes=count)[0]
