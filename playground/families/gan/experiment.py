"""A GAN in training: steps, what can be drawn, how good it is."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from playground import metrics
from playground.core.contract import State
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.data.dataset import dataset_of
from playground.training import batches
from playground.training.ensemble import Member
from playground.training.learner import Program, Tensors, Update, device, prepare
from playground.training.networks import initial
from playground.training.optimisers import init_moments

from .config import GanConfig
from .images.view import ImageView
from .model import Game
from .networks import NETWORKS
from .panels import SAMPLE_COUNTS
from .plane.view import PlaneView

SCORED_SAMPLES = 2000
"""How many samples are scored, in training and at the end."""
LIVE = ("g_lr", "d_lr", "r1", "gp", "clip", "ema")
VIEWS = {"digits": ImageView}
"""Data -> how it is seen; all other data are points of the plane."""
LIVE_METRICS = ("sliced_w2", "modes_covered", "high_quality", "mode_kl", "grid_js", "nearest_ratio")


class GanExperiment(Member):
    """Generator and discriminator, on the plane or on images: the networks and the view follow from the data.

    Randomness: initial weights and the samples shown come from the seed; update number i takes batch number i
    of the streams of real samples and noise.
    """

    Config = GanConfig

    def __init__(self, config: GanConfig):
        self.device = device(config.device)
        self.distribution = dataset_of(config)
        self.configure(config)
        seed, size = config.seed, config.batch
        noise = batches.NOISES[config.noise](config.noise_dim)
        self._real = batches.BatchStream(self.distribution.sample, size, seed, "real", self.device)
        self._noise = batches.BatchStream(noise, size, seed, "noise", self.device)
        self._mix = batches.BatchStream(batches.uniform(1, 0.0), size, seed, "mix", self.device)
        self._scored_noise = self._tensor(noise(SCORED_SAMPLES, batches.generator(seed, "judged noise")))
        self._view = VIEWS.get(config.data, PlaneView)(config, self.device)
        self.steps, self._batches = 0, 0
        self._state = {name: tensor.to(self.device) for name, tensor in _init_state(self.game, seed).items()}

    def configure(self, config: GanConfig) -> None:
        self.config = config
        self._structure = structure(config)
        self.game = cached_game(self._structure)
        self._settings = {name: torch.tensor(getattr(config, name), device=self.device) for name in LIVE}

    @property
    def execution(self) -> str:
        """How steps are really executed: traced, where compiling was asked for but failed."""
        return program(self._structure, "both", self.device).execution

    def step(self, part: str | None = None) -> dict[str, float]:
        """One step, or only one player's updates of it.

        Scalars: `d_loss`, `g_loss` (without penalties), `d_real`, `d_fake` (mean probability of being
        real, or mean score), `g_grad` (norm of the generator's gradient), `penalty` (weighted).
        """
        scalars = {}
        for update in self._update_names(part):
            run = program(self._structure, update, self.device)
            self._state, values = run(self._state, self._settings, self.draw())
            scalars |= values
        self.steps += 1
        return scalars

    def draw(self) -> Tensors:
        batch = self.batch(self._batches)
        self._batches += 1
        return batch

    def batch(self, number: int) -> Tensors:
        """What update `number` (from 0) uses: `real` (batch, dim), `noise` (batch, noise_dim)."""
        batch = {"real": self._real[number], "noise": self._noise[number]}
        if self.config.objective == "wgan_gp":
            batch["mix"] = self._mix[number]  # (batch, 1)
        return batch

    def _update_names(self, part: str | None) -> list[str]:
        d, g = self.config.d_steps, self.config.g_steps
        if part is None:  # the last update of D and the first of G share their samples
            return ["discriminator"] * (d - 1) + ["both"] + ["generator"] * (g - 1)
        return [part] * {"discriminator": d, "generator": g}[part]

    @classmethod
    def batch_key(cls, config: GanConfig) -> tuple:
        return structure(config), config.g_steps, config.d_steps

    def updates(self) -> list[tuple[str, Update]]:
        return [(name, getattr(self.game, f"update_{name}")) for name in self._update_names(None)]

    @property
    def parameters(self) -> int:
        return self.game.g.size + self.game.d.size

    def snapshot(self) -> dict[str, np.ndarray]:
        """What the view of these data shows: see `PlaneView` and `ImageView` for the arrays."""
        return self._view.arrays(self.game, self._state)

    def evaluate(self, thorough: bool = False) -> dict[str, metrics.Score]:
        """Scores of 2,000 samples from fixed noise; `thorough`: of fresh ones, by every metric."""
        if thorough:
            return metrics.evaluate(self.sample(SCORED_SAMPLES, self.config.seed), self.distribution)
        with torch.no_grad():
            samples = self.game.generate(self.game.g.views(self._state["g_ema"]), self._scored_noise)
        names = [name for name in LIVE_METRICS if metrics.METRICS[name].applies(self.distribution)]
        return metrics.evaluate(samples.cpu().numpy(), self.distribution, names)

    def sample(self, n: int, seed: int) -> np.ndarray:
        """`n` fresh samples (n, dim) float32 of the averaged generator."""
        generator = batches.generator(seed, "samples")
        noise = self._tensor(batches.NOISES[self.config.noise](self.config.noise_dim)(n, generator))
        with torch.no_grad():
            return self.game.generate(self.game.g.views(self._state["g_ema"]), noise).cpu().numpy()

    def respond(self, question: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Of the averaged generator: `z` (n, noise_dim) -> `x` (n, 2), its samples from this noise; `noise` (scale,
        index in `SAMPLE_COUNTS`, ...) -> `z` (n, noise_dim), fixed, and `x` (n, 2), the samples from `z` times the
        scale. All float32.
        """
        answers = {"z": self._generate, "noise": self._generate_scaled}
        if len(question) != 1 or not answers.keys() & question.keys():
            raise UserError(N_("The generator answers questions about: {names}."), names=", ".join(answers))
        ((name, asked),) = question.items()
        return answers[name](np.asarray(asked, np.float32))

    def _generate(self, z: np.ndarray) -> dict[str, np.ndarray]:
        if z.ndim != 2 or z.shape[1] != self.config.noise_dim or not np.isfinite(z).all():
            raise UserError(
                N_("The generator takes noise vectors of {dim} finite numbers each."), dim=self.config.noise_dim
            )
        with torch.no_grad():
            return {"x": self.game.generate(self.game.g.views(self._state["g_ema"]), self._tensor(z)).cpu().numpy()}

    def _generate_scaled(self, dials: np.ndarray) -> dict[str, np.ndarray]:
        if dials.ndim != 1 or len(dials) < 2 or int(dials[1]) not in range(len(SAMPLE_COUNTS)):
            raise UserError(N_("The question '{name}' takes the values of its panel's dials."), name="noise")
        count = SAMPLE_COUNTS[int(dials[1])]
        noise = batches.NOISES[self.config.noise](self.config.noise_dim)
        z = noise(count, batches.generator(self.config.seed, "panel"))
        return {"z": z, **self._generate(z * dials[0])}

    def state_dict(self) -> State:
        """Updates never write into a tensor, so these are views, not copies."""
        tensors = {name: tensor.cpu().numpy() for name, tensor in self._state.items()}
        return {**tensors, "steps": np.array(self.steps), "batches": np.array(self._batches)}

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        self.steps, self._batches = int(state["steps"]), int(state["batches"])
        self._state = {name: torch.tensor(state[name], device=self.device) for name in self._state}

    def _tensor(self, array: np.ndarray) -> Tensor:
        return torch.from_numpy(array).to(self.device)


def structure(config: GanConfig) -> GanConfig:
    """The settings that decide the shape of the computation; the others at their defaults."""
    default = GanConfig()
    free = ("own", "noise", "seed", "g_steps", "d_steps", *LIVE)
    return config.model_copy(
        update={
            **{name: getattr(default, name) for name in free},
            "data": config.data if config.data in NETWORKS else default.data,
            "r1": 1.0 if config.r1 > 0 else 0.0,
        }
    )


@lru_cache(maxsize=64)
def cached_game(structure: GanConfig) -> Game:
    return Game(structure)


@lru_cache(maxsize=64)
def program(structure: GanConfig, update: str, device: torch.device) -> Program:
    """One update, prepared; cached, so that a reset, another seed or a rewind need not wait for it again."""
    game = cached_game(structure)
    state = {name: tensor.to(device) for name, tensor in _init_state(game, 0).items()}
    settings = {name: torch.tensor(0.1, device=device) for name in LIVE}
    widths = {"real": dataset_of(structure).dim, "noise": structure.noise_dim}
    if structure.objective == "wgan_gp":
        widths["mix"] = 1
    batch = {name: torch.zeros(structure.batch, width, device=device) for name, width in widths.items()}
    return prepare(getattr(game, f"update_{update}"), (state, settings, batch), structure.execution)


def _init_state(game: Game, seed: int) -> Tensors:
    """The state before the first step."""
    random = torch.Generator().manual_seed(seed)
    g = game.g.join(initial(game.generator_net, random))
    d = game.d.join(initial(game.discriminator_net, random))
    moments = {
        f"{player}.{name}": tensor
        for player, vector in (("g", g), ("d", d))
        for name, tensor in init_moments(game.config.optimiser, vector).items()
    }
    return {"g": g, "d": d, "g_ema": g, **moments, "d_norm": torch.randn(game.norm_size, generator=random)}
