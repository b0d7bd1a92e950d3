"""The app in a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
STREAMLIT = ("-m", "streamlit", "run", "app.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """The app as `streamlit run app.py` starts it, on a port of its own."""

    def __init__(self, runs: Path, base: str = ""):
        """`base`: the path below which everything is served, such as `/play`."""
        self.port = free_port()
        self.url, self.base = f"http://127.0.0.1:{self.port}{base}", base
        self.runs = runs
        self.process: subprocess.Popen | None = None

    def start(
        self,
        command: Sequence[str] = STREAMLIT,
        option: str = "--server.",
        cwd: Path = ROOT,
        python: str | Path = sys.executable,
        log=subprocess.DEVNULL,
        **environ,
    ) -> None:
        """Start it by `command`, whose options for port and address begin with `option`."""
        self.process = subprocess.Popen(
            [python, *command, f"{option}port", str(self.port), f"{option}address", "127.0.0.1"],
            cwd=cwd,
            env={
                **os.environ,
                "PLAYGROUND_RUNS": str(self.runs),
                "PLAYGROUND_WORKERS": "1",  # the browser needs the other core
                "PLAYGROUND_SPARE": "false",
                "PLAYGROUND_SLICE_HIGH_S": "0.15",  # half as many frames to draw
                "STREAMLIT_SERVER_HEADLESS": "true",
                **({"STREAMLIT_SERVER_BASE_URL_PATH": self.base} if self.base else {}),
                **environ,
            },
            stdout=log,
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
