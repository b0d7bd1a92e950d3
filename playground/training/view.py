"""What is looked at of an experiment: pictures, scores, samples, answers; one view for each domain of data.

A family's folder `plane/`, `images/`, ... has a file `view.py` with a class `View`, which turns the model as it is now
into arrays. It holds what never changes during a training: noise and data that are shown and judged.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from playground.core.contract import Experiment
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.panels import Arrays, answer
from playground.core.registry import panels_of, part
from playground.core.score import Score

from . import batches
from .checkpoint import BestCheckpoint


@dataclass(frozen=True)
class Current:
    """An experiment as it is now, for its view."""

    config: Any
    """The family's `Config` with the live settings in force."""
    step: int
    model: Any
    """What is shown and judged: with averaged weights, or the best ones so far."""
    load_newest: Callable[[], Any]
    best: BestCheckpoint | None = None

    @property
    def newest(self) -> Any:
        """The model with its newest averaged weights; `model` itself, where that is shown."""
        return self.load_newest()


class View(ABC):
    """Of one experiment: its settings, data and device."""

    package: ClassVar[str]
    """The family's folder, in which `panels_of` looks for panels: filled in by itself."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.package = cls.__module__.rpartition(".")[0].rpartition(".")[0]

    def __init__(self, config: Any, dataset: Any, device: torch.device):
        self.config, self.dataset, self.device = config, dataset, device

    @abstractmethod
    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """The arrays of a frame: see `Experiment.snapshot`."""

    @abstractmethod
    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """Scores with their floors: see `Experiment.evaluate`."""

    given: ClassVar[tuple[str, ...]] = ()
    """What samples may be given, by name: see `Experiment.sample`."""

    @abstractmethod
    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """Fresh samples (n, dim) float32: see `Experiment.sample`. A view with names in `given` takes these, too."""

    def log_prob(self, now: Current, x: np.ndarray) -> np.ndarray | None:
        """Log densities (n,) of points `x`, or None: see `Experiment.log_prob`."""
        return None

    def validate(self, model: Any) -> float | None:
        """The score of a model on the data kept from training, lower is better; None: there are no such data."""
        return None

    def context(self, now: Current) -> Any:
        """What `panel_data` needs besides the dials' values: the model, and what belongs to it."""
        raise UserError(N_("This model has no panels."))

    def send(self, now: Current, z: np.ndarray) -> np.ndarray:
        """Where the model sends points of its latent space (n, latent): (n, dim) float32. `UserError` where it has
        none, or of another dimension."""
        raise UserError(N_("This model has no latent space."))

    def respond(self, now: Current, asked: Mapping[str, np.ndarray]) -> Arrays:
        """The answer to a question: `{"z": (n, latent)}` -> `{"x": (n, dim)}`, or that of a panel. All float32."""
        if asked.keys() == {"z"}:
            z = np.asarray(asked["z"], np.float32)
            if z.ndim != 2 or not np.isfinite(z).all():
                raise UserError(N_("Latent points must be finite numbers, equally many for each point."))
            return {"x": self.send(now, z)}
        folder = f"{self.package}.{self.config.domain}.panel_data"
        panels = panels_of(self.package, now.config)
        compute = {panel.name: import_module(f"{folder}.{panel.name}").compute for panel in panels}
        arrays = answer(asked, panels, compute, self.context(now))
        return {name: np.asarray(array, np.float32) for name, array in arrays.items()}

    def tensor(self, array: np.ndarray) -> Tensor:
        """On the experiment's device, as float32."""
        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def fixed(self, draw: batches.Draw, n: int, stream: str) -> Tensor:
        """`n` rows of `draw` that never change: the seed and the name of the stream decide them."""
        return self.tensor(draw(n, batches.generator(self.config.seed, stream)))


class ViewedExperiment(Experiment):
    """An experiment that is looked at through the view of its data's domain."""

    view: View
    device: torch.device

    @abstractmethod
    def current(self) -> Current:
        """The experiment as it is now."""

    def make_view(self, config: Any, dataset: Any) -> View:
        """The view that this family has for the domain of the data."""
        package = type(self).__module__.rpartition(".")[0]
        return part(package, config.domain, "view").View(config, dataset, self.device)

    def snapshot(self) -> dict[str, np.ndarray]:
        """See `View.snapshot` of the data's domain."""
        return self.view.snapshot(self.current())

    def evaluate(self, thorough: bool = False) -> dict[str, Score]:
        """See `View.evaluate` of the data's domain."""
        return self.view.evaluate(self.current(), thorough)

    def sample(self, n: int, seed: int, **given: Any) -> np.ndarray:
        """See `View.sample` of the data's domain."""
        for name in given:
            if name not in self.view.given:
                names = ", ".join(self.view.given) or "–"
                raise UserError(
                    N_("Sampling from this model has no option '{name}'; it has: {names}."), name=name, names=names
                )
        return self.view.sample(self.current(), n, seed, **given)

    def log_prob(self, x: np.ndarray) -> np.ndarray | None:
        """See `View.log_prob` of the data's domain."""
        return self.view.log_prob(self.current(), x)

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """See `View.respond`, and `panel_data` of the data's domain."""
        return self.view.respond(self.current(), question)


def half_precision(tensor: Tensor) -> np.ndarray:
    """As float16, for frames; values beyond its range are clamped to it, and NaN stays NaN."""
    limit = float(np.finfo(np.float16).max)
    return tensor.clamp(-limit, limit).half().cpu().numpy()
