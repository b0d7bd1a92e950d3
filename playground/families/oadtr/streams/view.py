"""What is computed of the models of a run: what they say along one stream, where the first one looks, how good they
are."""

import math

import numpy as np
import torch
from torch import Tensor

from playground.core.config import Config
from playground.core.score import Score
from playground.data.streams.stream_data import Pooled, StreamData
from playground.metrics.online_detection import mean_average_precision
from playground.training import view
from playground.training.view import Current, half_precision

from ..model import Contestants
from ..networks.detector import Detector
from ..networks.oadtr import OadTR
from ..networks.recurrent import Recurrent
from ..streaming import predict
from .frames import beginning, shown
from .panel_data.context import Context

SCORED_COUNT = 1500
"""Held-out frames that are scored while training."""
UNKNOWN = (math.nan, math.nan, math.nan)
"""A floor that is not known, or drawn with another score."""
STATE_COUNT = 24
"""Numbers of a recurrent state that a frame holds."""


class View(view.View):
    """One test stream of an experiment that is shown, and held-out streams that are scored."""

    dataset: StreamData

    def __init__(self, config: Config, dataset: StreamData, device: torch.device):
        super().__init__(config, dataset, device)
        self.stream = shown(dataset)

    def snapshot(self, now: Current) -> dict[str, np.ndarray]:
        """Arrays of one test stream of at most `frames.SHOWN_COUNT` frames:

        - `p` (models, frames, classes), the probabilities that each model has at each frame, of the frames up to it;
        - `future` (frames, queries, classes), those of the frames to come, of the first model, if it forecasts;
        - of an OadTR `attention` (frames, window): of the task token, or of the last frame in its place, to each frame
          of the window in the last layer, the mean over heads; and of the last window `encoder` (layers, tokens,
          tokens), the mean over heads, and `cross` (decoder layers, queries, tokens);
        - of others `gradients` (frames, window): the length of the gradient of the likeliest class's logit by each
          frame of the window, over the largest; of recurrent ones `state` (window, numbers) along the last window.

        All are half precision.
        """
        models: Contestants = now.model
        names = now.config.contestants
        outputs = [predict(models[name], self.stream) for name in names]
        found = {"p": torch.stack([output.current for output in outputs])}
        if outputs[0].future is not None:
            found["future"] = outputs[0].future
        found |= self._looks(models[names[0]])
        return {name: half_precision(value) for name, value in found.items()}

    def _looks(self, net: Detector) -> dict[str, Tensor]:
        x = self.tensor(self.windows(net))  # (frames, window, dim)
        if not isinstance(net, OadTR):
            found = {"gradients": input_gradients(net, x)}
            if isinstance(net, Recurrent):
                with torch.no_grad():
                    found["state"] = net.read(x[-1:])[1][0][0, :, :STATE_COUNT]
            return found
        with torch.no_grad():
            maps: list[Tensor] = []
            memory = net.memory(x[-1:], maps)
            found = {
                "attention": net.token_attention(x)[:, -1].mean(1),
                "encoder": torch.cat([weights.mean(1) for weights in maps]),
            }
            if net.decoder is not None:
                across: list[Tensor] = []
                net.decoded(memory, across)
                found["cross"] = torch.cat([weights.mean(1) for weights in across])
        return found

    def windows(self, net: Detector) -> np.ndarray:
        """What a model sees at each frame of the stream that is shown: (frames, window, dim)."""
        frames = np.arange(len(self.stream))
        rows = self.stream.windows(frames, net.spec.window, net.spec.ahead)
        return self.stream.features[np.minimum(rows, frames[:, None])]

    def evaluate(self, now: Current, thorough: bool) -> dict[str, Score]:
        """On held-out streams (`thorough`: on all test streams), of the first model, and with `_2` or `_3` of the
        others: `map` and `mcap`, the (calibrated) mean average precision of the actions, as frames come one by one.
        Of the first model also `accuracy` and `action_recall`, the share of (actions') frames whose likeliest class is
        right, and `distinct`, the share of frames that get its commonest prediction. Where windows hold frames of the
        future, `map` is with them and `online_map` without.
        """
        pooled = self.dataset.pooled("test") if thorough else beginning(self.dataset.pooled("valid"), SCORED_COUNT)
        models: Contestants = now.model
        found: dict[str, Score] = {}
        for number, name in enumerate(now.config.contestants):
            suffix = f"_{number + 1}" if number else ""
            p = predict(models[name], pooled, online=False).current.cpu().numpy()
            found |= {f"{key}{suffix}": value for key, value in self.precision(p, pooled, not number).items()}
            if not number:
                found |= shares(p, pooled.labels)
        if now.config.ahead:
            p = predict(models[now.config.contestants[0]], pooled).current.cpu().numpy()
            found["online_map"] = self.precision(p, pooled, False)["map"]
        return found

    def precision(self, p: np.ndarray, pooled: Pooled, floor: bool) -> dict[str, Score]:
        """mAP and mcAP of probabilities (N, classes); with `floor`, that of a perfect model is drawn, too: once for
        all models."""
        best = (1.0,) * 3 if floor else UNKNOWN
        return {
            name: Score(mean_average_precision(p, pooled.labels, calibrated), *best)
            for name, calibrated in (("map", False), ("mcap", True))
        }

    def sample(self, now: Current, n: int, seed: int) -> np.ndarray:
        """`n` frames of the training part (n, dim): a detector makes none of its own."""
        return self.dataset.sample(n, np.random.default_rng(seed))

    def context(self, now: Current) -> Context:
        return Context(now.model, now.config, self.dataset, self.device, self.stream)


def shares(p: np.ndarray, labels: np.ndarray) -> dict[str, Score]:
    """`accuracy`, `action_recall` and `distinct` of probabilities (N, classes): see `View.evaluate`."""
    judged, likeliest = labels >= 0, p.argmax(1)
    right, action = likeliest == labels, labels > 0
    commonest = np.bincount(likeliest[judged]).max() / max(1, judged.sum())
    values = {"accuracy": right[judged].mean(), "action_recall": right[action].mean() if action.any() else 1.0}
    found = {name: Score(float(value), 1.0, 1.0, 1.0) for name, value in values.items()}
    return found | {"distinct": Score(float(commonest), *UNKNOWN)}


def input_gradients(net: Detector, x: Tensor) -> Tensor:
    """The length of the gradient of the likeliest class's logit by each frame: x (n, window, dim) -> (n, window), over
    the largest of each window."""
    x = x.clone().requires_grad_()
    with torch.enable_grad():
        best = net(x).current.max(1).values.sum()
        (gradient,) = torch.autograd.grad(best, x)
    lengths = gradient.norm(dim=2)
    return lengths / lengths.amax(1, keepdim=True).clamp(min=1e-30)
