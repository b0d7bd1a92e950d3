"""The browser's pure modules under Node's own test runner: decoding, interpolation, isolines, series, the bundle."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node runs the scripts outside of a browser.")
@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "web").glob("*.test.js")), ids=lambda path: path.name)
def test_scripts(path):
    environment = {**os.environ, "PYTHON": sys.executable}
    done = subprocess.run(["node", "--test", path], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
