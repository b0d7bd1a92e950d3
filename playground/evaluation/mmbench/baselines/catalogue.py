"""The offline models by the names of the command line."""

from collections.abc import Callable

from ..model import Model
from .blind import Always, TextPrior
from .chance import PositionBiased, Uniform
from .knowing import KnowsPasses, KnowsQuestions, Oracle
from .network import Convolutional

BASELINES: dict[str, Callable[[int], Model]] = {
    "random": Uniform,
    "always-a": lambda seed: Always(),
    "position-biased": PositionBiased,
    "text-prior": TextPrior,
    "oracle": lambda seed: Oracle(),
    "knows-questions": KnowsQuestions,
    "knows-passes": KnowsPasses,
    "cnn": lambda seed: Convolutional(),
}
"""Each makes a model from a seed; those without chance take no notice of it."""
