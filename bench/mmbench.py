"""MMBench: letters as VLMEvalKit extracts them, the time to score, closed forms, and files that are malformed.

Nothing is asked of a model. About half a minute of a core.
    python -m playground bench mmbench --json
    python bench/mmbench.py vectors scoring "closed forms" malformed
"""

from collections.abc import Callable

from _figures import main, measured
from _mmbench_scores import closed_forms, malformed, scoring, vectors

PARTS: dict[str, Callable[[], list[dict]]] = {
    "vectors": vectors,
    "scoring": scoring,
    "closed forms": closed_forms,
    "malformed": malformed,
}


def run() -> dict:
    """All the figures."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__, PARTS)
