"""The folder of runs is the person's own, nobody else looks into it; two servers share one only where it is named."""

import os
import re
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from support.server import ROOT

from playground.core.errors import UserError
from playground.engine import paths
from playground.engine.paths import VARIABLE, default_root, own_root, runs_root


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".local" / "state" / "playground" / "runs"


def mode(folder):
    return stat.S_IMODE(os.stat(folder).st_mode)


def test_the_default_folder_is_the_persons_own(home):
    assert runs_root() == default_root() == home
    with own_root() as root:
        assert root == home == runs_root() and mode(root) == mode(root.parent) == 0o700
        assert stat.S_IMODE(os.stat(root / ".lock").st_mode) == 0o600
    assert VARIABLE not in os.environ


def test_a_folder_open_to_others_is_closed(home):
    home.mkdir(parents=True)
    for folder in (home.parent, home):
        folder.chmod(0o777)
    with own_root():
        assert mode(home) == mode(home.parent) == 0o700


def test_where_there_is_no_home_it_carries_the_persons_number(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (file := tmp_path / "file").write_text("no folder")
    for given in ({"HOME": "/"}, {"HOME": str(file)}, {"HOME": "/", "XDG_STATE_HOME": "relative/state"}):
        assert default_root(given) == tmp_path / f"playground-{os.getuid()}" / "runs"
    there = tmp_path / "state"
    assert default_root({"HOME": "/", "XDG_STATE_HOME": str(there)}) == there / "playground" / "runs"


@pytest.mark.parametrize("which", ["runs", "above"])
def test_a_link_in_its_place_is_refused(home, tmp_path, which):
    """Where everybody may write, somebody else may have made it first."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = home if which == "runs" else home.parent
    link.parent.mkdir(parents=True)
    link.symlink_to(elsewhere)
    with pytest.raises(UserError, match="is a link, or belongs to somebody else"), own_root():
        pass
    assert not [*elsewhere.iterdir()] and VARIABLE not in os.environ


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only an administrator gives folders away")
def test_a_folder_of_somebody_else_is_refused(home):
    home.mkdir(parents=True)
    os.chown(home, 12345, 12345)
    with pytest.raises(UserError, match="belongs to somebody else"), own_root():
        pass


def test_a_file_in_its_place_is_refused(home):
    home.parent.mkdir(parents=True)
    home.write_text("no folder")
    with pytest.raises(UserError, match="belongs to somebody else"), own_root():
        pass


def test_a_second_server_has_a_folder_of_its_own_and_a_named_one_is_shared(home, tmp_path, monkeypatch):
    with own_root() as first:
        monkeypatch.delenv(VARIABLE)
        with own_root() as second:
            assert (first, second) == (home, home.with_name("runs-2")) and mode(second) == 0o700
            assert runs_root() == second
        monkeypatch.setenv(VARIABLE, str(first))
        with own_root() as shared:
            assert shared == first
        monkeypatch.delenv(VARIABLE)
    with own_root() as again:
        assert again == first


def test_there_are_not_more_servers_than_folders(home, monkeypatch):
    monkeypatch.setattr(paths, "MORE", 0)
    with own_root():
        monkeypatch.delenv(VARIABLE)
        with pytest.raises(UserError, match="Other servers use the folder"), own_root():
            pass


def test_a_folder_that_is_named_stays_as_it_is(tmp_path, monkeypatch):
    """It may be shared with a group on purpose."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o770)
    monkeypatch.setenv(VARIABLE, str(shared))
    with own_root() as root:
        assert root == shared and mode(shared) == 0o770
    monkeypatch.setenv(VARIABLE, str(Path("/proc/version")))
    with pytest.raises(UserError, match="PLAYGROUND_RUNS: /proc/version is no folder"), own_root():
        pass


@pytest.mark.parametrize("how", ["app", "command"])
def test_a_refused_folder_is_one_sentence_and_the_server_ends(home, how):
    home.parent.mkdir(parents=True)
    home.write_text("no folder")
    address = ["--server.port", "0", "--server.address", "127.0.0.1", "--server.headless", "true"]
    command = {
        "app": [sys.executable, "-m", "streamlit", "run", "app.py", *address],
        "command": [sys.executable, "-m", "playground", "serve", "--port", "8627"],
    }[how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, env={**os.environ})
    said = done.stdout + done.stderr
    assert done.returncode != 0 and "Traceback" not in said
    assert len(re.findall("belongs to somebody else", said)) == 1
