"""A GAN in training: two players, whose updates make up a step."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from playground.core.contract import State
from playground.data.dataset import dataset_of
from playground.training.batches import NOISES, BatchStream, uniform
from playground.training.gradient_experiment import GradientExperiment
from playground.training.view import Current

from .config import GanConfig
from .model import Game, Players


class GanExperiment(GradientExperiment):
    """Generator and discriminator. As a step may have several updates, the batches used are counted by themselves."""

    Config = GanConfig
    TENSORS = ("g_lr", "d_lr", "r1", "gp", "clip", "ema")
    WEIGHTS = ("g_ema",)
    objective: Game

    @classmethod
    def structure(cls, config: GanConfig) -> GanConfig:
        free = ("own", "noise", "seed", "g_steps", "d_steps", *cls.TENSORS)
        return config.with_defaults(*free, data=config.shaped_like, r1=1.0 if config.r1 > 0 else 0.0)

    @classmethod
    def make_objective(cls, structure: GanConfig) -> Game:
        return Game(structure)

    @classmethod
    def batch_streams(cls, config: GanConfig, device: torch.device) -> dict[str, BatchStream]:
        """`real` (batch, dim), `noise` (batch, noise_dim), and for the gradient penalty `mix` (batch, 1)."""
        draws = {"real": dataset_of(config).sample, "noise": NOISES[config.noise](config.noise_dim)}
        if config.objective == "wgan_gp":
            draws["mix"] = uniform(1, 0.0)
        return {name: BatchStream(draw, config.batch, config.seed, name, device) for name, draw in draws.items()}

    @classmethod
    def batch_key(cls, config: GanConfig) -> tuple:
        return cls.structure(config), config.g_steps, config.d_steps

    def moves(self, part: str | None) -> Sequence[str]:
        d, g = self.config.d_steps, self.config.g_steps
        if part is None:  # the last update of D and the first of G share their samples
            return ["update_discriminator"] * (d - 1) + ["update_both"] + ["update_generator"] * (g - 1)
        return [f"update_{part}"] * {"discriminator": d, "generator": g}[part]

    @property
    def parameters(self) -> int:
        return self.objective.g.size + self.objective.d.size

    def current(self) -> Current:
        players = Players(self.objective, self._state)
        return Current(self.config, self.steps, players, lambda: players)

    def state_dict(self) -> State:
        return {**super().state_dict(), "batches": np.array(self.drawn)}

    def export_state(self) -> State:
        return self.state_dict()

    def load_state_dict(self, state: Mapping[str, np.ndarray]) -> None:
        super().load_state_dict(state)
        self.drawn = int(state["batches"])
