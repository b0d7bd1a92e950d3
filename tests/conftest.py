"""What tests share: a real server and a real browser."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
os.environ["OMP_NUM_THREADS"] = "1"  # as in every worker: sums in another order would be other bits
SERVED = ("test_cluster", "test_faults", "test_hub")
"""Modules that start workers or servers of their own."""


def pytest_collection_modifyitems(items):
    """Servers, browsers and workers stand in one line; what only computes runs beside them."""
    for item in items:
        sockets = any(getattr(value, "__module__", "") == "sockets" for value in vars(item.module).values())
        if sockets or {"server", "chromium"} & set(item.fixturenames) or item.module.__name__ in SERVED:
            item.add_marker(pytest.mark.xdist_group("served"))


class Server:
    """The app as `streamlit run app.py` starts it, on a port of its own."""

    def __init__(self, runs: Path):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.runs = runs
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.port",
                str(self.port),
                "--server.address",
                "127.0.0.1",
                "--server.headless",
                "true",
            ],
            cwd=ROOT,
            env={**os.environ, "PLAYGROUND_RUNS": str(self.runs)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}/live/health", timeout=1).read()
                return
            time.sleep(0.1)
        raise TimeoutError(self.url)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def chromium():
    """An installed Chromium; test.sh installs one, and in CI its absence is a failure.

    For one module, since Playwright's event loop must have ended when tests bring their own.
    """
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("There is no Chromium; test.sh installs one.")
        pytest.skip("There is no Chromium; test.sh installs one.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()
