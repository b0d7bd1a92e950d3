"""The container without an engine, from an empty folder until it is healthy: docs/container-check.sh, which does every
line of the Dockerfile and installs what pip fetches."""

import os
import re
import socket
import subprocess
import time

from _figures import figure
from _live_server import ROOT

ASKED_S = 90
"""From an empty folder until it is healthy, less what pip installs."""


def rows() -> list[dict]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    told = subprocess.run(
        ["bash", ROOT / "docs" / "container-check.sh"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if told.returncode:
        raise RuntimeError(f"docs/container-check.sh failed:\n{told.stdout[-3000:]}")
    whole = time.monotonic() - began
    steps = {what: float(seconds) for seconds, what in re.findall(r"^ *([\d.]+) s  (.*)$", told.stdout, re.M)}
    installs = sum(seconds for what, seconds in steps.items() if what.startswith("RUN pip install "))
    again = steps.pop("start again after a kill, until it is healthy")
    return [
        figure("container: what pip installs", "", installs, unit="s"),
        figure(
            "container: from an empty folder until it is healthy, less what pip installs",
            f"<= {ASKED_S}",
            sum(steps.values()) - installs,
            unit="s",
        ),
        figure("container: healthy after a start", "<= 30", steps["start, until it is healthy"], unit="s"),
        figure("container: healthy again after a kill", "<= 30", again, unit="s"),
        figure("container: all of it, with cleaning up", "", whole, unit="s"),
    ]
