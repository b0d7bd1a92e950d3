"""An empty environment of every Python that is found, the project installed into it as anybody would, and its app
started from an empty folder."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from _figures import figure
from _live_server import ROOT, healthy

PYTHONS = ("python3.11", "python3.12", "python3.13")


def rows() -> list[dict]:
    found = []
    for name in PYTHONS:
        python = _python(name)
        if python is None:
            print(f"{name} is not installed: nothing was measured with it")
            continue
        with tempfile.TemporaryDirectory() as folder:
            found += _one(name, python, Path(folder))
    return found


def _python(name: str) -> str | None:
    """A Python that answers to the name; others (such as pyenv's placeholders) only look like one."""
    path = shutil.which(name)
    if path is None or subprocess.run([path, "-c", "import venv"], capture_output=True).returncode:
        return None
    return path


def _one(name: str, python: str, folder: Path) -> list[dict]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True, env=environment)
    began = time.monotonic()
    pip = [folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", ROOT]
    subprocess.run(pip, check=True, env=environment)
    installed = time.monotonic() - began
    size = int(subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=True).stdout.split()[0])
    (folder / "empty").mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    process = subprocess.Popen(
        [folder / "venv" / "bin" / "playground", "serve", "--address", "127.0.0.1", "--port", str(port)],
        cwd=folder / "empty",
        env={**environment, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        with contextlib.suppress(TimeoutError):
            healthy(f"http://127.0.0.1:{port}")
        ready = time.monotonic() - began
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return [
        figure(f"{name}: pip install . into an empty environment", "", installed, unit="s"),
        figure(f"{name}: size of that environment", "", size, unit="MB"),
        figure(f"{name}: playground serve in an empty folder is healthy", "<= 30", ready, unit="s"),
    ]
