"""What the first visitor of a server would wait for: libraries that pages import late, and what MMBench opens with."""

import time
from importlib import import_module

FIRST = ("streamlit.emojis", "playground.ui.lesson", "playground.ui.mmbench.choice", "playground.ui.mmbench.abilities")
PAUSE_S = 3
LATER = ("playground.ui.mmbench.bias", "playground.ui.mmbench.lesson", "pandas")
"""Of other tabs, and of tables: a visitor who comes as soon as the server starts does not share the core with it."""


def warm_up() -> None:
    """Import and compute it, the most common things first: about a second of a core."""
    for name in FIRST:
        import_module(name)
    from .mmbench.runs import TITLES, built_in_run

    built_in_run(next(iter(TITLES))).strict.scores.tally()
    time.sleep(PAUSE_S)
    for name in LATER:
        import_module(name)
