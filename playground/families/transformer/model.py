"""The likelihood of the answers, and one update of a model's parameters."""

from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, Optimiser, adam, averaged, clipped, init_moments

from .config import TransformerConfig, effective_architecture, effective_width, is_attentive
from .networks.bahdanau import AttentiveRecurrent
from .networks.dropout import Dropout
from .networks.recurrent import Recurrent
from .networks.sequence import SequenceModel, Shape
from .networks.transformer import Transformer
from .schedules import SCHEDULES

OWN_OPTIMISERS: Mapping[str, Optimiser] = {**OPTIMISERS, "adam": partial(adam, beta2=0.98, eps=1e-9)}
"""Adam with the paper's constants (Vaswani et al. 2017, section 5.3)."""


def build(config: TransformerConfig) -> SequenceModel:
    """The network of the settings."""
    task = config.task
    shape = Shape(task.source_length, task.answer_length, len(task.vocabulary), effective_architecture(config))
    return NETWORKS[config.model](config, shape)


def initial_model(config: TransformerConfig) -> SequenceModel:
    """The network as it is before the first step."""
    with torch.device("meta"):
        net = build(config)
    weights = initial(net, torch.Generator().manual_seed(config.seed))
    fresh = build(config)
    with torch.no_grad():
        for name, parameter in fresh.named_parameters():
            parameter.copy_(weights[name])
    return fresh.requires_grad_(False)


def _transformer(config: TransformerConfig, shape: Shape) -> SequenceModel:
    pre = config.norm == "pre"
    return Transformer(
        shape, config.width, config.layers, config.heads, config.ratio, config.positions, pre, config.activation,
        config.tied, config.causal,
    )  # fmt: skip


def _recurrent(config: TransformerConfig, shape: Shape) -> SequenceModel:
    kind = AttentiveRecurrent if is_attentive(config) else Recurrent
    return kind(shape, config.model, effective_width(config), config.layers, config.tied, config.gain)


NETWORKS: dict[str, Callable[[TransformerConfig, Shape], SequenceModel]] = {
    "transformer": _transformer,
    "lstm": _recurrent,
    "gru": _recurrent,
    "rnn": _recurrent,
}


def token_nats(logits: Tensor, answers: Tensor, smoothing: float = 0.0) -> Tensor:
    """-log p of each token of `answers` (n, length) by logits (n, length, vocabulary): (n, length).

    With `smoothing`, the target is 1 - smoothing of the right token and smoothing of all tokens alike (Szegedy et al.
    2016, section 7; Vaswani et al. 2017, section 5.4).
    """
    log_p = F.log_softmax(logits, -1)
    nats = -log_p.gather(2, answers[:, :, None]).squeeze(2)  # (n, length)
    return nats if smoothing == 0 else (1 - smoothing) * nats - smoothing * log_p.mean(2)


def mean_counted(values: Tensor, counted: Tensor) -> Tensor:
    """The mean of `values` (n, length) over those that are judged."""
    return (values * counted).sum() / counted.sum().clamp(min=1)


class Likelihood:
    """A network and one update of it, for the settings that decide the shape of the computation.

    State: `w` parameters, `average` their running average, the optimiser's moments. Settings: `lr`, `warmup`,
    `horizon`, `decay`, `clip`, `ema`. Batch: `rows` (n, dim) ids; `counted` (n, answer) 1 where an answer is judged;
    `dropped` (sites, n, length, width) uniform, with dropout alone.
    """

    def __init__(self, config: TransformerConfig):
        self.config = config
        with torch.device("meta"):  # the parameters live in the state
            self.net = build(config)
        self.parameters = Flat(self.net)
        self._optimiser, self._schedule = OWN_OPTIMISERS[config.optimiser], SCHEDULES[config.schedule]

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        return self.reset_optimiser({"average": self.parameters.join(initial(self.net, generator))}, 0)

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The state of a training that goes on at these weights, with a fresh optimiser."""
        w = weights["average"]
        return {"w": w, "average": w, **init_moments(self.config.optimiser, w)}

    def model(self) -> nn.Module:
        """A network with parameters of its own."""
        return build(self.config)

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the negative log-likelihood of the answers.

        Scalars: `loss` (nats for a judged token, without smoothing), `accuracy` (share of judged tokens that are the
        likeliest, given the right ones before), `grad` (length of the gradient), `rate` (learning rate in force).
        """
        rows, counted = batch["rows"].long(), batch["counted"]
        leaves = self.parameters.leaves(state["w"])
        drop = Dropout(self.config.dropout, batch.get("dropped"))
        logits = functional_call(self.net, leaves, (rows,), {"drop": drop})  # (n, answer, vocabulary)
        answers = rows[:, self.net.shape.source :]  # (n, answer)
        loss = mean_counted(token_nats(logits, answers, self.config.smoothing), counted)
        nats = mean_counted(token_nats(logits.detach(), answers), counted) if self.config.smoothing else loss
        accuracy = mean_counted((logits.detach().argmax(2) == answers).float(), counted)
        grad, length = clipped(gradient(loss, leaves), settings["clip"])
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        lr = settings["lr"] * self._schedule(state["count"] + 1, settings["warmup"], settings["horizon"])
        w, moments = self._optimiser(state["w"], grad, moments, lr)
        w = w - lr * settings["decay"] * state["w"]  # decoupled (Loshchilov and Hutter 2019)
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        scalars = {"loss": nats, "accuracy": accuracy, "grad": length, "rate": lr}
        return {"w": w, "average": average, **moments}, scalars

    def load_weights(self, net: nn.Module, weights: Mapping[str, Tensor], settings: Tensors) -> None:
        """Copy the averaged weights into a network like this one."""
        views = self.parameters.views(weights["average"])
        with torch.no_grad():
            for name, parameter in net.named_parameters():
                parameter.copy_(views[name])
