"""What the first visitor of a server would wait for: libraries that pages import late, and what MMBench opens with."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module

from playground.engine.supervisor import attempt_each

FIRST = ("streamlit.emojis", "playground.ui.lesson", "playground.ui.mmbench.choice", "playground.ui.mmbench.abilities")
PAUSE_S = 3
LATER = ("playground.ui.mmbench.bias", "playground.ui.mmbench.lesson", "pandas")
"""Of other tabs, and of tables: a visitor who comes as soon as the server starts does not share the core with it."""


def warm_up() -> None:
    """Import and compute it, the most common things first: about a second of a core. What fails here fails again, with
    a sentence, for the visitor who needs it."""
    attempt_each(*_imports(FIRST), ("warm-up of MMBench", _open_mmbench))
    time.sleep(PAUSE_S)
    attempt_each(*_imports(LATER))


def _imports(names: Iterable[str]) -> list[tuple[str, Callable[[], object]]]:
    return [(f"warm-up of {name}", partial(import_module, name)) for name in names]


def _open_mmbench() -> None:
    from .mmbench.runs import TITLES, built_in_run

    built_in_run(next(iter(TITLES))).strict.scores.tally()
