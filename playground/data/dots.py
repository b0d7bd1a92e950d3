"""Small signs drawn in squares, as dots: for the buttons that choose data of which there is no picture."""

import numpy as np


def dots_of(picture: str) -> np.ndarray:
    """A picture as dots, 2 x 2 to a square: (n, 2) in [0, 1], y up, centred."""
    lines = picture.split()
    row, column = np.nonzero(np.array([[square == "#" for square in line] for line in lines]))
    halves = (np.arange(2) + 0.5) / 2
    apart = np.stack(np.meshgrid(halves, halves), -1).reshape(-1, 1, 2)
    places = np.stack([column, len(lines) - 1 - row], 1) + apart  # (4, n, 2)
    size = np.array([len(lines[0]), len(lines)])
    return 0.5 + (places.reshape(-1, 2) - size / 2) / (1.1 * size.max())
