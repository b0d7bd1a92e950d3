"""An empty environment of every Python that is found, the project installed into it as anybody would, and its app
started from an empty folder."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from _figures import figure
from _live_server import ROOT, healthy
from _pythons import NAMES, found


def rows() -> list[dict]:
    rows, pythons = [], found()
    for name in NAMES:
        if name not in pythons:
            print(f"{name} is not installed: nothing was measured with it")
            continue
        with tempfile.TemporaryDirectory() as folder:
            rows += _one(name, pythons[name], Path(folder))
    return rows


COMMANDS = (
    ("train", "gan", "--data", "moons", "--steps", "20", "--set", "g_width=8", "--out", "run", "--json"),
    ("sample", "run", "-n", "50", "--out", "a.csv"),
)


def _fails(folder: Path, environment: dict[str, str], words: tuple[str, ...]) -> bool:
    command = [folder / "venv" / "bin" / "playground", *words]
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    if told.returncode:
        print(told.stderr)
    return told.returncode != 0


def _one(name: str, python: str, folder: Path) -> list[dict]:
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    subprocess.run([python, "-m", "venv", folder / "venv"], check=True, env=environment)
    began = time.monotonic()
    pip = [folder / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", ROOT]
    subprocess.run(pip, check=True, env=environment)
    installed = time.monotonic() - began
    size = int(subprocess.run(["du", "-sm", folder], capture_output=True, text=True, check=True).stdout.split()[0])
    (folder / "empty").mkdir()
    failed = [words[0] for words in COMMANDS if _fails(folder, environment, words)]
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
        figure(f"{name}: commands that fail there", "<= 0", len(failed), how="of " + ", ".join(c[0] for c in COMMANDS)),
        figure(f"{name}: playground serve in an empty folder is healthy", "<= 30", ready, unit="s"),
    ]
