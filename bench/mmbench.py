"""MMBench: letters as VLMEvalKit extracts them, the time to score, closed forms, files that are malformed, the time
of calls and what a kill leaves of them.

The only service that is asked is one on this machine. About a minute of a core.
    python -m playground bench mmbench --json
    python bench/mmbench.py vectors scoring "closed forms" malformed calls kills
"""

from collections.abc import Callable

from _figures import main, measured
from _mmbench_calls import calls, kills
from _mmbench_scores import closed_forms, malformed, scoring, vectors

PARTS: dict[str, Callable[[], list[dict]]] = {
    "vectors": vectors,
    "scoring": scoring,
    "closed forms": closed_forms,
    "malformed": malformed,
    "calls": calls,
    "kills": kills,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
