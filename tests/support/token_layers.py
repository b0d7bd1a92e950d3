"""Small layers of tokens, links and a matrix."""

import numpy as np

from playground.core.scene import Links, Matrix, Scene, Tokens, TokenState
from playground.render.palette import PALETTES

EMPTY, GIVEN, RIGHT, WRONG, TO_COME, GENERATED = TokenState
LIGHT = PALETTES["light"]
VOCABULARY = ("a", "b", " ", "\n", "unused", "<i>")
TOKENS = Tokens(
    name="tokens",
    title="Tokens",
    ids=np.array([[0, 2, 1], [3, 5, -1]]),
    states=np.array([[GIVEN, RIGHT, WRONG], [GIVEN, WRONG, TO_COME]]),
    expected=np.array([[-1, -1, 0], [-1, 3, -1]]),
    vocabulary=VOCABULARY,
)
LINKS = Links(
    name="links",
    title="Attention",
    role="data",
    weights=np.array([[1.0, 0, 0], [0.995, 0.005, 0], [0.0, 0.7, 0.3]]),
    targets=("a", " ", "b"),
    sources=("x", "y", "z"),
)
MATRIX = Matrix(name="matrix", title="Weights", role="data", values=LINKS.weights, rows=("a", " ", "b c"))


def of(*layers, **more) -> Scene:
    return Scene(layers, legend="", words="", **more)
