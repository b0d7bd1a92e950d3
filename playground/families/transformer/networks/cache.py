"""What a model keeps of the tokens it has read, so that the next one costs one position and not all of them."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Cache:
    """Of a Transformer the keys and values of every layer; of a recurrent network its state, which does not grow."""

    entries: dict[str, tuple[Tensor, ...]] = field(default_factory=dict)
    """By layer; the first axis of each tensor counts the sequences."""
    length: int = 0
    """Tokens read."""

    def append(self, name: str, k: Tensor, v: Tensor) -> tuple[Tensor, Tensor]:
        """All keys and values (n, heads, keys, size) of a layer, after the new ones."""
        if name in self.entries:
            before = self.entries[name]
            k, v = torch.cat([before[0], k], 2), torch.cat([before[1], v], 2)
        self.entries[name] = (k, v)
        return k, v

    def select(self, rows: Tensor) -> None:
        """Go on with the sequences `rows` (m,), by number: those that a beam search keeps."""
        self.entries = {name: tuple(part[rows] for part in parts) for name, parts in self.entries.items()}
