"""Every test of the GAN page in a browser, through a real nginx with the configuration of docs/hosting.md: as a site of
its own, and below a path."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from _figures import figure
from _live_server import ROOT

TESTS = (
    "test_base_path_browser",
    "test_browser",
    "test_browser_take",
    "test_corner_browser",
    "test_drawing_browser",
    "test_foreign_text_browser",
    "test_lab_browser",
    "test_lesson_browser",
    "test_own_data_browser",
    "test_page_browser",
    "test_panels_browser",
    "test_pictures_browser",
    "test_sweep_browser",
    "test_time_machine_page",
)
"""The modules with tests of that page; some test others, too."""
PATHS = {"a site of its own": "/", "below /play": "/play"}


def rows() -> list[dict]:
    found = []
    for name, path in PATHS.items():
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            modules = [str(ROOT / "tests" / f"{module}.py") for module in TESTS]
            subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *modules],
                cwd=ROOT,
                env={**os.environ, "BEHIND_NGINX": path, "CI": "1"},
            )
            cases = list(ElementTree.parse(report).iter("testcase"))
        failed = [one for one in cases if one.find("failure") is not None or one.find("error") is not None]
        skipped = [one for one in cases if one.find("skipped") is not None]
        passed = len(cases) - len(failed) - len(skipped)
        how = ", ".join(f"{one.get('classname')}::{one.get('name')}" for one in failed)
        found += [
            figure(f"nginx, {name}: tests of the GAN page that pass", ">= 50", passed),
            figure(f"nginx, {name}: tests that fail or are skipped", "<= 0", len(failed) + len(skipped), how=how),
        ]
    return found
