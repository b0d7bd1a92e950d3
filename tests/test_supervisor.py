"""Nothing that goes on beside the commands ends unseen, and a defect in one part does not end the others."""

import asyncio
import logging
import math
import time
from types import SimpleNamespace

import numpy as np
import pytest
from support.hubs import a_hub, until
from support.sockets import CONFIG, ME, Browser, browser

from playground.core.score import Score
from playground.engine import hub, supervisor
from playground.engine.live_run import LiveRun
from playground.engine.run import Run
from playground.engine.supervisor import Supervisor
from playground.families.gan.config import GanConfig
from playground.live import comparison_feed, viewer
from playground.live.outbox import PARTLY, Gone, Outbox


def test_a_task_that_fails_is_logged_and_told(caplog):
    told = []

    async def story():
        watch = Supervisor(lambda: told.append("by default"))

        async def fails():
            raise KeyError("x")

        await watch.start("one", fails())
        await watch.start("two", fails(), told.append)
        await watch.start("three", fails(), lambda error: 1 / 0)  # what tells is broken too

    asyncio.run(story())
    assert told[0] == "by default" and isinstance(told[1], KeyError)
    assert [record.message for record in caplog.records] == [
        "one failed",
        "two failed",
        "three failed",
        "three: nobody could be told",
    ]


