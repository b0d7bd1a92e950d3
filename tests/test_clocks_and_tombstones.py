"""A deleted run stays deleted whatever another tab does, and a clock that jumps changes nobody's turn to go."""

import contextlib
import json
import os
import shutil
import time

import pytest
from support.server import Server
from websockets.sync.client import connect

from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.run import start
from playground.engine.store import Store
from playground.engine.text_store import MAX_IN_LINK, TextStore
from playground.families.gan.config import GanConfig

SETTINGS = {"g_width": 8, "d_width": 8, "batch": 16}
DAY_NS = 86_400 * 10**9


class Tab:
    """A browser's tab on the live socket of a server in a process of its own."""

    def __init__(self, socket):
        self.socket, self.status, self.run = socket, {}, None

    def tell(self, **command):
        self.socket.send(json.dumps(command))

    def until(self, condition, seconds=120):
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, self.status
            said = self.socket.recv(timeout=seconds)
            if isinstance(said, bytes):
                header = json.loads(said[8 : 8 + int.from_bytes(said[4:8], "little")])
                self.tell(do="ack", seq=header["seq"])
                continue
            said = json.loads(said)
            if said["is"] == "status":
                self.status = said
            elif said["is"] == "watching":
                self.run = said["run"]
        return self


@contextlib.contextmanager
def tab(server, config):
    url = server.url.replace("http", "ws") + "/live/socket"
    with connect(url, max_size=None, origin=server.url) as socket:
        found = Tab(socket)
        found.tell(do="watch", family="gan", config=config, owner="m" * 32, run=None, play=True)
        yield found


@pytest.mark.parametrize("then", ["configure", "play", "step"])
def test_a_deleted_run_does_not_come_back_by_what_another_tab_does(server, then):
    config = {**SETTINGS, "seed": ["configure", "play", "step"].index(then)}
    commands = {
        "configure": {"config": {**config, "g_lr": 0.002}, "play": True},
        "play": {},
        "step": {"steps": 3},
    }
    with contextlib.ExitStack() as tabs:
        one, other = [tabs.enter_context(tab(server, config)) for _ in range(2)]
        for each in (one, other):
            each.until(lambda t: t.status.get("head", 0) > 20)
        run = one.run
        assert other.run == run and (server.runs / run / "run.json").is_file()
        one.tell(do="forget", run=run)
        other.tell(do=then, **commands[then])
        one.until(lambda t: t.run != run)
        other.until(lambda t: t.run != run or t.status.get("stopped"))
        other.tell(do=then, **commands[then])
        time.sleep(1)
        assert not (server.runs / run).exists() and not [*server.runs.glob(f".deleted-{run}*")]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    found = Server(tmp_path_factory.mktemp("runs"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Three runs, in the order in which they were used."""
    root = tmp_path_factory.mktemp("three")
    store = Store(root, Limits())
    for name in "cab":
        run = start("gan", GanConfig(**SETTINGS), "me", Limits())
        run.id = f"run{name}"
        train(run, 2, stop=lambda: False, on_progress=lambda *_: None)
        store.save(run)
    return root


def order(store):
    """In which they go when the disk is full."""
    store.limits = store.folder.limits = Limits().model_copy(update={"disk_mb": 0})
    return store.folder.surplus(set())


@pytest.mark.parametrize("jump", [-1000, 0, 1000])
@pytest.mark.parametrize("restarted", [False, True])
def test_runs_go_in_the_order_of_their_use_whatever_the_clock_says(trained, tmp_path, monkeypatch, jump, restarted):
    """The clock jumps by years; then one is used, perhaps after a restart."""
    root = tmp_path / "runs"
    shutil.copytree(trained, root)
    store = Store(root, Limits())
    assert store.names() == ["runc", "runa", "runb"]
    now = time.time_ns() + jump * DAY_NS
    monkeypatch.setattr(time, "time", lambda: now / 1e9)
    monkeypatch.setattr(time, "time_ns", lambda: now)
    store = Store(root, Limits()) if restarted else store
    store.save(store.load("runa"))
    for folder in root.iterdir():  # as written under a clock that is wrong
        os.utime(folder / "run.json", ns=(now, now) if folder.name == "runc" else (now - DAY_NS, now - DAY_NS))
    assert store.names() == Store(root, Limits()).names() == ["runc", "runb", "runa"]
    assert order(store) == order(Store(root, Limits())) == ["runc", "runb", "runa"]


def test_runs_without_a_number_go_first_by_the_time_of_their_file(trained, tmp_path):
    """Those of an earlier version of the server."""
    root = tmp_path / "runs"
    shutil.copytree(trained, root)
    for name, day in {"runb": 1, "runc": 2}.items():
        path = root / name / "run.json"
        about = json.loads(path.read_text())
        del about["order"]
        path.write_text(json.dumps(about))
        os.utime(path, ns=(day * DAY_NS, day * DAY_NS))
    assert order(Store(root, Limits())) == ["runb", "runc", "runa"]


@pytest.mark.parametrize("jump", [-1000, 1000])
def test_the_longest_unused_texts_go_whatever_the_clock_says(tmp_path, monkeypatch, jump):
    store = TextStore(tmp_path, max_texts=3)
    texts = [letter * (MAX_IN_LINK + 1) for letter in "abcde"]
    names = [store.shorten(text) for text in texts[:3]]
    now = time.time_ns() + jump * DAY_NS
    monkeypatch.setattr(time, "time_ns", lambda: now)
    names += [store.shorten(texts[3])]
    assert store.expand(names[3]) == texts[3]
    names += [store.shorten(texts[4])]
    assert {f"@{path.name}" for path in tmp_path.iterdir()} == {*names[2:]}
