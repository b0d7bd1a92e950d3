"""Curves on axes, as several panels draw them."""

import numpy as np

from playground.core.scene import Paths, Role

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def curve(
    name: str, title: str, role: Role, x: np.ndarray, y: np.ndarray, log_x: bool = False, log_y: bool = False
) -> Paths | None:
    """The places (n,) that are known; None of fewer than two. On logarithmic axes only those above 0, as decimal
    logarithms."""
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    known = np.isfinite(x) & np.isfinite(y) & ((x > 0) | (not log_x)) & ((y > 0) | (not log_y))
    if known.sum() < 2:
        return None
    x, y = (np.log10(v[known]) if log else v[known] for v, log in ((x, log_x), (y, log_y)))
    return Paths(name=name, title=title, role=role, xy=np.stack([x, y], 1)[None].astype(np.float32))


def reach_of(layers: tuple[Paths, ...], axis: int, share: float = 0.05) -> tuple[float, float]:
    """From where to where curves go along an axis, with some room."""
    every = np.concatenate([layer.xy[0, :, axis] for layer in layers])
    low, high = float(every.min()), float(every.max())
    room = share * (high - low) or 0.5
    return low - room, high + room


def figure(value: float) -> str:
    """A number of any size in two digits: 0.032, 4.1 × 10⁻⁷."""
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.2g}"
    mantissa, power = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(power)).translate(RAISED)}"


def minus(text: str) -> str:
    """A number with the sign that the browser gives it, too."""
    return text.replace("-", "\u2212")
