"""What the live measurements open: the app, and beside it a bare Streamlit page as the yardstick."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import torch
from gan import floor

ROOT = Path(__file__).parents[1]
BARE = Path(__file__).with_name("_bare_page.py")


@contextlib.contextmanager
def server(script: str | Path = "app.py") -> Iterator[str]:
    """Its address. A server of its own, as a visitor starts it; ends it and its workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"port": port, "address": "127.0.0.1", "headless": "true"}
    with tempfile.TemporaryDirectory() as runs:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *(f"--server.{k}={v}" for k, v in options.items())],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PLAYGROUND_RUNS": runs},
        )
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def healthy(url: str, seconds: float = 60, path: str = "live/health") -> None:
    """Wait until it answers; TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{url}/{path}", timeout=1).read()
            return
        time.sleep(0.05)
    raise TimeoutError(url)


@contextlib.contextmanager
def one_core_busy() -> Iterator[None]:
    """Another program computes without a pause."""
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def matmul_floor(rounds: int = 300) -> float:
    """ms: the matrix products of a step of the GAN, best of rounds. It tells the day's machine from another one."""
    step, best, before = floor(), float("inf"), torch.get_num_threads()
    torch.set_num_threads(1)
    for _ in range(rounds):
        began = time.perf_counter()
        step()
        best = min(best, time.perf_counter() - began)
    torch.set_num_threads(before)
    return 1000 * best


def machine() -> str:
    """The load of the day, and the floor."""
    return f"load {os.getloadavg()[0]:.1f}, matmul floor {matmul_floor():.2f} ms"
