"""One head by hand."""

import torch

from playground.core.panels import Arrays, Values

from ...attention_maps import head_by_hand
from .context import Context

KEYS_SHOWN, HIDDEN_SHOWN = 8, 1
"""Keys with the largest weights, and keys that the mask hides, in the table."""


def compute(values: Values, context: Context) -> Arrays:
    """All arrays of `head_by_hand`, of keys only those in the table; `others` (size,), what all others add to the
    output, and `rest` (1,), their weight; `keys`, `key_places` the ids and positions (from 1) in the table; `query`,
    `query_place` (1,); `count` (1,) of all keys."""
    kind = values.get("kind", "self")
    row = context.rows[(round(values["row"]) - 1) % len(context.rows)]
    parts = [part[0] for part in context.net.parts(row[None])]
    read, against = parts[0 if kind == "encoder" else -1], parts[0 if kind in ("encoder", "cross") else -1]
    place = min(round(values["place"]), len(read)) - 1
    found = head_by_hand(
        context.net, row, place, round(values.get("layer", 1)) - 1, round(values.get("head", 1)) - 1, kind
    )
    hidden = torch.isinf(found["bias"])
    best = found["weights"].masked_fill(hidden, -1).argsort(descending=True, stable=True)[: int((~hidden).sum())]
    chosen = torch.cat([best[:KEYS_SHOWN], hidden.nonzero()[:HIDDEN_SHOWN, 0]]).sort().values
    others = found["output"] - found["parts"][chosen].sum(0)
    table = ("turned_keys", "products", "scores", "bias", "weights", "values", "parts")
    return {
        **{name: found[name][chosen].cpu().numpy() for name in table},
        "turned_query": found["turned_queries"][place].cpu().numpy(),
        "others": others.cpu().numpy(),
        "rest": (1 - found["weights"][chosen].sum())[None].cpu().numpy(),
        "output": found["output"].cpu().numpy(),
        "keys": against[chosen].cpu().numpy(),
        "key_places": (chosen + 1).cpu().numpy(),
        "query": read[place][None].cpu().numpy(),
        "query_place": torch.tensor([place + 1]).numpy(),
        "count": torch.tensor([len(against)]).numpy(),
    }
