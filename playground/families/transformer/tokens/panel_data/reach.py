"""How far back gradients reach, and how right the model is by how far back it has to look."""

from functools import lru_cache

import numpy as np
import torch

from playground.core.panels import Arrays, Values

from ...config import RECURRENT, TransformerConfig
from ...experiment import LIVE
from ...gradients import input_gradients, reach
from ...model import initial_model
from .context import Context

ROWS, OUTPUTS = 2, 16
"""Rows and answers of each whose gradients are taken."""
MAX_JUDGED, MAX_TOKENS = 256, 5000
"""Rows, and tokens of them, by which the accuracy is counted."""
MODELS = ("transformer", *RECURRENT)


def compute(values: Values, context: Context) -> Arrays:
    """`now`, and of every model of `MODELS` `initial_NAME` (distances,): the mean length of a gradient that reaches so
    many tokens back, NaN where none does; `distances` and `accuracy`, and `counts` of answers, where the data tell how
    far back an answer stands."""
    rows, config = context.rows[:ROWS], context.config
    found = {"now": reach(input_gradients(context.net, rows, outputs=OUTPUTS)).cpu().numpy()}
    structure = config.with_defaults(*LIVE)
    for name in MODELS:
        found[f"initial_{name}"] = _initial(_alike(structure, name), rows)
    found["initial"] = found[f"initial_{config.model}"]
    if config.model != "transformer" and not config.match:
        found["initial"] = _initial(structure, rows)
    return found | _by_distance(context)


def _alike(config: TransformerConfig, name: str) -> TransformerConfig:
    """A model of that name with as many parameters."""
    return config.with_defaults("match", model=name)


def _initial(config: TransformerConfig, rows: torch.Tensor) -> np.ndarray:
    return _kept(config.model_dump_json(), rows.device.type, tuple(map(tuple, rows.tolist())))


@lru_cache(maxsize=16)
def _kept(config: str, device: str, rows: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """It never changes in a training, but is asked for once a second."""
    net = initial_model(TransformerConfig.model_validate_json(config)).to(device)
    return reach(input_gradients(net, torch.tensor(rows, device=device), outputs=OUTPUTS)).cpu().numpy()


def _by_distance(context: Context) -> Arrays:
    rows = context.fresh(context.task, max(8, min(MAX_JUDGED, MAX_TOKENS // context.task.dim)))
    whole = rows.cpu().numpy()
    apart = context.task.distance(whole)
    if apart is None:
        return {}
    with torch.no_grad():
        right = (context.net(rows).argmax(2).cpu().numpy() == whole[:, context.task.source_length :]).ravel()
    counted = context.task.counted(whole).ravel()
    distances, places = np.unique(apart.ravel()[counted], return_inverse=True)
    counts = np.bincount(places)
    accuracy = np.bincount(places, right[counted]) / counts
    return {"distances": distances, "accuracy": accuracy, "counts": counts}
