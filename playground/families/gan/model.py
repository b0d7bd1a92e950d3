"""The game of a GAN: its losses, its penalties, and one update of each player."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.func import functional_call
from torch.nn import functional as F

from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial, spectral
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, init_moments

from .config import GanConfig
from .networks import players

Discriminator = Callable[[Tensor], Tensor]
"""Samples (n, dim) -> scores (n,), logits where the objective has probabilities."""


@dataclass(frozen=True)
class Losses:
    """What the players minimise, given the scores D(x) and D(G(z)), and how to read the scores."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]
    output: Callable[[Tensor], Tensor] = torch.sigmoid
    """Score -> the output that theory speaks of: the probability of being real, or the score itself."""
    realness: Callable[[Tensor, Tensor], Tensor] = lambda scores, reference: scores.sigmoid()
    """Scores, and those of the samples at hand -> [0, 1], from generated over undecided (1/2) to real."""


def log_loss(real: Tensor, fake: Tensor) -> Tensor:
    """- E log D(x) - E log(1 - D(G(z))), Goodfellow et al. 2014, equation 1."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def minimax(fake: Tensor) -> Tensor:
    """E log(1 - D(G(z))), ibidem: flat where the discriminator is confident."""
    return -F.softplus(fake).mean()


def non_saturating(fake: Tensor) -> Tensor:
    """- E log D(G(z)), ibidem, section 3."""
    return F.softplus(-fake).mean()


def least_squares(real: Tensor, fake: Tensor) -> Tensor:
    """Mao et al. 2017, equation 9, with labels 0 and 1."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """Lim and Ye 2017; Miyato et al. 2018, equation 16."""
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    """- (E f(x) - E f(G(z))), Arjovsky et al. 2017, equation 2: minus the distance, for slopes up to 1."""
    return fake.mean() - real.mean()


def _identity(scores: Tensor) -> Tensor:
    return scores


def _standardised(scores: Tensor, reference: Tensor) -> Tensor:
    """For a critic, whose scores have neither zero nor scale: relative to mean and deviation of `reference`."""
    return ((scores - reference.mean()) / (reference.std() + 1e-6) * 2).sigmoid()


OBJECTIVES = {
    "minimax": Losses(log_loss, minimax),
    "non_saturating": Losses(log_loss, non_saturating),
    "least_squares": Losses(
        least_squares, lambda fake: (fake - 1).square().mean() / 2, _identity, lambda scores, _: scores.clamp(0, 1)
    ),
    "hinge": Losses(hinge, lambda fake: -fake.mean(), _identity, lambda scores, _: ((scores + 1) / 2).clamp(0, 1)),
    "wgan": Losses(wasserstein, lambda fake: -fake.mean(), _identity, _standardised),
    "wgan_gp": Losses(wasserstein, lambda fake: -fake.mean(), _identity, _standardised),
}


def squared_slopes(scores: Tensor, x: Tensor) -> Tensor:
    """Squared norm of the gradient of each score by its own point of `x` (n, dim): (n,), itself differentiable."""
    return torch.autograd.grad(scores.sum(), x, create_graph=True)[0].square().sum(1)


def r1_penalty(score: Discriminator, real: Tensor) -> tuple[Tensor, Tensor]:
    """E |grad D(x)|^2 / 2 at real samples (Mescheder et al. 2018, equation 9); and their scores."""
    x = real.detach().requires_grad_()
    scores = score(x)
    return squared_slopes(scores, x).mean() / 2, scores


def gradient_penalty(score: Discriminator, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
    """E (|grad f| - 1)^2 at points between real and generated samples, `mix` (n, 1) the share of the real one
    (Gulrajani et al. 2017, algorithm 1)."""
    x = (mix * real + (1 - mix) * fake).requires_grad_()
    return ((squared_slopes(score(x), x) + 1e-12).sqrt() - 1).square().mean()


class Game:
    """Both players and their updates, for the settings that decide the shape of the computation.

    State: `g`, `d` parameters, `g_ema` the averaged generator, `g.*`, `d.*` the optimisers' moments,
    `d_norm` the vectors of spectral normalisation. Settings: `g_lr`, `d_lr`, `r1`, `gp`, `clip`, `ema`.
    Batch: `real` (n, dim), `noise` (n, noise_dim), `mix` (n, 1).
    """

    def __init__(self, config: GanConfig):
        self.config, self.losses = config, OBJECTIVES[config.objective]
        with torch.device("meta"):  # the parameters live in the state
            self.generator_net, self.discriminator_net = players(config)
        self.g, self.d = Flat(self.generator_net), Flat(self.discriminator_net)
        matrices = {name: shape for name, shape in self.d.shapes.items() if len(shape) > 1}  # kernels: (out, rest)
        self._norms = {name: shape[1:].numel() for name, shape in matrices.items()} if config.spectral_norm else {}
        self.norm_size = sum(self._norms.values())
        own = {"beta1": config.beta1} if config.optimiser == "adam" else {}
        self._optimiser = partial(OPTIMISERS[config.optimiser], **own)

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        g = self.g.join(initial(self.generator_net, generator))
        d = self.d.join(initial(self.discriminator_net, generator))
        moments = {
            f"{player}.{name}": tensor
            for player, vector in (("g", g), ("d", d))
            for name, tensor in init_moments(self.config.optimiser, vector).items()
        }
        return {"g": g, "d": d, "g_ema": g, **moments, "d_norm": torch.randn(self.norm_size, generator=generator)}

    def generate(self, g: Mapping[str, Tensor], noise: Tensor) -> Tensor:  # (n, noise_dim) -> (n, dim)
        return functional_call(self.generator_net, dict(g), (noise,))

    def discriminator(self, d: Mapping[str, Tensor], norm: Tensor) -> tuple[Discriminator, Tensor]:
        """The discriminator with parameters `d`; and the next vectors of spectral normalisation."""
        d, vectors = dict(d), []
        for name, v in zip(self._norms, norm.split([*self._norms.values()]), strict=True):
            matrix, v = spectral(d[name].flatten(1), v)
            d[name] = matrix.view(d[name].shape)
            vectors.append(v)
        norm = torch.cat(vectors) if vectors else norm
        return lambda x: functional_call(self.discriminator_net, d, (x,)).squeeze(1), norm

    def update_discriminator(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """Scalars: `d_loss` without penalties, `d_real` and `d_fake` (mean probability of being real, or mean score),
        `penalty` (weighted)."""
        fake = self.generate(self.g.views(state["g"]), batch["noise"])
        return self._discriminator_step(state, settings, batch, fake)

    def update_generator(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """Scalars: `g_loss`, `g_grad` (norm of the gradient)."""
        leaves = self.g.leaves(state["g"])
        return self._generator_step(state, settings, leaves, self.generate(leaves, batch["noise"]))

    def update_both(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """First the discriminator, then the generator through it, with the same generated samples."""
        leaves = self.g.leaves(state["g"])
        fake = self.generate(leaves, batch["noise"])
        state, scalars = self._discriminator_step(state, settings, batch, fake.detach())
        state, more = self._generator_step(state, settings, leaves, fake)
        return state, scalars | more

    def _discriminator_step(
        self, state: Tensors, settings: Tensors, batch: Tensors, fake: Tensor
    ) -> tuple[Tensors, Tensors]:
        leaves, real = self.d.leaves(state["d"]), batch["real"]
        score, norm = self.discriminator(leaves, state["d_norm"])
        penalties = []
        if self.config.r1 > 0:
            r1, on_real = r1_penalty(score, real)
            on_fake = score(fake)
            penalties.append(settings["r1"] * r1)
        else:
            on_real, on_fake = score(torch.cat([real, fake])).split(len(real))
        if self.config.objective == "wgan_gp":
            penalties.append(settings["gp"] * gradient_penalty(score, real, fake, batch["mix"]))
        loss = self.losses.discriminator(on_real, on_fake)
        slope = gradient(loss + sum(penalties), leaves)
        d, moments = self._optimise("d", state, slope, settings)
        if self.config.objective == "wgan":
            d = torch.minimum(torch.maximum(d, -settings["clip"]), settings["clip"])
        output = self.losses.output
        scalars = {
            "d_loss": loss,
            "d_real": output(on_real).mean(),
            "d_fake": output(on_fake).mean(),
            **({"penalty": sum(penalties)} if penalties else {}),
        }
        return {**state, "d": d, "d_norm": norm, **moments}, scalars

    def _generator_step(
        self, state: Tensors, settings: Tensors, leaves: Tensors, fake: Tensor
    ) -> tuple[Tensors, Tensors]:
        score, _ = self.discriminator(self.d.views(state["d"]), state["d_norm"])
        loss = self.losses.generator(score(fake))
        slope = gradient(loss, leaves)
        g, moments = self._optimise("g", state, slope, settings)
        average = averaged(state["g_ema"], g, settings["ema"], moments["g.count"])
        return {**state, "g": g, "g_ema": average, **moments}, {"g_loss": loss, "g_grad": slope.norm()}

    def _optimise(self, player: str, state: Tensors, slope: Tensor, settings: Tensors) -> tuple[Tensor, Tensors]:
        names = (*MOMENTS[self.config.optimiser], "count")
        moments = {name: state[f"{player}.{name}"] for name in names}
        after, moments = self._optimiser(state[player], slope, moments, settings[f"{player}_lr"])
        return after, {f"{player}.{name}": tensor for name, tensor in moments.items()}


class Players:
    """Both players as a state has them, to look at."""

    def __init__(self, game: Game, state: Tensors):
        self.losses, self._game, self._state = game.losses, game, state

    def generate(self, noise: Tensor) -> Tensor:
        """The averaged generator: (n, noise_dim) -> (n, dim)."""
        with torch.no_grad():
            return self._game.generate(self._game.g.views(self._state["g_ema"]), noise)

    def discriminator(self) -> Discriminator:
        """Its parameters are clones, as gradients cannot pass inference tensors."""
        return self._game.discriminator(self._game.d.views(self._state["d"].clone()), self._state["d_norm"].clone())[0]
