"""What each answer reads of the first row: attention, and where there is none the gradient by what was read."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from playground.core.i18n import N_
from playground.core.layers import Layer, Links, Matrix, Role
from playground.data.tokens.task import BEGIN, BLANK, TokenTask

from ..config import TransformerConfig, effective_architecture

Arrays = Mapping[str, np.ndarray]
JOURNEY_CELLS = 30_000
"""Cells that a map may have at all moments of the generation together; a larger one does not change along it."""
FAINT = 0.25
"""How strong the links of tokens are that were written before the newest one."""


@dataclass(frozen=True)
class Read:
    """Weights (queries, keys) in [0, 1]: how much each token, `targets`, reads of each, `sources`."""

    name: str
    title: str
    weights: np.ndarray
    targets: tuple[str, ...]
    sources: tuple[str, ...]
    role: Role = "field"

    def matrix(self, shown: bool = True, stage: bool = True, share: float = 1.0) -> Matrix:
        return Matrix(
            name=self.name, title=self.title, role=self.role, shown=shown, stage=stage, share=share,
            values=self.weights, rows=self.targets, columns=self.sources,
        )  # fmt: skip

    def links(self, shown: bool = True, stage: bool = True, share: float = 1.0) -> Links:
        return Links(
            name=f"{self.name}_links", title=LINKED[self.title], role=self.role, shown=shown, stage=stage, share=share,
            weights=self.weights, targets=self.targets, sources=self.sources,
        )  # fmt: skip


ATTENTION, CROSS, GRADIENTS = N_("Attention, mean over heads"), N_("Cross-attention, mean over heads"), N_("Gradients")
LINKED = {
    ATTENTION: N_("Attention as links"),
    CROSS: N_("Cross-attention as links"),
    GRADIENTS: N_("Gradients as links"),
}
ROLLOUT = N_("Rollout: all layers")


@dataclass(frozen=True)
class Labels:
    """The tokens of the first row as they are shown."""

    source: tuple[str, ...]
    answer: tuple[str, ...]
    decoder: tuple[str, ...]
    """What the decoder reads, or an encoder alone."""

    @classmethod
    def of(cls, config: TransformerConfig, task: TokenTask, row: np.ndarray) -> "Labels":
        vocabulary, s, architecture = task.vocabulary, task.source_length, effective_architecture(config)
        source, answer = (tuple(task.show(part)) for part in (row[:s], row[s:]))
        begin, blanks = (vocabulary[BEGIN],), (vocabulary[BLANK],) * len(answer)
        decoder = {
            "decoder": (*begin, *source, *answer)[:-1],
            "encoder_decoder": (*begin, *answer[:-1]),
            "encoder": (*source, *blanks),
        }
        return cls(source, answer, decoder[architecture])


def main_read(a: Arrays, config: TransformerConfig, labels: Labels) -> Read:
    """What the stage shows: the last layer's attention, across to the source where there is such; of a recurrent
    network without attention the gradients, in the same place."""
    if "cross" in a:
        return Read("reads", CROSS, a["cross"][-1].mean(0), labels.answer, labels.source)
    if "attention" in a:
        weights = a["attention"][-1].mean(0)[-len(labels.answer) :]  # (queries, keys)
        return Read("reads", ATTENTION, weights, labels.answer[-len(weights) :], labels.decoder)
    return gradients_read("reads", a, labels)


def gradients_read(name: str, a: Arrays, labels: Labels) -> Read:
    """How much each answer depends on each token that was read."""
    weights = a["gradients"]
    sources = labels.decoder if weights.shape[1] == len(labels.decoder) else (*labels.source, *labels.decoder)
    return Read(name, GRADIENTS, weights, labels.answer[-len(weights) :], sources, "gradient")


def other_reads(a: Arrays, labels: Labels) -> tuple[Layer, ...]:
    """Matrices that a switch of the legend adds: rollout, or the gradients beside attention."""
    if "rollout" in a:
        weights = a["rollout"]
        return (Read("rollout", ROLLOUT, weights, labels.answer[-len(weights) :], labels.decoder).matrix(shown=False),)
    if "gradients" in a and "cross" in a:
        return (gradients_read("gradients", a, labels).matrix(shown=False),)
    return ()


def along_generation(weights: np.ndarray, moments: np.ndarray, prompt: int) -> np.ndarray | None:
    """The weights (queries, keys) of the tokens written after so many: (moments, queries, keys), the newest strong, the
    others faint, at the end all strong. None where that is too much. The queries are those of the last tokens, of
    which the first `prompt` are given."""
    if len(moments) * weights.size > JOURNEY_CELLS:
        return None
    written = moments[:, None] + prompt  # (moments, 1)
    number = np.arange(len(weights))[None]
    strength = np.where(number < written - 1, FAINT, np.where(number == written - 1, 1.0, 0.0))
    strength[-1] = 1.0
    return strength[:, :, None] * weights  # (moments, queries, keys)
