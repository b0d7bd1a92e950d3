"""The cosine between what the encoder gives to the classifier and each frame that it read (OadTR paper, figure 3)."""

from functools import lru_cache

import numpy as np
import torch
from torch.nn import functional as F

from playground.core.panels import Arrays, Values
from playground.data.streams.stream_data import StreamData

from ...config import OadtrConfig
from ...experiment import LIVE
from ...model import initial_models
from ...networks.oadtr import OadTR
from .context import Context

WINDOWS = 200
"""Windows of test streams over which the mean is taken."""


def compute(values: Values, context: Context) -> Arrays:
    """`now_token`, `now_no_token` (window,), as far as the run has such models, and `initial_token`,
    `initial_no_token`: the mean cosine by the place in the window, the current frame last."""
    found = {}
    for name in context.config.contestants:
        net = context.models[name]
        if isinstance(net, OadTR):
            found.setdefault(f"now_{way(net)}", cosines(net, context.data))
    config = context.config.with_defaults(*LIVE, "second", "third")
    for name in ("oadtr", "no_token"):
        alone = config.model_copy(update={"model": "oadtr", "token": name == "oadtr"})
        found[f"initial_{'token' if name == 'oadtr' else 'no_token'}"] = _initial(alone.model_dump_json())
    return found


def way(net: OadTR) -> str:
    return "token" if net.token is not None else "no_token"


@torch.no_grad()
def cosines(net: OadTR, data: StreamData) -> np.ndarray:
    """The mean over windows of test streams: (window,)."""
    test, spec = data.pooled("test"), net.spec
    frames = np.linspace(min(spec.window, len(test) - 1), len(test) - 1, min(WINDOWS, len(test))).astype(int)
    x = torch.from_numpy(test.features[test.windows(frames, spec.window, spec.ahead)]).to(net.classifier.weight)
    return F.cosine_similarity(net.encoded(x)[:, None], net.projected(x), dim=2).mean(0).cpu().numpy()


@lru_cache(maxsize=8)
def _initial(config: str) -> np.ndarray:
    """It never changes in a training, but is asked for once a second."""
    read = OadtrConfig.model_validate_json(config)
    net = initial_models(read)[read.contestants[0]]
    assert isinstance(net, OadTR)
    return cosines(net, read.streams)
