"""What decides a network, and how many parameters it then has, in closed form. No torch: the page shows these numbers
before anything is trained."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Spec:
    """A network: `kind` (oadtr, trn, lstm, mlp), what it reads and says, and its sizes."""

    kind: str
    dim: int
    """Numbers of a frame."""
    classes: int
    """Background among them."""
    window: int
    """Frames that are read at a time."""
    width: int
    queries: int = 8
    """Frames after the current one that are forecast."""
    heads: int = 4
    layers: int = 2
    decoder_layers: int = 1
    token: bool = True
    """Whether a token of its own gathers what is said; otherwise the output of the last frame does."""
    decoder: bool = True
    """Whether the future is forecast, and the forecast used."""
    positions: str = "learned"
    ahead: int = 0
    """Frames after the current one that the window holds."""
    features: int = 0
    """Of recurrent networks: numbers that a frame is first mapped to; 0: as many as `width`."""

    @property
    def tokens(self) -> int:
        """The length of what the encoder reads."""
        return self.window + self.token

    @property
    def forecasts(self) -> bool:
        """Whether it says what the next frames will show."""
        return self.kind == "trn" or (self.kind == "oadtr" and self.decoder)

    @property
    def parameters(self) -> int:
        """How many numbers are learned."""
        return COUNTS[self.kind](self)


def linear(inputs: int, outputs: int, bias: bool = True) -> int:
    return outputs * (inputs + bias)


def lstm_cell(inputs: int, width: int) -> int:
    """With two biases, as torch has it."""
    return 4 * width * (inputs + width + 2)


def _oadtr(spec: Spec) -> int:
    d = spec.width
    norm, feed_forward = 2 * d, 2 * linear(d, d)
    block = linear(d, 3 * d, bias=False) + linear(d, d) + feed_forward + 2 * norm
    found = linear(spec.dim, d) + spec.layers * block + norm
    found += (d if spec.token else 0) + (spec.tokens * d if spec.positions == "learned" else 0)
    if not spec.decoder:
        return found + linear(d, spec.classes)
    attention = linear(d, 3 * d) + linear(d, d)
    found += spec.queries * d + spec.decoder_layers * (2 * attention + feed_forward + 3 * norm) + norm
    return found + linear(2 * d, spec.classes) + linear(d, spec.classes)


def _trn(spec: Spec) -> int:
    d, features = spec.width, spec.features or spec.width
    encoder = linear(spec.dim, features) + lstm_cell(2 * features, d)
    decoder = 2 * linear(d, d) + lstm_cell(d, d) + linear(spec.classes, d) + linear(d, features)
    return encoder + decoder + linear(d, spec.classes)


def _lstm(spec: Spec) -> int:
    features = spec.features or spec.width
    return linear(spec.dim, features) + lstm_cell(features, spec.width) + linear(spec.width, spec.classes)


def _mlp(spec: Spec) -> int:
    d, norm = spec.width, 2 * spec.width
    return linear(spec.dim, d) + spec.layers * (2 * linear(d, d) + norm) + norm + linear(d, spec.classes)


COUNTS: dict[str, Callable[[Spec], int]] = {"oadtr": _oadtr, "trn": _trn, "lstm": _lstm, "mlp": _mlp}
