"""The template of a family, copied somewhere else and registered by one line, keeps the contract like any other."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from playground.core.registry import FAMILIES

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "examples" / "families" / "mixture"
REGISTER = """
from playground.core.registry import FAMILIES, Family
FAMILIES["mixture"] = Family("mixture", "toys.mixture")
"""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A folder with the template as a package, and a line that every Python started there runs first."""
    folder = tmp_path_factory.mktemp("template")
    shutil.copytree(TEMPLATE, folder / "toys" / "mixture", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "toys" / "__init__.py").write_text("")
    (folder / "sitecustomize.py").write_text(REGISTER)
    return folder


def test_the_template_keeps_the_contract(elsewhere):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(elsewhere), str(ROOT)])}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", "mixture"]
    ran = subprocess.run(
        [*command, "tests/test_contract.py", "tests/test_settings_matter.py"],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=200,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]


def test_the_template_is_short():
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in TEMPLATE.rglob("*.py"))
    assert lines <= 250


def test_no_family_is_registered_from_the_examples():
    assert "mixture" not in FAMILIES
