"""The units in which people's own numbers are, and the frame in which everything is drawn and learned."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Units:
    """own = center + scale * frame, each axis by itself."""

    center: tuple[float, float] = (0.0, 0.0)
    scale: tuple[float, float] = (1.0, 1.0)
    """Both positive."""
    names: tuple[str, str] = ("", "")
    """What the axes are called; "" where nobody said."""

    def from_frame(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 2) of the frame in the person's units, float64."""
        return np.asarray(points, np.float64) * self.scale + self.center

    def to_frame(self, points: np.ndarray) -> np.ndarray:
        """Points (..., 2) in the person's units, moved into the frame, float64."""
        return (np.asarray(points, np.float64) - self.center) / self.scale

    @property
    def log_scale(self) -> float:
        """Nats by which a negative log-likelihood is larger in the person's units: the log of the Jacobian."""
        return float(np.log(self.scale).sum())
