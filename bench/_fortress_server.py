"""The server that `bench fortress` attacks, and the visitor who trains beside each attack."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import psutil
from _fortress_shares import SMALL, Stage

ROOT = Path(__file__).parents[1]
T = TypeVar("T")
REFUSALS = ("Invalid UTF-8 sequence received from client", "Error deserializing back message")
"""What uvicorn and Streamlit log with a traceback where they refuse a message as they should."""
BEFORE_S, AFTER_S = 6.0, 6.0
"""How long a visitor is watched before and after an attack."""


class Fortress:
    """The app in a process of its own, with its log in a file."""

    def __init__(self, runs: Path, log: Path, **environ: str):
        """`environ`: settings of the server."""
        self.runs, self.log, self._environ = runs, log, environ
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Wait until it answers; `TimeoutError`."""
        options = {"port": str(self.port), "address": "127.0.0.1", "headless": "true"}
        given = [part for name, value in options.items() for part in (f"--server.{name}", value)]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", "app.py", *given],
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PLAYGROUND_RUNS": str(self.runs), "PLAYGROUND_WORKERS": "2", **self._environ},
            )
        end = time.monotonic() + 90
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                self.health()
                return
            time.sleep(0.1)
        raise TimeoutError(self.url)

    def health(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/live/health", timeout=10) as answer:
            return json.loads(answer.read())

    def memory(self) -> float:
        """Main memory that the server's own process holds, in MB."""
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def alive(self) -> bool:
        return self.process.poll() is None

    def defects(self) -> int:
        """Errors of the program itself in its log, which has a line for each event (`live/logs.py`)."""
        lines = self.log.read_text(errors="replace").splitlines()
        return sum(
            (" trace=" in line or line.startswith("Traceback")) and not any(said in line for said in REFUSALS)
            for line in lines
        )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def fortress(runs: Path | None = None, **environ: str) -> Iterator[Fortress]:
    """A server for one attack, with its runs in `runs` or in a folder that goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        server = Fortress(runs or Path(folder) / "runs", Path(folder) / "log", **environ)
        server.start()
        try:
            yield server
        finally:
            server.stop()
            if kept := os.environ.get("FORTRESS_LOG"):
                Path(kept).write_bytes(server.log.read_bytes())


class Witness(Stage):
    """A visitor whose run trains and is seen, in a thread beside the attack."""

    def __enter__(self) -> "Witness":
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        end = time.monotonic() + 120
        while len(self.frames) < 10:
            if time.monotonic() > end or not self._thread.is_alive():
                raise TimeoutError(f"the visitor beside the attack sees nothing: {self.refused}")
            time.sleep(0.05)
        return self

    def _watch(self) -> None:
        self._task = self._loop.create_task(self.live())
        with contextlib.suppress(asyncio.CancelledError, OSError):
            self._loop.run_until_complete(self._task)

    def __exit__(self, *_) -> None:
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join(10)


@dataclass
class Seen(Generic[T]):
    """What the visitor saw: (frames, steps) a second before, during and after; and what the attack gave."""

    before: tuple[float, float]
    during: tuple[float, float]
    after: tuple[float, float]
    gap: float
    """The longest time without a frame during the attack, in seconds."""
    seconds: float
    """How long the attack took."""
    result: T

    @property
    def how(self) -> str:
        frames = " -> ".join(f"{rate[0]:.1f}" for rate in (self.before, self.during, self.after))
        steps = " -> ".join(f"{rate[1]:.0f}" for rate in (self.before, self.during, self.after))
        return (
            f"a visitor beside it: {frames} frames/s, {steps} steps/s (before -> during {self.seconds:.0f} s -> after)"
        )


def beside(server: Fortress, attack: Callable[[], T]) -> Seen[T]:
    """Do the attack beside a visitor who trains."""
    with Witness(server.url, seed=977, **SMALL) as visitor:
        time.sleep(2)
        began = time.monotonic()
        time.sleep(BEFORE_S)
        attacked = time.monotonic()
        before = visitor.rates(began, attacked)
        result = attack()
        over = time.monotonic()
        during, gap = visitor.rates(attacked, over), visitor.gap(attacked, over)
        time.sleep(1)
        rested = time.monotonic()
        time.sleep(AFTER_S)
        after = visitor.rates(rested, time.monotonic())
    return Seen(before, during, after, gap, over - attacked, result)


class Peak:
    """The most memory that a server's process held while the context was open, over what it held before, in MB."""

    def __init__(self, server: Fortress):
        self.server, self.before, self.most = server, 0.0, 0.0

    @property
    def grown(self) -> float:
        return self.most - self.before

    def __enter__(self) -> "Peak":
        self.before = self.most = self.server.memory()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def _look(self) -> None:
        with contextlib.suppress(psutil.Error):
            while not self._over.wait(0.01):
                self.most = max(self.most, self.server.memory())

    def __exit__(self, *_) -> None:
        self._over.set()
        self._thread.join()
