"""An autoregressive model in training: steps, what can be drawn, how good it is."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from playground import metrics
from playground.core.contract import State
from playground.data.bits.binary import Binary
from playground.data.settings import PLANE
from playground.training import batches
from playground.training.ensemble import Member
from playground.training.learner import Program, Tensors, Update, device, prepare

from .bits.checkpoint import BestCheckpoint
from .bits.validation import VALIDATE_EVERY
from .bits.view import BitView
from .config import AutoregressiveConfig, data_of, mask_set_count
from .model import Likelihood, build
from .networks.nade import NADE
from .plane.view import PlaneView

LIVE = ("lr", "decay", "clip", "ema")


class AutoregressiveExperiment(Member):
    """Conditional probabilities of bits, or of the bins of the plane, trained by their exact likelihood.

    Randomness: initial weights and pictures come from the seed; step number i takes batch number i.
    """

    Config = AutoregressiveConfig

    def __init__(self, config: AutoregressiveConfig):
        self.device = device(config.device)
        self.data = data_of(config)
        self._reach = 1.0 if isinstance(self.data, Binary) else float(self.data.reach)
        self.configure(config)
        seed = config.seed
        self._real = batches.BatchStream(self.data.sample, config.batch, seed, "real", self.device)
        self.steps, self._batches = 0, 0
        start = self.likelihood.init_state(torch.Generator().manual_seed(seed))
        self._state = {name: tensor.to(self.device) for name, tensor in start.items()}
        self._best = BestCheckpoint(self._state["average"])
        self._sets = [torch.full((1,), k, dtype=torch.long, device=self.device) for k in range(mask_set_count(config))]
        self._bits = BitView(config, self.device) if isinstance(self.data, Binary) else None
        self._plane = PlaneView(config, self.data, self.device) if self._bits is None else None

    def configure(self, config: AutoregressiveConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.likelihood = likelihood(self._structure)
        known = {name: getattr(config, name) for name in LIVE} | {"reach": self._reach}
        self._settings = {name: torch.tensor(value, device=self.device) for name, value in known.items()}

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(self._structure, self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step down the negative log likelihood. Scalars: `loss` (of the batch, nats), `grad` (length of the
        gradient before it is clipped)."""
        self._state, scalars = program(self._structure, self.device)(self._state, self._settings, self.draw())
        self.steps += 1
        if self._bits is not None and self.steps % VALIDATE_EVERY == 0:
            newest = self._state["average"]
            self._best = self._bits.validate(self._best, self._net(newest), newest, self.steps)
        return scalars

    def draw(self) -> Tensors:
        """`x` (batch, dim); of bits also `which` (1,), the set of masks whose turn it is."""
        batch = {"x": self._real[self._batches]}
        if not self.likelihood.plane:
            batch["which"] = self._sets[self._batches % len(self._sets)]
        self._batches += 1
        return batch

    @classmethod
    def batch_key(cls, config: AutoregressiveConfig) -> AutoregressiveConfig | None:
        """Runs on bits train alone: each validates its weights on its way."""
        return structure(config) if config.data in PLANE else None

    def updates(self) -> list[tuple[str, Update]]:
        return [("likelihood", self.likelihood.update)]

    @property
    def parameters(self) -> int:
        return self.likelihood.parameters.size

    @property
    def calls(self) -> int:
        """NADE needs one pass; the others need one for each bit, on the plane for each coordinate."""
        if self.likelihood.plane:
            return 2
        return 1 if isinstance(self.likelihood.net, NADE) else self.likelihood.dim

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Exact, in nats: of points (n, 2) their log density, of vectors of bits (n, dim) their log probability."""
        return (self._bits or self._plane).log_prob(self.net(), x)

    def net(self) -> nn.Module:
        """The network that is shown and evaluated: the averaged weights as they are now; on bits the best ones so far,
        where `config.best` says so."""
        return self._net(self._best.average if self._chosen else self._state["average"])

    @property
    def _chosen(self) -> bool:
        return self._bits is not None and self.config.best and self._best.step > 0

    def _net(self, average: torch.Tensor) -> nn.Module:
        net = inference_model(self._structure, self.device)
        self.likelihood.load_weights(net, average)
        return net

    def snapshot(self) -> dict[str, np.ndarray]:
        """See `BitView.snapshot`, `PlaneView.snapshot`."""
        if self._bits is not None:
            return self._bits.snapshot(self.net(), self._best)
        return self._plane.snapshot(self.net())

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """See `BitView.evaluate`, `PlaneView.evaluate`."""
        if self._bits is not None:
            return self._bits.evaluate(self.net(), self._best, thorough)
        return self._plane.evaluate(self.net(), thorough)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples of the shown network: bits (n, dim), or points (n, 2), float32."""
        return (self._bits or self._plane).sample(self.net(), n, seed)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """From the shown network: see `BitView.respond`, `PlaneView.respond`."""
        return (self._bits or self._plane).respond(self.net(), question)

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        best = self._best.state() if self._bits is not None else {}
        return {
            **{name: tensor.cpu().numpy() for name, tensor in self._state.items()},
            **best,
            "steps": np.array(self.steps),
        }

    def export_state(self) -> State:
        """The shown weights only, as if training began again at them."""
        shown = self._best.average if self._chosen else self._state["average"]
        return self.state_dict() | {name: t.cpu().numpy() for name, t in self.likelihood.reset_optimiser(shown).items()}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps = self._batches = int(state["steps"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}
        if self._bits is not None:
            self._best = BestCheckpoint.from_state(state, self.device)


def structure(config: AutoregressiveConfig) -> AutoregressiveConfig:
    """The settings that decide the shape of the computation; the others at their defaults."""
    default = AutoregressiveConfig()
    free = ("own", "seed", "best", *LIVE)
    return config.model_copy(
        update={
            **{name: getattr(default, name) for name in free},
            "data": "moons" if config.data in PLANE else config.data,
        }
    )


@lru_cache(maxsize=64)
def likelihood(structure: AutoregressiveConfig) -> Likelihood:
    return Likelihood(structure)


@lru_cache(maxsize=64)
def inference_model(structure: AutoregressiveConfig, device: torch.device) -> nn.Module:
    """A network for inference, into which the weights of an experiment are copied before every use."""
    with torch.device(device):
        return build(structure).requires_grad_(False)


@lru_cache(maxsize=64)
def program(structure: AutoregressiveConfig, device: torch.device) -> Program:
    """One update, prepared; kept, so that a reset, another seed or a rewind need not wait for it again."""
    model = likelihood(structure)
    batch = {"x": torch.zeros(structure.batch, model.dim, device=device)}
    if not model.plane:
        batch["which"] = torch.zeros(1, dtype=torch.long, device=device)
    state = {name: tensor.to(device) for name, tensor in model.init_state(torch.Generator().manual_seed(0)).items()}
    settings = {name: torch.tensor(0.1, device=device) for name in (*LIVE, "reach")}
    return prepare(model.update, (state, settings, batch), structure.execution)
