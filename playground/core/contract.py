"""The contract between a family and the rest of the house: experiments, frames, pieces of work and what they gave."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from safetensors.numpy import load, save

from . import aliases
from .config import Config as AnyConfig
from .errors import UserError
from .i18n import N_
from .score import Score

State = dict[str, np.ndarray]

SOLVER = "solver"
"""The scalar that is infinite where a solver cannot follow a velocity any more."""
DIVERGED = N_("{quantity} is no longer a finite number at step {step}: training diverged.")
STIFF_TRAINING = N_(
    "At step {step} the velocity has become too steep for the adaptive solver: training diverged. Use a lower learning "
    "rate, or a solver with steps of fixed length, such as RK4."
)


class Experiment(ABC):
    """A model, its objective, its optimiser and its random generators, independent of screens, files and time."""

    Config: ClassVar[type[AnyConfig]]
    config: Any
    """The settings in force, of the family's `Config`."""
    steps: int
    """Number of steps done."""

    def __init__(self, config: AnyConfig):
        self.config, self.steps = config, 0

    @abstractmethod
    def step(self, part: str | None = None) -> dict[str, float]:
        """Do one optimisation step, or only one part of it (see `Config.parts`). Returns its scalars by name."""

    @abstractmethod
    def snapshot(self) -> dict[str, np.ndarray]:
        """The arrays of a frame, made from fixed noise: motion on screen is learning."""

    @abstractmethod
    def evaluate(self, thorough: bool = False) -> dict[str, Score]:
        """The current scores, each with its floor. Does not use the random numbers of training.

        By default the scores of the live charts, in milliseconds; `thorough`: all scores, on more samples.
        """

    @abstractmethod
    def sample(self, n: int, seed: int, **given: Any) -> np.ndarray:
        """Fresh samples of the current model, (n, ...) float32, determined by `seed` and the options `given`: a class,
        a prompt, ... `UserError` for options that the family does not have."""

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """The answer of the current model to a question, such as the samples for given noise. Changes no state and
        draws no random numbers. `UserError` for questions that it does not support.
        """
        raise UserError(N_("This model has no panels."))

    @property
    def parameters(self) -> int:
        """Number of learned parameters; 0: unknown."""
        return 0

    @property
    def calls(self) -> int:
        """Number of consecutive passes through the model for one sample."""
        return 1

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """Log densities (n,) in nats of points `x` (n, ...) under the current model, or lower bounds if `bounded`.
        None: the model has no density that can be evaluated."""
        return None

    @property
    def bounded(self) -> bool:
        """Whether `log_prob` gives lower bounds only."""
        return False

    @abstractmethod
    def configure(self, config: AnyConfig) -> None:
        """Take over changed live settings for the steps to come."""

    @abstractmethod
    def state_dict(self) -> State:
        """Everything that decides the future, as arrays (scalars have shape ())."""

    def export_state(self) -> State:
        """The state for weights that are shipped: a family may forget what only the next steps would need, such as
        an optimiser's moments, as if training began anew here. What is seen, scored and sampled is the same."""
        return self.state_dict()

    @abstractmethod
    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from a state as if nothing had happened in between."""


class InARow(ABC):
    """An experiment that can do several steps in one go: a GPU waits for Python between two of them."""

    @abstractmethod
    def steps_together(self, most: float) -> list[dict[str, float]]:
        """Do at least one whole step and at most `most`; the scalars of each."""


@dataclass(frozen=True)
class Frame:
    """The arrays of a run at one step, by name, read-only."""

    step: int
    arrays: Mapping[str, np.ndarray]

    def __post_init__(self):
        for array in self.arrays.values():
            array.setflags(write=False)

    def text(self, name: str) -> str:
        """A text among the arrays: see `text_array`."""
        return self.arrays[name].tobytes().rstrip(b"\0").decode()

    def to_bytes(self) -> bytes:
        return save({k: np.asarray(v, order="C") for k, v in self.arrays.items()}, {"step": str(self.step)})

    @classmethod
    def from_bytes(cls, step: int, raw: bytes, names: Mapping[str, str] = MappingProxyType({})) -> "Frame":
        """`names`: what arrays were called when the bytes were written -> what they are called now."""
        return cls(step, aliases.current(names, load(raw)))


def text_array(text: str, size: int) -> np.ndarray:
    """A text as a frame carries it: UTF-8 in `size` bytes (uint8), filled up with zeros; what is longer is cut between
    two characters. All frames of a run have the same size, so that they can be stacked."""
    raw = text.encode()[:size].decode(errors="ignore").encode()
    return np.frombuffer(raw.ljust(size, b"\0"), np.uint8).copy()


@dataclass(frozen=True)
class Event:
    """Something done by hand just before step number `step` (counted from 0): live settings changed,
    or that one step done only in `part`. Events are all that recomputation needs besides the config."""

    step: int
    changes: Mapping[str, Any] = field(default_factory=dict)
    part: str | None = None


@dataclass(frozen=True)
class Chunk:
    """A piece of work: `steps` steps, or as many as fit into `seconds`, from `step` on.

    `state` is None when the worker that gets it should still have the run alive at `step`. It may be
    older than `step`: what lies between is recomputed exactly, since steps are counted and not timed.
    """

    run: str
    family: str
    config: Mapping[str, Any]
    step: int
    state: bytes | None
    steps: int | None = None
    seconds: float | None = None
    events: tuple[Event, ...] = ()
    want_state: bool = True
    evaluate: bool = False
    snapshot: bool = True


@dataclass(frozen=True)
class Divergence:
    """A scalar stopped being a number: which one, and at which step."""

    quantity: str
    step: int

    @property
    def reason(self) -> tuple[str, dict[str, Any]]:
        """One sentence that names the remedy: a message id, and its values."""
        if self.quantity == SOLVER:
            return STIFF_TRAINING, {"quantity": self.quantity, "step": self.step}
        return DIVERGED, {"quantity": self.quantity, "step": self.step}


@dataclass(frozen=True)
class Progress:
    """What a chunk gave. `metrics[name]` has one value for each step done, in order."""

    step: int
    state: bytes | None
    frame: Frame | None
    metrics: Mapping[str, np.ndarray]
    scores: Mapping[str, Score]
    stepping: float
    """Seconds spent inside steps."""
    seconds: float
    """Seconds in all: building or loading, steps, picture, quality, state."""
    divergence: Divergence | None = None
    spent: float = 0.0
    """Computing time of these steps in seconds: what else the machine did meanwhile, and what preparing the first
    step took, are not in it."""
    computed: float = 0.0
    """Computing time of all of it in seconds."""
