"""What each token attends to, or depends on."""

import torch

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.panels import Arrays, Values

from ...attention_maps import attention_maps, rollout
from ...gradients import input_gradients
from .context import Context

MAX_TOKENS = 96
"""Of longer sequences the last so many are shown."""


def compute(values: Values, context: Context) -> Arrays:
    """`weights` (queries, keys), the rows of attention summing to 1; `queries` and `keys`, the ids at which they stand;
    `left_out` (2,), how many earlier ones are not shown."""
    row, source = context.row(round(values.get("row", 1)), values["text"])
    parts = [part[0] for part in context.net.parts(row[None], source)]
    kind = values.get("kind", "self" if context.config.model == "transformer" else "gradient")
    if kind == "gradient":
        weights = input_gradients(context.net, row[None], source)[0]  # (answer, inputs)
        weights = weights / weights.amax(1, keepdim=True).clamp(min=1e-30)
        keys = torch.cat(parts)
        queries = row[len(row) - len(weights) :]
    else:
        weights = _attention(values, context, row, source, kind)
        queries, keys = parts[0 if kind == "encoder" else -1], parts[0 if kind in ("encoder", "cross") else -1]
    counts = torch.tensor([max(0, count - MAX_TOKENS) for count in weights.shape])
    return {
        "weights": weights[counts[0] :, counts[1] :].cpu().numpy(),
        "queries": queries[counts[0] :].cpu().numpy(),
        "keys": keys[counts[1] :].cpu().numpy(),
        "left_out": counts.numpy(),
    }


def _attention(values: Values, context: Context, row: torch.Tensor, source: int, kind: str) -> torch.Tensor:
    """(queries, keys)"""
    maps = attention_maps(context.net, row[None], source)[kind]  # (1, layers, heads, queries, keys)
    view, layer = values.get("view", "head"), round(values.get("layer", 1)) - 1
    if view == "rollout":
        if kind == "cross":
            raise UserError(
                N_("Rollout multiplies the layers of one sequence. Choose a head or the mean for cross-attention.")
            )
        return rollout(maps)[0, layer]
    chosen = maps[0, layer]
    return chosen.mean(0) if view == "mean" else chosen[(round(values.get("head", 1)) - 1) % len(chosen)]
