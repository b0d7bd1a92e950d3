"""Handwritten digits of 8 x 8 pixels (Alpaydin and Kaynak 1998), as scikit-learn ships them: no download.

1797 pictures with 17 levels of grey each, split once and for all into 1200 to train on, 297 to choose
by, and 300 to test on. There is no density to compare with: what is known are the pictures.
"""

import gzip
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, cast

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

Part = Literal["train", "valid", "test"]

PART_SIZES: dict[Part, int] = {"train": 1200, "valid": 297, "test": 300}
LEVELS = 17
EXAMPLE_PICTURE = 16
"""The training picture that stands for all on a small button."""
INK_LEVEL = 8
"""From this level on a pixel counts as set in a binarised picture."""


@dataclass(frozen=True, kw_only=True)
class Digits:
    """The pictures as a distribution: uniform over the training pictures.

    Frozen and hashable: floors are cached by it.
    """

    name: str = "digits"
    title: str = N_("Handwritten digits")
    shape: tuple[int, int] = (8, 8)
    levels: int = LEVELS
    bounds: tuple[float, float] = (0.0, 1.0)
    modes: None = None
    only: int | None = field(default=None, repr=False)
    """The one digit that these are; None: all ten. Floors are kept under the name, so it says so, too."""

    domain = "images"
    estimated = False
    split = tuple(PART_SIZES)

    @property
    def dim(self) -> int:
        """Pixels of a picture."""
        return self.shape[0] * self.shape[1]

    def images(self, part: Part = "train") -> np.ndarray:
        """The pictures of a part, levels 0 (paper) to 16 (ink): (n, 8, 8) uint8, locked."""
        return _part(part, self.only)[0]

    def labels(self, part: Part = "train") -> np.ndarray:
        """Which digit each of them is: (n,) uint8, locked."""
        return _part(part, self.only)[1]

    def vectors(self, part: Part = "train") -> np.ndarray:
        """The pictures of a part as points of the unit cube, level / 16: (n, 64) float32."""
        return self.images(part).reshape(-1, self.dim).astype(np.float32) / np.float32(self.levels - 1)

    def part(self, name: str) -> np.ndarray:
        """As `vectors`: what every data set calls it."""
        return self.vectors(cast(Part, name))

    def binary(self, part: Part = "train") -> np.ndarray:
        """The pictures of a part with every pixel set or not: (n, 64) uint8, 0 or 1."""
        return (self.images(part).reshape(-1, self.dim) >= INK_LEVEL).astype(np.uint8)

    def unseen(self) -> np.ndarray:
        """All pictures that are not trained on, as points: (597, 64) float32."""
        return np.concatenate([self.vectors("valid"), self.vectors("test")])

    def sample(self, n: int, generator: np.random.Generator) -> np.ndarray:
        """`n` training pictures drawn with replacement: (n, 64) float32 in [0, 1]."""
        return self.labelled(n, generator)[0]

    @property
    def classes(self) -> int:
        """How many kinds of pictures there are."""
        return 10 if self.only is None else 0

    def labelled(self, n: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """The pictures of `sample` with the same generator (n, 64), and which digit each is (n,)."""
        vectors, labels = _training(self.only)
        which = generator.integers(len(vectors), size=n)
        return vectors[which], labels[which]

    def one_class(self, label: int) -> "Digits":
        """The pictures of one digit alone."""
        return replace(self, name=f"{self.name} {label}", only=label)

    def dots(self) -> np.ndarray:
        """One picture as dots, 4 x 4 to a pixel of ink: (n, 2) in [0, 1], y up."""
        row, column = np.nonzero(self.images("train")[EXAMPLE_PICTURE] >= INK_LEVEL)
        quarters = (np.arange(4) + 0.5) / 4
        apart = np.stack(np.meshgrid(quarters, quarters), -1).reshape(-1, 1, 2)
        places = np.stack([column, 7 - row], 1) + apart  # (16, n, 2)
        return places.reshape(-1, 2) / 8


DIGITS = Digits()


@lru_cache(maxsize=1)
def _split() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Part -> (pictures, labels)."""
    table, parts, start = _table(), {}, 0
    order = permutation(len(table))
    for part, size in PART_SIZES.items():
        chosen = table[order[start : start + size]]
        arrays = np.ascontiguousarray(chosen[:, :-1]).reshape(-1, 8, 8), chosen[:, -1].copy()
        for array in arrays:
            array.setflags(write=False)
        parts[part], start = arrays, start + size
    return parts


def _table() -> np.ndarray:
    """All pictures in scikit-learn's order, a label at each row's end: (1797, 65) uint8.

    Read as `sklearn.datasets.load_digits` reads it, from its file: importing scikit-learn takes a process
    a second and 120 MB, the file 20 ms.
    """
    package = find_spec("sklearn")
    if package is None or package.origin is None:
        raise UserError(N_("The digits come with scikit-learn, which is not installed here."))
    with gzip.open(Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz", "rt") as file:
        return np.loadtxt(file, np.uint8, delimiter=",")


@lru_cache(maxsize=64)
def _part(part: Part, only: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels of a part, of all digits or of one alone."""
    images, labels = _split()[part]
    if only is None:
        return images, labels
    chosen = images[labels == only], labels[labels == only]
    for array in chosen:
        array.setflags(write=False)
    return chosen


@lru_cache(maxsize=11)
def _training(only: int | None) -> tuple[np.ndarray, np.ndarray]:
    digits = Digits(only=only)
    return digits.vectors("train"), digits.labels("train")


def permutation(n: int) -> np.ndarray:
    """The order of `torch.manual_seed(0); torch.randperm(n)`, (n,), without torch.

    Published and measured numbers hold for one split; this one is a line of code for anybody. Fisher and
    Yates's shuffle on the raw words of the Mersenne twister.
    """
    words = np.frombuffer(np.random.RandomState(0).bytes(4 * n), "<u4")
    order = np.arange(n)
    for i in range(n - 1):
        j = i + int(words[i]) % (n - i)
        order[i], order[j] = order[j], order[i]
    return order
