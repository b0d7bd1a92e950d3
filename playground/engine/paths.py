"""The folders that the server writes to."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path


def runs_root(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of all runs."""
    return Path(environ.get("PLAYGROUND_RUNS", Path(tempfile.gettempdir()) / "playground-runs"))
