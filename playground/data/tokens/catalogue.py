"""All tasks on tokens, by the name that the setting `data` has for them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ..dots import dots_of
from .arithmetic import Addition, ModularAddition, Subtraction
from .automata import Brackets, Parity
from .copying import Copy, Reverse, Sort
from .number_words import NumberWords
from .pictograms import PICTOGRAMS
from .recall import Queues, Recall
from .task import TokenTask
from .text import OWN, SHIPPED, own, shipped_task

MAKERS: dict[str, Callable[[Any], TokenTask]] = {
    "copy": lambda config: Copy(gap=config.gap),
    "reverse": lambda config: Reverse(length=config.length),
    "sort": lambda config: Sort(length=config.length),
    "recall": lambda config: Recall(pairs=config.pairs),
    "queues": lambda config: Queues(pairs=config.pairs),
    "addition": lambda config: Addition(digits=config.digits, least_first=config.least_first),
    "subtraction": lambda config: Subtraction(digits=config.digits, least_first=config.least_first),
    "modular": lambda config: ModularAddition(modulus=config.modulus, train_share=config.train_share),
    "number_words": lambda config: NumberWords(digits=config.digits, to=config.to),
    "parity": lambda config: Parity(length=config.length, running=config.running),
    "brackets": lambda config: Brackets(length=config.length),
    **{name: lambda config, name=name: shipped_task(name, config.window) for name in SHIPPED},
    OWN[0]: lambda config: own(config.own_text, config.window),
}
"""The task that the settings of a family choose."""
GENERATED = (Copy, Reverse, Sort, Recall, Queues, Addition, Subtraction, ModularAddition, NumberWords, Parity, Brackets)
TITLES = {
    **{task.name: task.title for task in GENERATED},
    **{name: title for name, (title, _) in SHIPPED.items()},
    OWN[0]: OWN[1],
}
"""Of all tasks, in the order in which they are offered. Message ids."""


def dots(name: str) -> np.ndarray:
    """The sign of a task as dots: (n, 2) in [0, 1], y up."""
    return dots_of(PICTOGRAMS[name])
