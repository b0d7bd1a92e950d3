"""The loss of what is said of the current frame and of those to come, and one update of the models' parameters."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional as F

from playground.training.learner import Flat, Tensors, gradient
from playground.training.networks import initial
from playground.training.optimisers import MOMENTS, OPTIMISERS, averaged, clipped, init_moments

from .config import OadtrConfig, specs_of
from .networks.detector import Detector, Output
from .networks.frame_mlp import FrameMLP
from .networks.oadtr import OadTR
from .networks.recurrent import LSTM
from .networks.trn import TRN
from .schedules import SCHEDULES
from .sizes import Spec

NETWORKS: dict[str, type[Detector]] = {"oadtr": OadTR, "trn": TRN, "lstm": LSTM, "mlp": FrameMLP}


def build(spec: Spec) -> Detector:
    """The network of a description."""
    return NETWORKS[spec.kind](spec)


class Contestants(nn.Module):
    """The models of one run, by name, as `OadtrConfig.contestants` has them: they see the same windows."""

    def __init__(self, specs: Mapping[str, Spec]):
        super().__init__()
        self.nets = nn.ModuleDict({name: build(spec) for name, spec in specs.items()})

    def __getitem__(self, name: str) -> Detector:
        net = self.nets[name]
        assert isinstance(net, Detector)
        return net

    def forward(self, x: Tensor) -> dict[str, Output]:
        """Windows (n, window, dim) -> what each is trained on (`Detector.every`)."""
        return {name: self[name].every(x) for name in self.nets}


def build_all(config: OadtrConfig) -> Contestants:
    """The networks of the settings."""
    return Contestants(specs_of(config))


def initial_models(config: OadtrConfig) -> Contestants:
    """The networks as they are before the first step."""
    fresh = build_all(config)
    weights = initial(fresh, torch.Generator().manual_seed(config.seed))
    with torch.no_grad():
        for name, parameter in fresh.named_parameters():
            parameter.copy_(weights[name])
    return fresh.requires_grad_(False)


def cross_entropy(logits: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """The weighted mean of -log p of the right class, logits (..., classes) and labels (...); rows with a label below 0
    are left out, and of no rows the mean is 0."""
    right = labels.clamp(min=0)
    nats = -F.log_softmax(logits, -1).gather(-1, right[..., None]).squeeze(-1)  # (...)
    share = weights[right] * (labels >= 0)
    return (nats * share).sum() / share.sum().clamp(min=1e-6)


def targets(labels: Tensor, judged: int, queries: int) -> tuple[Tensor, Tensor]:
    """Labels (n, window + queries) of the frames of a window, up to the current one, and of those after it -> those of
    the last `judged` frames, (n, judged), and of the frames after each, (n, judged, queries)."""
    window = labels.shape[1] - queries
    current = labels[:, window - judged : window]
    return current, labels[:, window - judged + 1 :].unfold(1, queries, 1)


class Detection:
    """Networks and one update of them, for the settings that decide the shape of the computation.

    State: `w` parameters of all models, one after the other, `average` their running average, the optimiser's moments.
    Settings: `lr`, `horizon`, `decay`, `clip`, `ema`, `future_weight`. Batch: `x` (n, window, dim); `labels` (n, window
    + queries) of these frames and of the next ones, below 0 where a frame is not judged; `weights` (classes,).
    """

    def __init__(self, config: OadtrConfig):
        self.config = config
        with torch.device("meta"):  # the parameters live in the state
            self.net = build_all(config)
        self.parameters = Flat(self.net)
        self._sizes = [Flat(net).size for net in self.net.nets.values()]
        self._optimiser, self._schedule = OPTIMISERS[config.optimiser], SCHEDULES[config.schedule]

    def init_state(self, batch: Tensors, generator: torch.Generator) -> Tensors:
        """The state before the first step."""
        return self.reset_optimiser({"average": self.parameters.join(initial(self.net, generator))}, 0)

    def reset_optimiser(self, weights: Tensors, steps: int) -> Tensors:
        """The state of a training that goes on at these weights, with a fresh optimiser."""
        w = weights["average"]
        return {"w": w, "average": w, **init_moments(self.config.optimiser, w)}

    def model(self) -> Contestants:
        """Networks with parameters of their own."""
        return build_all(self.config)

    def update(self, state: Tensors, settings: Tensors, batch: Tensors) -> tuple[Tensors, Tensors]:
        """One step down the sum of the models' losses: of each the cross entropy of the current frame and, by
        `future_weight`, of the next ones. Gradients are clipped model by model, so each learns as if it were alone.

        Scalars of the first model, and with `_2` or `_3` of the others: `loss` (nats, of the current frame), `forecast`
        (nats, of the next frames, where they are forecast), `accuracy` (of the current frame), `grad` (length of the
        gradient). `rate`: the learning rate in force.
        """
        labels, weights = batch["labels"], batch["weights"]
        leaves = self.parameters.leaves(state["w"])
        outputs: dict[str, Output] = functional_call(self.net, leaves, (batch["x"],))
        losses, scalars = [], {}
        for number, output in enumerate(outputs.values()):
            suffix = f"_{number + 1}" if number else ""
            current, after = targets(labels, output.current.shape[1], self.config.queries)
            losses.append(cross_entropy(output.current, current, weights))
            last = output.current[:, -1].detach()  # (n, classes)
            scalars[f"loss{suffix}"] = cross_entropy(last, current[:, -1], weights)
            if output.future is not None:
                forecast = cross_entropy(output.future, after, weights)
                losses.append(settings["future_weight"] * forecast)
                scalars[f"forecast{suffix}"] = forecast
            scalars[f"accuracy{suffix}"] = _accuracy(last, current[:, -1])
        grads = gradient(torch.stack(losses).sum(), leaves).split(self._sizes)
        short, lengths = zip(*(clipped(grad, settings["clip"]) for grad in grads), strict=True)
        scalars |= {f"grad_{number + 1}" if number else "grad": length for number, length in enumerate(lengths)}
        moments = {name: state[name] for name in (*MOMENTS[self.config.optimiser], "count")}
        lr = settings["lr"] * self._schedule(state["count"] + 1, settings["horizon"])
        w, moments = self._optimiser(state["w"], torch.cat(short), moments, lr)
        w = w - lr * settings["decay"] * state["w"]  # decoupled (Loshchilov and Hutter 2019)
        average = averaged(state["average"], w, settings["ema"], moments["count"])
        return {"w": w, "average": average, **moments}, {**scalars, "rate": lr}

    def load_weights(self, net: nn.Module, weights: Mapping[str, Tensor], settings: Tensors) -> None:
        """Copy the averaged weights into networks like these."""
        views = self.parameters.views(weights["average"])
        with torch.no_grad():
            for name, parameter in net.named_parameters():
                parameter.copy_(views[name])


def _accuracy(logits: Tensor, labels: Tensor) -> Tensor:
    """The share of judged rows whose likeliest class is the right one."""
    judged = labels >= 0
    return ((logits.argmax(1) == labels) & judged).sum() / judged.sum().clamp(min=1)
