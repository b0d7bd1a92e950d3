"""What positions look like by themselves, and how right the model is on sequences longer than in training."""

import numpy as np
import torch

from playground.core.errors import UserError
from playground.core.panels import Arrays, Values
from playground.data.tokens.task import TokenTask

from ...attention_maps import head_by_hand
from ...networks.transformer import Transformer
from ...position_maps import by_distance, encoding, turned_pairs
from .context import Context

FACTORS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0)
"""Lengths at which the model is judged, as multiples of that of training."""
MAX_TOKENS = 2500
"""Tokens read for each length."""
PICTURED = 64
"""Positions that are pictured."""
SHIFTS, STEPS = 16, 4
"""Positions by which query and key are moved on together, and moments for each."""


def compute(values: Values, context: Context) -> Arrays:
    """`encoding` (positions, numbers), `by_distance` (curves, positions); of rotary positions `turned`
    (moments, 2, 2), a pair of a query and of a key as both move on, and `product` (1,) of these pairs; `lengths` and
    `accuracy` (n,), of the lengths that there are; NaN where the model cannot read them."""
    found = _judged(context)
    net = context.net
    if not isinstance(net, Transformer):
        return found
    config = context.config
    positions, longest = net.decoder.positions, net.shape.longest
    length = min(PICTURED, longest) if config.positions == "learned" else PICTURED
    found["encoding"] = encoding(positions, length, net.width, config.heads).cpu().numpy()
    found["by_distance"] = by_distance(positions, length, net.width, config.heads).cpu().numpy()
    if config.positions == "rotary":
        found |= _turned(values, context)
    return found


def _turned(values: Values, context: Context) -> Arrays:
    """A real query and a real key, `distance` apart, before they are turned; then turned as both move on."""
    distance, pair = round(values["distance"]), round(values["pair"]) - 1
    by_hand = head_by_hand(context.net, context.rows[0], 0)
    query, key = by_hand["queries"][-1], by_hand["keys"][max(0, len(by_hand["keys"]) - 1 - distance)]
    key_place = torch.linspace(0, SHIFTS, SHIFTS * STEPS + 1)
    places = torch.stack([key_place + distance, key_place], 1)  # (moments, 2)
    pairs = turned_pairs(torch.stack([query, key]).cpu(), pair, places)  # (moments, 2, 2)
    return {"turned": pairs.numpy(), "product": (pairs[0, 0] @ pairs[0, 1])[None].numpy()}


def _judged(context: Context) -> Arrays:
    lengths, accuracy = [], []
    for task in _grown(context.task):
        lengths.append(task.dim)
        try:
            accuracy.append(_accuracy(context, task))
        except UserError:  # positions that end
            accuracy.append(np.nan)
    return {"lengths": np.array(lengths), "accuracy": np.array(accuracy)}


def _grown(task: TokenTask) -> list[TokenTask]:
    """The task at each length that it has."""
    found = {}
    for factor in FACTORS:
        try:
            longer = task if factor == 1 else task.longer(factor)
        except UserError:  # there is no such length
            continue
        found.setdefault(longer.dim, longer)
    return list(found.values())


def _accuracy(context: Context, task: TokenTask) -> float:
    """The share of judged tokens that are right, given the right ones before."""
    rows = context.fresh(task, max(4, min(128, MAX_TOKENS // task.dim)))
    with torch.no_grad():
        answers = context.net(rows, task.source_length).argmax(2).cpu().numpy()
    whole = rows.cpu().numpy()
    counted = task.counted(whole)
    right = (answers == whole[:, task.source_length :]) & counted
    return float(right.sum() / max(1, counted.sum()))
