"""A grid of sweeps as a browser's socket meets it: cells are the visitor's own runs, kept apart and sharing turns."""

import asyncio
import contextlib
import secrets

import pytest
from support.points import moons
from support.sockets import CONFIG, ME, YOU, Browser, browser, serving

from playground.data.plane import user_data
from playground.engine.run import owner_hash
from playground.engine.text_store import shortened
from playground.families.gan.config import GanConfig

GRID = {"data": ["moons", "ring"], "g_lr": [0.001, 0.002]}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("runs"), PLAYGROUND_RUNS_PER_VISITOR=2, PLAYGROUND_CELLS=6) as client:
        yield client


class Looker(Browser):
    """A browser's side of a grid."""

    def compare(self, grid=GRID, owner=ME, play=False, **config):
        self.tell(do="sweep", family="gan", config={**CONFIG, **config}, grid=grid, owner=owner, play=play)

    def until(self, condition, seconds=120):  # several models are prepared first
        return super().until(condition, seconds)

    @property
    def cells(self):
        said = self.latest("cells")
        return said["cells"] if said else []

    @property
    def steps(self):
        """Of the cells, each time that they were told."""
        return [[c["step"] for c in said["cells"]] for said in self.said if said["is"] == "cells"]


@contextlib.contextmanager
def looking(server, lang="en"):
    with server.websocket_connect(f"/live/socket/sweep?lang={lang}", headers={"origin": "http://testserver"}) as socket:
        yield Looker(socket)


def mine(server, owner=ME):
    """All runs of a visitor, cells among them."""
    hub = server.live.hub
    return {run.id for run in hub.index.runs_of(owner_hash(owner), "gan", hub.live_runs)}


def listed(server, owner=ME):
    """Those that a lesson lists."""
    return [run.id for run in server.live.hub.runs_of(owner, "gan")]


def test_all_cells_train_side_by_side_and_pause_together(server):
    with looking(server, "zh") as me:
        me.compare(play=True)
        me.until(
            lambda b: b.cells and all(c["step"] > 20 and c["scores"] and c["parameters"] and c["ms"] for c in b.cells)
        )
        told = me.latest("sweep")
        assert [cell["labels"] for cell in told["cells"]][:2] == [
            ["双月", "生成器：学习率 0.001"],
            ["双月", "生成器：学习率 0.002"],
        ]
        assert [axis["count"] for axis in told["axes"]] == [2, 2] and told["titles"]["sliced_w2"]
        me.until(lambda b: {f["cell"] for f in b.frames if f["step"] > 0} == {0, 1, 2, 3})
        assert {layer["name"] for layer in me.frames[-1]["layers"]} == {"belief", "data", "fake"}
        value, floor = me.cells[0]["scores"]["sliced_w2"]
        assert value > floor > 0 and me.cells[0]["parameters"] == 8 * 3 + 72 + 18 + 8 * 3 + 72 + 9
        me.tell(do="pause")
        me.until(lambda b: not any(c["playing"] for c in b.cells))
        runs = [cell["run"] for cell in told["cells"]]
    assert listed(server) == []
    with browser(server) as one:  # a cell opens as a full run, with the settings that it has, and is listed since
        one.watch(run=runs[3])
        one.until(lambda b: b.frames)
        opened = one.latest("watching")
        assert (opened["run"], opened["mine"], opened["follow"]) == (runs[3], True, True)
        assert (opened["config"]["data"], opened["config"]["g_lr"]) == ("ring", 0.002)
        one.until(lambda b: b.latest("tree"))
        assert [run["id"] for run in one.latest("tree")["runs"]] == listed(server) == [runs[3]]
    with looking(server) as again:  # and the grid is found again as it was left
        again.compare()
        again.until(lambda b: b.cells and b.frames)
        assert [cell["run"] for cell in again.latest("sweep")["cells"]] == runs
        assert all(c["step"] > 20 and not c["playing"] for c in again.cells)


