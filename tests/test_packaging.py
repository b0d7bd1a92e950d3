"""The wheel works from any folder, and the requirements files say what pyproject.toml says."""

import json
import os
import re
import subprocess
import sys
import tomllib
import urllib.request
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from support import declared
from support.browser import wait
from support.server import ROOT, Server

import playground

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def required(name: str) -> set[str]:
    """The lines of a requirements file, less its comments and the other files that it takes in."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {line for line in lines if line and not line.startswith("-r")}


def test_requirements_are_those_of_the_project():
    extras = PROJECT["optional-dependencies"]
    assert required("requirements.txt") == set(PROJECT["dependencies"])
    assert required("requirements-cluster.txt") == set(extras["cluster"])
    assert required("requirements-streams.txt") == set(extras["streams"])
    assert required("requirements-local.txt") == set(extras["local"])
    assert required("requirements-dev.txt") == set(extras["dev"]) - {"genplay[cluster,streams]"}
    taken = ("requirements.txt", "requirements-cluster.txt", "requirements-streams.txt")
    assert "".join(f"-r {name}\n" for name in taken) in (ROOT / "requirements-dev.txt").read_text()


def test_torch_is_pinned_and_ruff_and_pyright_look_for_the_oldest_python():
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text())
    (torch,) = (one for one in map(Requirement, PROJECT["dependencies"]) if one.name == "torch")
    assert [one.operator for one in torch.specifier] == ["=="]
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    assert whole["tool"]["ruff"]["target-version"] == "py311" and whole["tool"]["pyright"]["pythonVersion"] == "3.11"


def test_the_lock_file_pins_what_is_required_with_hashes_and_names_no_place():
    text = (ROOT / "requirements.lock").read_text()
    pins = defaultdict(list)
    for block in re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL):
        lines = [line.strip().removesuffix("\\").strip() for line in block.splitlines()]
        assert len(lines) > 1 and all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in lines[1:]), lines[0]
        pin = Requirement(lines[0])
        (only,) = pin.specifier
        assert only.operator == "==" and not pin.url
        pins[pin.name].append(only.version)
    for wanted in map(Requirement, [*required("requirements.txt"), *required("requirements-streams.txt")]):
        assert pins[wanted.name] and all(wanted.specifier.contains(version) for version in pins[wanted.name]), wanted
    assert len(pins["torch"]) == 2 and not [name for name in pins if name.startswith(("nvidia", "cuda", "triton"))]
    assert "://" not in text and "\n-" not in text and len(pins) > 50


def test_the_audit_says_where_it_cannot_be_made():
    away = {**os.environ, "https_proxy": "http://127.0.0.1:9"}  # nobody listens there
    told = subprocess.run(
        [sys.executable, ROOT / ".ci" / "audit"], env=away, capture_output=True, text=True, timeout=30, check=True
    )
    assert told.stdout.startswith("No audit of known problems: ")


PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", ROOT, "--no-deps", "--no-build-isolation", "--wheel-dir", folder], check=True)
    (wheel,) = folder.glob("genplay-*.whl")
    assert not [name for name in ZipFile(wheel).namelist() if "__pycache__" in name]
    assert wheel.name.startswith(f"genplay-{playground.__version__}-")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel):
    """An empty environment with the wheel, and of what lies here only what the wheel asks for."""
    there = wheel.parent / "environment"
    declared.make(there)
    # nothing that it asks for is missing
    subprocess.run([*PIP, "--python", str(there), "install", "--no-index", wheel], check=True)
    return there


@pytest.mark.parametrize("name", ["python3.12", "python3.13"])
def test_other_pythons_take_the_wheel_and_read_all_of_it_without_a_warning(name, wheel, tmp_path, monkeypatch):
    """Without what it asks for, which is hundreds of megabytes: `bench everywhere install` brings that, and trains."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    from _pythons import found

    python = found().get(name)
    if python is None:
        pytest.skip(f"There is no {name} here, neither on PATH nor among pyenv's versions.")
    there = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", "--without-pip", there], check=True)
    into = [*PIP, "--python", str(there), "install", "--no-index", "--no-deps", "--no-compile", wheel]
    subprocess.run(into, check=True, env=environment())
    (site,) = there.glob("lib/python*/site-packages")
    assert site.parent.name == name
    reading = [there / "bin" / "python", "-W", "error", "-m", "compileall", "-q", site / "playground"]
    told = subprocess.run(reading, capture_output=True, text=True, env=environment())
    assert told.returncode == 0 and not told.stdout + told.stderr
    assert len([*site.glob("playground/**/*.pyc")]) > 400


def environment() -> dict[str, str]:
    """Nothing of this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_the_wheel_holds_every_file_that_is_read(installed):
    site = declared.site_of(installed)
    tracked = ["git", "ls-files", "playground", "pages", "weights"]
    for name in subprocess.run(tracked, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines():
        inside = site if name.startswith("playground/") else site / "playground" / "shipped"
        assert (inside / name).is_file(), name
    shipped = site / "playground" / "shipped"
    assert (shipped / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()
    assert (shipped / ".streamlit" / "config.toml").is_file()
    assert not (ROOT / "playground" / "shipped").exists()


def test_the_settings_of_a_space_are_no_part_of_the_description(installed):
    text, (found,) = (ROOT / "README.md").read_text("utf-8"), declared.site_of(installed).glob("genplay-*.dist-info")
    described = (found / "METADATA").read_text("utf-8").partition("\n\n")[2]
    assert text.startswith("---\ntitle: ") and described.startswith("# Playground of generative models\n")
    assert text.endswith(described)


def test_the_installed_command_trains_and_samples_in_any_folder(installed, tmp_path):
    def command(*words: str) -> str:
        return subprocess.run(
            [installed / "bin" / "playground", *words],
            cwd=tmp_path,
            env=environment(),
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    told = command("train", "gan", "--data", "moons", "--steps", "20", "--set", "g_width=8", "--out", "run", "--json")
    assert json.loads(told.splitlines()[-1])["steps"] == 20
    command("sample", "run", "-n", "50", "--out", "a.csv")
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 51
    where = [installed / "bin" / "python", "-c", "import playground; print(playground.__file__)"]
    told = subprocess.run(where, cwd=tmp_path, env=environment(), capture_output=True, text=True).stdout
    assert Path(told.strip()).is_relative_to(installed)


def test_the_installed_app_serves_its_pages_lessons_and_recordings(installed, tmp_path, chromium):
    server, empty = Server(tmp_path / "runs"), tmp_path / "empty"
    empty.mkdir()
    command = (str(installed / "bin" / "playground"), "serve")
    server.start(command, "--", empty, installed / "bin" / "python", PYTHONPATH="")
    try:
        assert json.load(urllib.request.urlopen(f"{server.url}/live/thumbnails.json"))
        page = chromium.new_page()
        page.goto(f"{server.url}/gan?tab=maths")
        wait(page, "p.frames > 4 && p.run === null")  # the shipped training is played back
        link = page.locator("[data-testid=stMarkdownContainer] a").first
        link.wait_for(state="attached")
        assert link.evaluate("link => getComputedStyle(link).color") == "rgb(0, 105, 168)"  # .streamlit/config.toml's
        page.goto(f"{server.url}/gan?lesson=gan&at=1&lang=en")
        page.locator(".pg-lesson-heading").wait_for()
        page.close()
        assert list(empty.iterdir()) == []
    finally:
        server.stop()
