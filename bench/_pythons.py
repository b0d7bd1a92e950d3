"""The Pythons of this machine that the project is for, wherever they lie."""

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("python3.11", "python3.12", "python3.13")


def found() -> dict[str, str]:
    """Name -> a Python of that name that can make environments: on PATH, or among pyenv's versions."""
    working = {}
    for name in NAMES:
        for path in (shutil.which(name), *_of_pyenv(name)):
            if path is not None and _works(path):  # pyenv's placeholders on PATH only look like one
                working[name] = path
                break
    return working


def _of_pyenv(name: str) -> list[str]:
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    return [
        str(path) for path in sorted(root.glob(f"versions/{name.removeprefix('python')}.*/bin/{name}"), reverse=True)
    ]


def _works(path: str) -> bool:
    return subprocess.run([path, "-c", "import ensurepip, ssl, venv"], capture_output=True).returncode == 0
