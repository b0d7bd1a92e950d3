"""A variational autoencoder in training: steps, what can be drawn, how good it is."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.contract import State
from playground.training import batches
from playground.training.ensemble import Member
from playground.training.learner import Program, Tensors, Update, device, prepare

from .best import EVERY, Best
from .config import LIVE, VaeConfig
from .model import Bound, Vae, build
from .pictures import Pictures
from .plane import NODES, Plane
from .source import source


class VaeExperiment(Member):
    """An encoder and a decoder, on the plane or on pictures.

    Randomness: initial weights and pictures come from the seed; step number i takes batch number i of the data and of
    the draws of the codes.
    """

    Config = VaeConfig

    def __init__(self, config: VaeConfig):
        self.device = device(config.device)
        self.configure(config)
        self._source = source(config)
        self._real = batches.BatchStream(self._source.sample, config.batch, config.seed, "real", self.device)
        self._eps = batches.BatchStream(
            batches.gaussian(config.latent), config.batch * config.samples, config.seed, "codes", self.device
        )
        self.steps, self._batches = 0, 0
        start = self.bound.init_state(torch.Generator().manual_seed(config.seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        self._best = Best(self._state["average"])
        self._view = (Pictures if self._on_pictures else Plane)(config, self._source, self.device)

    def configure(self, config: VaeConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.bound = bound(self._structure)
        self._settings = {name: torch.tensor(float(getattr(config, name)), device=self.device) for name in LIVE}

    @property
    def _on_pictures(self) -> bool:
        return self.config.data == "digits"

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(self._structure, self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step down the objective; see `Bound.update` for the scalars."""
        self._state, scalars = program(self._structure, self.device)(self._state, self._settings, self.draw())
        self.steps += 1
        if self._on_pictures and self.steps % EVERY == 0:
            newest = self._state["average"]
            self._best = self._best.better(newest, self._view.judged(self._vae(newest), "valid"), self.steps)
        return scalars

    def draw(self) -> Tensors:
        """`x` (batch, dim) and `eps` (K * batch, latent)."""
        batch = {"x": self._real[self._batches], "eps": self._eps[self._batches]}
        self._batches += 1
        return batch

    @classmethod
    def batch_key(cls, config: VaeConfig) -> VaeConfig | None:
        """On pictures each run chooses its best weights on its way, so they train alone."""
        return structure(config) if config.data != "digits" else None

    def updates(self) -> list[tuple[str, Update]]:
        return [("bound", self.bound.update)]

    @property
    def parameters(self) -> int:
        return self.bound.parameters.size

    @property
    def bounded(self) -> bool:
        """Whether `log_prob` is the importance-weighted bound: with more than two numbers of code."""
        return self.config.latent not in NODES

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Of points (n, 2) of the plane: by quadrature over the code where that is possible, else a bound."""
        return None if self._on_pictures else self._view.log_prob(self.vae(), x)

    def vae(self) -> Vae:
        """The model that is shown and judged, with the averaged weights as they are now; on pictures those that were
        best so far, where `config.best` says so."""
        return self._vae(self._best.average if self._chosen else self._state["average"])

    @property
    def _chosen(self) -> bool:
        return self._on_pictures and self.config.best and self._best.step > 0

    def _newest(self) -> Vae:
        return self._vae(self._state["average"], other=True) if self._chosen else self.vae()

    def _vae(self, weights: Tensor, other: bool = False) -> Vae:
        vae = mirror(self._structure, self.device, other)
        named = self.bound.parameters.views(weights)
        with torch.no_grad():
            for name, place in vae.named_parameters():
                place.copy_(named[name])
            vae.decoder.sigma.copy_(self._settings["sigma"])
        return vae

    def snapshot(self) -> dict[str, np.ndarray]:
        """See `Plane.snapshot`, `Pictures.snapshot`."""
        if self._on_pictures:
            judged = self._view.judgement(self._newest(), self._best)
            return self._view.snapshot(self.vae()) | {"judged": judged}
        return self._view.snapshot(self.vae())

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """See `Plane.evaluate`, `Pictures.evaluate`: live of the newest weights, at the end of those that are shown."""
        return self._view.evaluate(self.vae() if thorough else self._newest(), thorough)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` draws (n, dim) float32 of the shown model: of a code from N(0, I), and then of the decoder's law. Pixels
        are in [0, 1]."""
        return self._view.sample(self.vae(), n, seed)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Of the shown model, all float32: `z` (n, latent) -> `x` (n, dim), what it expects of these codes; and the
        dials of a panel, by its name -> the arrays that `panels.draw` takes."""
        from .answers import answer  # what is seldom asked is read late
        from .answers.asked import Asked

        return answer(question, Asked(self.vae(), self.config, self._source, self.device))

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        best = self._best.state() if self._on_pictures else {}
        return {
            **{name: tensor.cpu().numpy() for name, tensor in self._state.items()},
            **best,
            "steps": np.array(self.steps),
        }

    def export_state(self) -> State:
        """The shown weights only, as if training began anew at them."""
        shown = self._best.average if self._chosen else self._state["average"]
        began = self.bound.reset_optimiser(shown, self.steps)
        return self.state_dict() | {name: tensor.cpu().numpy() for name, tensor in began.items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self._batches = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        if self._on_pictures:
            self._best = Best.of(state, self.device)


def structure(config: VaeConfig) -> VaeConfig:
    """The settings that decide the shape of the computation; the others at their defaults."""
    default = VaeConfig()
    pictures = config.data == "digits"
    free = ("own", "seed", "best", *LIVE, *(() if pictures else ("likelihood", "strong")))
    return config.model_copy(
        update={**{name: getattr(default, name) for name in free}, "data": "digits" if pictures else default.data}
    )


@lru_cache(maxsize=64)
def bound(structure: VaeConfig) -> Bound:
    return Bound(structure)


@lru_cache(maxsize=64)
def mirror(structure: VaeConfig, device: torch.device, other: bool = False) -> Vae:
    """A model to look at, whose weights are copied from an experiment before every look; or an `other` beside it."""
    with torch.device(device):
        return build(structure).requires_grad_(False)


@lru_cache(maxsize=64)
def program(structure: VaeConfig, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    model = bound(structure)
    state = {name: tensor.to(device) for name, tensor in model.init_state(torch.Generator().manual_seed(0)).items()}
    settings = {name: torch.tensor(0.1, device=device) for name in LIVE}
    batch = {
        "x": torch.zeros(structure.batch, model.vae.dim, device=device),
        "eps": torch.zeros(structure.batch * structure.samples, structure.latent, device=device),
    }
    return prepare(model.update, (state, settings, batch), structure.execution)
