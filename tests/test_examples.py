"""The examples run as they stand."""

import os
import subprocess
import sys

import nbformat
from nbclient import NotebookClient
from support.server import ROOT

EXAMPLES = ROOT / "examples"


def test_the_script_trains_and_draws(tmp_path):
    told = subprocess.run(
        [sys.executable, EXAMPLES / "train_gan.py", "--steps", "30", "--out", tmp_path / "moons.html"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "sliced_w2" in told.stdout and "a perfect model" in told.stdout
    assert "plotly" in (tmp_path / "moons.html").read_text("utf-8")


def test_the_notebook_runs_from_its_first_cell_to_its_last(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(EXAMPLES / "compare_samplers.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells), "clear the outputs before you commit"
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    printed = "".join(out.get("text", "") for cell in notebook.cells for out in cell.get("outputs", []))
    assert printed.count("calls:") == 12
    drawn = notebook.cells[-2].outputs[-1].data
    assert "application/vnd.plotly.v1+json" in drawn


def test_every_example_is_run_here():
    assert {path.name for path in EXAMPLES.iterdir() if path.is_file()} == {"train_gan.py", "compare_samplers.ipynb"}
