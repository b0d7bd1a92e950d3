"""The container without an engine: what docs/container-check.sh makes of the Dockerfile."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from . import declared
from .server import ROOT, free_port

SCRIPT = ROOT / "docs" / "container-check.sh"
STREAMS = "seglearn==1.2.5"


def packages(folder: Path) -> Path:
    """What an image installs, as links to this environment."""
    (folder / "packages").mkdir()
    declared.link(declared.needed([*declared.of_the_project(), STREAMS]).values(), folder / "packages")
    return folder / "packages"


class Container:
    """One folder in place of an image, that everybody can look into."""

    def __init__(self, script: Path = SCRIPT):
        self.script, self.port = script, free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="container-"))
        self.folder.chmod(0o755)
        self.process: subprocess.Popen | None = None
        self.said = ""
        self._packages = packages(self.folder)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def home(self) -> Path:
        return self.folder / "root" / "home" / "user"

    def build(self) -> str:
        """What the script says of it; `CalledProcessError` where it could not be built."""
        more = {"PYTHON": "python{}.{}".format(*sys.version_info)}
        done = subprocess.run(
            ["bash", self.script, "build", self.folder / "root"],
            env=self._environment(more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=200,
        )
        self.said = done.stdout
        done.check_returncode()
        return self.said

    def start(self, **more: str) -> float:
        """Seconds until its health check says yes."""
        began = time.monotonic()
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                ["bash", self.script, "start", self.folder / "root"],
                env=self._environment({"PLAYGROUND_WORKERS": "1", "PLAYGROUND_SPARE": "false", **more}),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.healthy():
            assert self.process.poll() is None and time.monotonic() < began + 90, self.log()
            time.sleep(0.1)
        return time.monotonic() - began

    def healthy(self) -> bool:
        done = subprocess.run(["bash", self.script, "healthy", self.folder / "root"], env=self._environment())
        return done.returncode == 0

    def kill(self, how: int = signal.SIGKILL) -> None:
        """End all of it at once, as an engine ends a container."""
        if self.process is not None:
            os.killpg(self.process.pid, how)
            self.process.wait(30)
            self.process = None

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def remove(self) -> None:
        self.kill()
        for folder, _, _ in os.walk(self.folder):
            os.chmod(folder, 0o755)
        shutil.rmtree(self.folder)

    def _environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not re.match("PLAYGROUND_|STREAMLIT_", name)}
        return {**kept, "PORT": str(self.port), "PACKAGES": str(self._packages), **(more or {})}
