"""A small convolutional network that looks at PlotBench's pictures, here in NumPy, as the server does without torch.
It was trained by `playground.evaluation.mmbench.baselines.train_network`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image
from safetensors import safe_open

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.resources import WEIGHTS
from playground.render.foreign_picture import opened

from ..model import Answer

if TYPE_CHECKING:
    from ..question import Row

FILE = WEIGHTS / "plotbench-cnn.safetensors"
SIDE = 64
"""Pixels of what the network sees: a quarter of the picture's."""
STRIDE = 2
"""Of every convolution; each pads with half its kernel, rounded down."""


@dataclass(frozen=True)
class Network:
    """Convolutions, each followed by a ReLU, a hidden layer, and one logit for each answer of each kind of question."""

    convolutions: tuple[tuple[np.ndarray, np.ndarray], ...]
    """Kernels (out, in, height, width) and biases (out,)."""
    hidden: tuple[np.ndarray, np.ndarray]
    answers: tuple[np.ndarray, np.ndarray]
    """Weights (out, in) and biases (out,)."""
    places: Mapping[tuple[str, str], int]
    """The logit of each (kind of question, text of the option)."""
    digest: str
    """Of the file."""

    def logits(self, x: np.ndarray) -> np.ndarray:
        """Pictures (n, 3, SIDE, SIDE) as `seen` gives them -> (n, answers)."""
        for kernel, bias in self.convolutions:
            x = np.maximum(convolution(x, kernel, bias), 0)
        flat = x.reshape(len(x), -1)
        h = np.maximum(flat @ self.hidden[0].T + self.hidden[1], 0)
        return h @ self.answers[0].T + self.answers[1]


def convolution(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """(n, in, height, width) -> (n, out, height / 2, width / 2)."""
    side = kernel.shape[-1]
    padded = np.pad(x, ((0, 0), (0, 0), (side // 2,) * 2, (side // 2,) * 2))
    windows = sliding_window_view(padded, (side, side), axis=(2, 3))[:, :, ::STRIDE, ::STRIDE]
    return np.einsum("nchwij,ocij->nohw", windows, kernel, optimize=True) + bias[:, None, None]


def seen(picture: bytes) -> np.ndarray:
    """What the network sees of a picture's file: (3, SIDE, SIDE) in [0, 1], 0 where it is white."""
    with opened(picture) as image:
        small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX)
    return 1 - np.asarray(small, np.float32).transpose(2, 0, 1) / 255


@lru_cache(maxsize=1)
def network() -> Network:
    """The one that is shipped."""
    with safe_open(FILE, "np") as file:
        answers = json.loads(file.metadata()["answers"])
        count = sum(name.startswith("convolutions.") and name.endswith(".weight") for name in file.keys())  # noqa: SIM118

        def layer(name: str) -> tuple[np.ndarray, np.ndarray]:
            return file.get_tensor(f"{name}.weight"), file.get_tensor(f"{name}.bias")

        return Network(
            convolutions=tuple(layer(f"convolutions.{k}") for k in range(count)),
            hidden=layer("hidden"),
            answers=layer("answers"),
            places={(kind, text): place for place, (kind, text) in enumerate(answers)},
            digest=hashlib.sha256(FILE.read_bytes()).hexdigest()[:16],
        )


@lru_cache(maxsize=512)
def _logits(picture: bytes) -> np.ndarray:
    return network().logits(seen(picture)[None])[0]


@dataclass(frozen=True)
class Convolutional:
    """The option with the largest logit, wherever it stands: like all that goes by the options' texts it answers all
    passes of a question alike."""

    name = "small CNN"

    @property
    def parameters(self) -> Mapping[str, Any]:
        return {"weights": network().digest}

    async def answer(self, row: "Row", prompt: str) -> Answer:
        places = network().places
        asked = {label: (row.category, text) for label, text in row.options.items()}
        known = {label: places[pair] for label, pair in asked.items() if pair in places}
        if row.image is None or not known:
            raise UserError(N_("The small CNN was trained on PlotBench's kinds of questions and can answer no others."))
        logits = _logits(row.image)
        return Answer(max(known, key=lambda label: logits[known[label]]))
