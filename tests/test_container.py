"""The Dockerfile, without an engine: docs/container-check.sh does its lines as an ordinary user, with the packages of
this environment in the place of those that pip would fetch."""

import json
import re
import shutil
import stat
import subprocess
import sys
import time
import urllib.request

import pytest
import yaml
from support.container import SCRIPT, Container
from support.server import ROOT
from websockets.sync.client import connect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the script does what a container of Linux does")
DOCKERFILE = (ROOT / "Dockerfile").read_text()
ME = "m" * 32


@pytest.fixture(scope="module")
def container():
    container = Container()
    try:
        container.build()
        yield container
    finally:
        container.remove()


def instructions() -> list[str]:
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.M))
    return [line for line in joined.splitlines() if line.strip()]


def train(url: str, run: str | None, until: int) -> str:
    """A visitor's run, until it is at a step; its id."""
    with connect(f"ws{url.removeprefix('http')}/live/socket", max_size=None) as socket:
        small = {"g_width": 8, "d_width": 8, "batch": 16}
        watch = {"do": "watch", "family": "gan", "config": small, "owner": ME, "run": run, "play": True}
        socket.send(json.dumps(watch))
        while True:
            message = socket.recv(timeout=60)
            if isinstance(message, bytes):
                length = int.from_bytes(message[4:8], "little")
                socket.send(json.dumps({"do": "ack", "seq": json.loads(message[8 : 8 + length])["seq"]}))
                continue
            said = json.loads(message)
            assert said["is"] != "refused", said
            if said["is"] == "watching":
                run = said["run"]
            if said["is"] == "status" and run and said["head"] >= until:
                return run


def test_every_line_was_done_by_an_ordinary_user(container):
    done = [line.partition(" s  ")[2] for line in container.said.splitlines() if re.match(r" *[\d.]+ s  ", line)]
    assert done == [line.replace("7860", str(container.port)) for line in instructions()]
    owners = {path.stat().st_uid for path in (container.home / "app").rglob("*")}
    assert 0 not in owners and len(owners) == 1


def test_the_image_holds_what_the_app_needs_and_nothing_else(container):
    app = container.home / "app"
    there = {path.name for path in app.iterdir()}
    assert there - {"__pycache__"} == {
        ".streamlit",
        "app.py",
        "pages",
        "playground",
        "requirements-streams.txt",
        "requirements.txt",
        "weights",
    }
    for name in ("pages", "playground", "weights"):
        tracked = subprocess.run(["git", "ls-files", name], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert all((app / path).is_file() for path in tracked.splitlines()), name


def test_it_runs_read_only_and_a_killed_one_comes_back_with_its_runs(container):
    container.start()
    assert urllib.request.urlopen(f"{container.url}/gan").status == 200
    before = {path for path in container.home.rglob("*") if path.is_file() and "runs" not in path.parts}
    run = train(container.url, None, 60)
    modes = [path.stat().st_mode for path in (container.home, container.home / "app", container.home / "venv")]
    assert not any(mode & stat.S_IWUSR for mode in modes)
    container.kill()
    container.start()
    assert train(container.url, run, 90) == run
    container.kill()
    assert before == {path for path in container.home.rglob("*") if path.is_file() and "runs" not in path.parts}


def test_a_space_that_slept_wakes_with_an_empty_disk_and_its_runs(container):
    """It was killed, and begins anew from its image; only the bucket is what it was."""
    bucket = container.folder / "bucket"
    bucket.mkdir()
    bucket.chmod(0o777)
    container.start(PLAYGROUND_RUNS_COPY=str(bucket), SPACE_ID="me/app")
    run = train(container.url, None, 60)
    end = time.monotonic() + 20
    while not list(bucket.glob(f"{run}.*.zip")):
        assert time.monotonic() < end
        time.sleep(0.1)
    container.kill()
    for path in (container.home / "runs").iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    container.start(PLAYGROUND_RUNS_COPY=str(bucket), SPACE_ID="me/app")
    assert train(container.url, run, 60) == run
    container.kill()


def test_lines_that_are_not_understood_stop_the_script(tmp_path):
    (tmp_path / "docs").mkdir()
    shutil.copy(SCRIPT, tmp_path / "docs")
    (tmp_path / "Dockerfile").write_text("FROM python:3.11-slim\nENTRYPOINT /bin/sh\n")
    container = Container(tmp_path / "docs" / SCRIPT.name)
    try:
        with pytest.raises(subprocess.CalledProcessError):
            container.build()
        assert "does not understand this line of the Dockerfile: ENTRYPOINT /bin/sh" in container.said
    finally:
        container.remove()


def test_a_space_finds_its_settings_in_the_readme():
    first = (ROOT / "README.md").read_text("utf-8").split("---\n")[1]
    settings = yaml.safe_load(first)
    assert settings["sdk"] == "docker"
    assert f"EXPOSE {settings['app_port']}" in instructions()
    assert len(settings["short_description"]) <= 60 and len(settings["emoji"]) <= 2
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {settings["colorFrom"], settings["colorTo"]} <= colours
