"""The project outside of a checkout on one's own machine: installed, in a container, behind a proxy, without a server.

    python -m playground bench everywhere               all of it
    python -m playground bench everywhere install       one part

The parts are in files of their own.
"""

from importlib import import_module
from typing import Any

PARTS = {
    "install": "_everywhere_install",
    "container": "_everywhere_container",
    "proxy": "_everywhere_proxy",
    "site": "_everywhere_site",
    "servers": "_everywhere_servers",
    "room": "_everywhere_room",
    "sweep": "_everywhere_sweep",
    "load": "_everywhere_load",
}
"""Name of a part -> its module, whose `rows()` gives the figures."""


def run(*parts: str) -> dict[str, Any]:
    return {"figures": [row for name in parts or PARTS for row in import_module(PARTS[name]).rows()]}