def test_a_loop_goes_on_after_a_defect_rests_meanwhile_and_ends_at_its_ends(monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_REST_S", 0.05)
    monkeypatch.setattr(supervisor, "BEAT_S", 0.01)
    times, told = [], []

    async def loop():
        times.append(time.monotonic())
        if len(times) < 4:
            raise ValueError
        raise Gone

    async def story():
        watch = Supervisor(lambda: told.append(1), (Gone,))
        await asyncio.wait_for(watch.start("loop", watch.keep("loop", loop)), 10)

    asyncio.run(story())
    rests = np.diff(times)
    assert len(told) == 3 and len(times) == 4
    assert rests[0] >= 0.05 and rests[1] >= 0.1 and rests[2] >= 0.2  # twice as long each time


def test_a_part_that_fails_does_not_end_the_others_and_is_tried_again(monkeypatch):
    monkeypatch.setattr(supervisor, "FIRST_REST_S", 0.03)
    monkeypatch.setattr(supervisor, "BEAT_S", 0.005)
    done = {"bad": 0, "good": 0}

    async def bad():
        done["bad"] += 1
        if done["bad"] < 3:
            raise ValueError

    async def good():
        done["good"] += 1
        return done["good"]

    async def story():
        watch, end = Supervisor(), time.monotonic() + 20
        while time.monotonic() < end and done["bad"] < 4:
            await watch.attempt("bad", bad)
            assert await watch.attempt("good", good) == done["good"]

    asyncio.run(story())
    assert done["bad"] >= 4 and done["good"] > 4


def test_what_is_cancelled_ends():
    async def story():
        watch = Supervisor()

        async def forever():
            await asyncio.sleep(100)

        task = watch.start("loop", watch.keep("loop", forever))
        await asyncio.sleep(0)
        await watch.cancel()
        return task.cancelled()

    assert asyncio.run(story())


# one browser


def outbox(sent):
    async def send(text):
        sent.append(text)

    return Outbox(send, send, str)


def test_what_a_browser_is_sent_is_strict_json():
    sent = []
    asyncio.run(outbox(sent).send_json({"a": math.inf, "b": [math.nan, 1.5], "c": (np.float64("-inf"),), "d": "ü"}))
    assert sent == ['{"a":null,"b":[null,1.5],"c":[null],"d":"ü"}']


def test_a_picture_that_cannot_be_made_is_not_waited_for():
    box = outbox([])

    async def story():
        for _ in range(5):
            with pytest.raises(ZeroDivisionError):
                await box.send_picture(lambda seq: 1 / 0)
        await box.send_picture(lambda seq: bytes([seq]))

    asyncio.run(story())
    assert box.undrawn == 1


def test_notes_of_failures_do_not_flood():
    box = outbox(sent := [])

    async def story():
        for name in "abcdef":
            await box.supervisor.attempt(name, lambda: asyncio.sleep(0, 1 / 0))
        await box.wait(0)

    asyncio.run(story())
    assert len(sent) == 1 and PARTLY in sent[0]


# the whole server


def wanted(monkeypatch, name, values):
    """From now on the server adds these values to the scores of runs."""
    real = Run.scores
    monkeypatch.setattr(Run, "scores", lambda self, step=None: {**real(self, step), name: values})


def test_an_infinite_score_stops_no_picture(live_server, monkeypatch):
    wanted(monkeypatch, "grid_js", Score(math.inf, math.nan, -math.inf, math.inf))
    with browser(live_server) as me:
        me.watch(seed=31, play=True)
        me.until(lambda b: len(b.frames) > 5 and "grid_js" in b.frames[-1]["scores"])
        assert me.frames[-1]["scores"]["grid_js"] == [None] * 4
        live_run = live_server.live.hub.get(me.latest("watching")["run"])
        live_run.run.timeline.scores.append((live_run.run.step, {"grid_js": Score(math.inf, 0.0, 0.0, 0.0)}))
        count = len(me.frames)
        me.until(lambda b: len(b.frames) > count + 5)
        assert not me.latest("note")


@pytest.mark.parametrize("part", ["tree", "encode_frame", "family"])
def test_a_part_that_is_broken_for_a_while_is_told_and_mends(live_server, monkeypatch, caplog, part):
    """Whatever of the sending loop fails, the rest goes on, and it comes back by itself."""
    real, failures = getattr(viewer, part), []

    def broken(*args, **options):
        if len(failures) < 3:
            failures.append(1)
            raise RuntimeError("a defect")
        return real(*args, **options)

    monkeypatch.setattr(viewer, part, broken)
    with caplog.at_level(logging.ERROR), browser(live_server) as me:
        me.watch(seed=32, play=True)
        me.until(lambda b: b.latest("note"))
        assert me.latest("note")["text"] == PARTLY
        me.until(lambda b: len(failures) >= (1 if part == "tree" else 3) and len(b.frames) > 5 and b.latest("watching"))
    assert any("failed" in record.message for record in caplog.records)


def test_a_broken_picture_of_one_run_does_not_keep_the_others_from_theirs(live_server, monkeypatch):
    real = comparison_feed.encode_frame

    def broken(header, scene, translate):
        if header["cell"] == 0:
            raise RuntimeError("a defect")
        return real(header, scene, translate)

    monkeypatch.setattr(comparison_feed, "encode_frame", broken)
    grid = {"do": "sweep", "family": "gan", "config": CONFIG, "grid": {"seed": [1, 2, 3]}, "owner": ME, "play": True}
    with live_server.websocket_connect("/live/socket/sweep") as socket:
        me = Browser(socket)
        me.tell(**grid)
        me.until(lambda b: {1, 2} <= {frame["cell"] for frame in b.frames} and len(b.frames) > 6)
        assert me.latest("note")["text"] == PARTLY


def test_a_viewer_with_a_defect_ends_neither_the_run_nor_what_others_see(caplog):
    live_run, heard = LiveRun(SimpleNamespace(id="a")), []

    def broken(note):
        raise ValueError

    live_run.listeners = {broken, heard.append}
    live_run.notify("news")
    assert heard == ["news"] and "a viewer of run a" in caplog.text


def test_housekeeping_goes_on_after_a_defect(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(supervisor, "FIRST_REST_S", 0.01)
    rounds = []

    async def broken(*args):
        rounds.append(1)
        if len(rounds) < 3:
            raise OSError("a disk")
        await asyncio.sleep(100)

    monkeypatch.setattr(hub, "remove_unused", broken)

    async def story():
        async with a_hub(tmp_path, inline=True):
            await until(lambda: len(rounds) == 3)

    asyncio.run(story())
    assert caplog.text.count("housekeeping failed") == 2


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"events": 3, "owner": []}'])
def test_a_damaged_run_does_not_keep_the_server_from_starting(tmp_path, text):
    (tmp_path / "damaged").mkdir()
    (tmp_path / "damaged" / "run.json").write_text(text)

    async def story():
        async with a_hub(tmp_path, inline=True) as opened:
            live_run = opened.begin(ME, "gan", GanConfig(**CONFIG))
            await until(lambda: not live_run.pending_writes)
        async with a_hub(tmp_path, inline=True) as again:
            return again.find(ME, "gan", GanConfig(**CONFIG)).run.id == live_run.run.id

    assert asyncio.run(story())