def test_cells_are_compared_at_equal_steps(server, monkeypatch):
    """Whatever has been trained with these settings elsewhere, or farther, and however long each is written: what is
    shown stands at the same step."""
    grid, owner = {"seed": [61, 62, 63]}, secrets.token_hex(16)
    write = server.live.hub.saver.save_in_the_end

    async def slow(live_run):
        await asyncio.sleep(0.6 * (live_run.run.config.seed == 62))
        return await write(live_run)

    monkeypatch.setattr(server.live.hub.saver, "save_in_the_end", slow)
    with browser(server) as one:  # a run of the lesson, ahead
        one.watch(owner=owner, seed=61, play=True)
        one.until(lambda b: b.frames and b.frames[-1]["step"] > 60)
    with looking(server) as me:
        me.compare(grid, owner=owner, play=True)
        me.until(lambda b: b.cells and all(c["step"] > 40 for c in b.cells) and len({*map(tuple, b.steps)}) > 2)
        assert all(len(set(steps)) == 1 for steps in me.steps), me.steps
        me.tell(do="pause")
        me.until(lambda b: not any(c["playing"] for c in b.cells))
        runs = [cell["run"] for cell in me.latest("sweep")["cells"]]
    hub = server.live.hub
    with browser(server) as one:  # one cell is opened as a run of its own, and goes on
        one.watch(run=runs[1], owner=owner)
        one.until(lambda b: b.frames)
        one.tell(do="play")
        one.until(lambda b: b.frames[-1]["step"] > hub.get(runs[0]).run.step + 200)
    with looking(server) as me:  # it is left to itself, and the new cell catches up before it is compared
        me.compare(grid, owner=owner, play=True)
        me.until(lambda b: b.cells and all(c["scores"] and c["step"] > 60 for c in b.cells))
        again = [cell["run"] for cell in me.latest("sweep")["cells"]]
        assert again[0] == runs[0] and again[2] == runs[2] and again[1] != runs[1]
        scored = [[c["step"] for c in said["cells"] if c["scores"]] for said in me.said if said["is"] == "cells"]
        assert all(len(set(steps)) <= 1 for steps in scored), scored


def test_cells_do_not_take_the_place_of_other_runs(server):
    with browser(server) as one:
        one.watch(owner=YOU, seed=7)
        one.until(lambda b: b.frames)
        kept = one.latest("watching")["run"]
    with looking(server) as me:
        me.compare({"seed": [1, 2, 3, 4]}, owner=YOU)
        me.until(lambda b: len(b.cells) == 4)
        assert kept in mine(server, YOU) and len(mine(server, YOU)) == 5
        me.compare({"seed": [3, 4, 5, 6]}, owner=YOU)
        me.until(lambda b: len(b.said) and b.latest("sweep")["cells"][-1]["values"] == {"seed": 6})
        assert kept in mine(server, YOU) and len(mine(server, YOU)) == 7  # six cells at most, and the run
        assert sum(len(a.listeners) for a in server.live.hub.live_runs.values()) == 4


def test_cells_are_known_as_such_after_a_restart(tmp_path):
    with serving(tmp_path, PLAYGROUND_RUNS_PER_VISITOR=2, PLAYGROUND_CELLS=6) as first, looking(first) as me:
        me.compare({"seed": [1, 2, 3, 4]})
        me.until(lambda b: b.cells and {f["cell"] for f in b.frames} == {0, 1, 2, 3})
    with serving(tmp_path, PLAYGROUND_RUNS_PER_VISITOR=2, PLAYGROUND_CELLS=6) as second:
        assert len(mine(second)) == 4
        with browser(second) as one:
            one.watch(seed=7)
            one.until(lambda b: b.frames)
        assert len(mine(second)) == 5


def test_cells_share_no_more_turns_than_there_are_workers(server, monkeypatch):
    (slot,) = server.live.hub.slots
    submit, chunks, under_way = slot.submit, [], []

    def counted(*work):
        under_way.append(sum(not chunk.done() for chunk in chunks))
        chunks.append(submit(*work))
        return chunks[-1]

    with looking(server) as me:
        me.compare(play=True, seed=50)
        me.until(lambda b: b.cells and all(c["step"] > 0 for c in b.cells))
        monkeypatch.setattr(slot, "submit", counted)
        runs = server.live.hub.live_runs  # between two rounds of equal steps none of them plays
        me.until(lambda _: len(under_way) > 8 and sum(a.playing and a.watched for a in runs.values()) == 4)
    assert set(under_way) == {0}


@pytest.mark.parametrize(
    "grid, said",
    [
        ({"seed": list(range(7))}, "7 cells; at most 6"),
        ({"data": ["moon"]}, "'data' cannot be 'moon'"),
        ({"deep": [1]}, "no setting 'deep'"),
        ({"seed": [0], "data": []}, "not valid"),
        ({}, "not valid"),
    ],
)
def test_what_cannot_be_a_grid_is_refused_in_a_sentence(server, grid, said):
    with looking(server) as me:
        me.compare(grid)
        me.until(lambda b: b.latest("refused"))
        assert said in me.latest("refused")["text"]
        me.compare({"seed": [0]})  # the connection still serves
        me.until(lambda b: len(b.cells) == 1)


def test_long_own_data_come_by_their_hash(server):
    """A message of the socket is short; the cells have the points whole."""
    code = user_data.encode(moons(1500))
    sent = shortened(GanConfig, {"data": "own", "own": code})
    assert len(code) > len(sent["own"])
    with looking(server) as me:
        me.compare({"g_lr": [1e-3, 2e-3]}, data="own", own=sent["own"])
        cells = me.until(lambda b: b.latest("sweep")).latest("sweep")["cells"]
        assert {server.live.hub.get(cell["run"]).run.config.own for cell in cells} == {code}
