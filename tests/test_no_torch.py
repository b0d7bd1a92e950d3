"""The server does without torch, so that it starts in seconds and stays responsive."""

import os
import subprocess
import sys

from support.pages import ROOT

HEAVY = {"torch", "sklearn", "matplotlib", "diffusers", "transformers"}


def test_nothing_that_the_server_does_imports_torch(tmp_path):
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests")))}
    done = subprocess.run(
        [sys.executable, "-m", "support.whole_server"],
        cwd=ROOT,
        env={**environ, "PLAYGROUND_RUNS": str(tmp_path), "PLAYGROUND_WORKERS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    imported = set(done.stdout.split())
    assert {"app", "playground", "streamlit", "plotly"} <= imported
    assert imported & HEAVY == set()
