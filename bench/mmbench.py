"""MMBench: letters and scores as VLMEvalKit's, the time to score, closed forms, PlotBench whole, files that are
malformed or hold formulas, the time of calls and what a kill leaves of them.

The only service that is asked is one on this machine. About a minute of a core.
    python -m playground bench mmbench --json
    python bench/mmbench.py vectors scoring "closed forms" plotbench malformed formulas calls kills
"""

from collections.abc import Callable

from _figures import main, measured
from _mmbench_calls import calls, kills
from _mmbench_plotbench import plotbench
from _mmbench_scores import closed_forms, formulas, malformed, scoring, vectors

PARTS: dict[str, Callable[[], list[dict]]] = {
    "vectors": vectors,
    "scoring": scoring,
    "closed forms": closed_forms,
    "plotbench": plotbench,
    "malformed": malformed,
    "formulas": formulas,
    "calls": calls,
    "kills": kills,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
