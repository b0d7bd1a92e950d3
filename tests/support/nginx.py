"""A real nginx before a server of the tests, with the configuration that docs/hosting.md gives."""

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from .server import ROOT, free_port

PLACES = ("/usr/sbin/nginx", "/usr/local/sbin/nginx", "/opt/homebrew/bin/nginx")
WHOLE = """
daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ }}
http {{
    access_log {folder}/asked;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {site}
}}
"""


def found() -> str | None:
    return shutil.which("nginx") or next((place for place in PLACES if os.access(place, os.X_OK)), None)


def documented(prefix: str) -> str:
    """The configuration in docs/hosting.md, of a whole site; with a prefix, its two lines changed as it says there."""
    text = (ROOT / "docs" / "hosting.md").read_text("utf-8")
    blocks = [
        "\n".join(line[4:] for line in block.splitlines()) for block in re.findall(r"(?:^    .*\n|^\n)+", text, re.M)
    ]
    site = next(block for block in blocks if "server {" in block)
    if prefix:
        (below,) = (block.strip().splitlines() for block in blocks if block.strip().startswith("location /play/ {"))
        site = re.sub(r"location / \{", below[0].strip(), site)
        site = re.sub(r"proxy_pass .*;", below[1].strip(), site)
        site = site.replace("/play/", f"{prefix}/")
    return site


def upstream(ports: Sequence[int]) -> str:
    """The block in docs/operations.md that names several servers, with these two."""
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    block = re.search(r"^    upstream playground \{\n(?:    .*\n)+?    \}$", text, re.M)
    assert block is not None
    found = block.group()
    for documented_port, port in zip((8501, 8502), ports, strict=True):
        found = found.replace(f"127.0.0.1:{documented_port}", f"127.0.0.1:{port}")
    return found


class Nginx:
    """Serves a port of this machine, or two servers on two ports, at an address of its own: `prefix` is a path such as
    `/play`, or empty."""

    def __init__(self, port: int | Sequence[int], prefix: str = ""):
        program = found()
        if program is None:
            if os.environ.get("CI"):
                pytest.fail("There is no nginx; test.sh installs one.")
            pytest.skip("There is no nginx; test.sh installs one.")
        self.port, self.prefix = free_port(), prefix
        self.url = f"http://127.0.0.1:{self.port}{prefix}"
        self.folder = Path(tempfile.mkdtemp(prefix="nginx-"))
        site = documented(prefix).replace("listen 80;", f"listen 127.0.0.1:{self.port};")
        if isinstance(port, int):
            site = site.replace("127.0.0.1:8501", f"127.0.0.1:{port}")
        else:  # as docs/operations.md says
            site = upstream(port) + "\n" + site.replace("127.0.0.1:8501", "playground")
        (self.folder / "nginx.conf").write_text(WHOLE.format(folder=self.folder, site=site))
        self.process = subprocess.Popen(
            [program, "-e", self.folder / "errors", "-p", self.folder, "-c", self.folder / "nginx.conf"]
        )
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1)
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "errors").read_text()
                time.sleep(0.05)
        raise TimeoutError(self.url)

    def asked(self) -> list[str]:
        """The paths that it was asked for, with what it answered."""
        return re.findall(r'"\w+ (\S+) HTTP/[\d.]+" (\d+)', (self.folder / "asked").read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)
