"""What the panels of the plane compute with."""

from dataclasses import dataclass

import torch

from playground.core.panels import Arrays

from ...networks.bins import Bins


@dataclass(frozen=True)
class Context:
    """The network as it is now, and half the side of its square."""

    net: Bins
    reach: float

    def log_densities(self) -> Arrays:
        """`first` (bins,) log density of x1, `log_p` (bins, bins) of all cells, row 0 the lowest x2."""
        with torch.no_grad():
            first, both = self.net.log_densities(self.reach)
        return {"first": first.cpu().numpy(), "log_p": both.cpu().numpy()}
