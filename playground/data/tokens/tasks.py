"""Every task on tokens, by the name that the setting `data` has for it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from playground.core.i18n import N_

from . import text
from .copying import Copy, Reverse, Sort
from .task import TokenTask


@dataclass(frozen=True)
class Choice:
    """A task that can be learned: `make(length, own)` with what grows (see `TokenTask.grows`), and a visitor's text."""

    title: str
    make: Callable[[int, str], TokenTask]
    length: int = 0
    """The length that suits it; 0: it has one length only."""


TASKS = {
    "copy": Choice(N_("Copy"), lambda length, own: Copy(gap=length), 30),
    "reverse": Choice(N_("Reverse"), lambda length, own: Reverse(length=length), 10),
    "sort": Choice(N_("Sort"), lambda length, own: Sort(length=length), 10),
    "alice": Choice(N_("English text"), lambda length, own: text.alice(length), 64),
    "four_books": Choice(N_("Chinese text"), lambda length, own: text.four_books(length), 64),
    "own_text": Choice(N_("Own text"), lambda length, own: text.own(own, length), 64),
}
RUNNING_TEXT = ("alice", "four_books", "own_text")
"""Data without a source: every character is predicted from those before it."""


def task(config: Any) -> TokenTask:
    """The task that a family's settings `data`, `length` and `own_text` choose."""
    return make(config.data, config.length, config.own_text if config.data == "own_text" else "")


@lru_cache(maxsize=64)
def make(name: str, length: int, own: str = "") -> TokenTask:
    return TASKS[name].make(length, own)
