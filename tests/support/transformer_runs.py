"""Small experiments with models of sequences of every kind."""

from typing import Any

import numpy as np
import pytest

from playground.core.config import parse
from playground.families.transformer.config import TransformerConfig
from playground.families.transformer.experiment import TransformerExperiment

SMALL: dict[str, Any] = {"data": "reverse", "length": 4, "batch": 8, "width": 16, "layers": 2, "heads": 2}
BOTH = {"architecture": "encoder_decoder"}
KINDS = {
    "transformer": {},
    "crossed": BOTH,
    "encoder": {"architecture": "encoder"},
    "dropout": {"dropout": 0.2, "smoothing": 0.1, "schedule": "cosine", "horizon": 9},
    "ends": {"data": "number_words", "digits": 2, **BOTH},
    "lstm": {"model": "lstm"},
    "gru": {"model": "gru", **BOTH, "attention": False},
    "rnn": {"model": "rnn", "architecture": "encoder", "dropout": 0.1},
    "attentive": {"model": "lstm", **BOTH},
    "text": {"data": "alice", "window": 16, "tied": True},
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def config_of(**settings) -> TransformerConfig:
    return parse(TransformerConfig, SMALL | settings)


def experiment_of(kind: str, **settings) -> TransformerExperiment:
    return TransformerExperiment(config_of(**KINDS[kind], **settings))


def same(first, second) -> bool:
    return first.keys() == second.keys() and all(np.array_equal(first[name], second[name]) for name in first)
