"""What goes on beside the commands goes on after a failure, and the failure is counted where an operator sees it."""

import asyncio
import logging
import threading
import time
from concurrent.futures import BrokenExecutor
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from support.hubs import CONFIG, ME, a_hub, until
from support.sockets import browser, serving

from playground.classroom.lesson import Lesson, LessonStep
from playground.core.registry import FAMILIES
from playground.engine import housekeeping, hub, supervisor
from playground.engine.compiled import CompiledWorkers
from playground.engine.executors import Inline, Processes, Slot
from playground.engine.limits import Limits
from playground.engine.pipelines.service import PipelineService
from playground.engine.pipelines.sources import PipelineSources
from playground.engine.rates import measure_rates
from playground.engine.supervisor import FAILURES, Supervisor, dead, keep_thread
from playground.engine.worker import prepare
from playground.live import classrooms, server, state, viewer
from playground.live.door import Door
from playground.live.wire import Idlers
from playground.ui import warm_up


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    FAILURES.clear()
    monkeypatch.setattr(supervisor, "FIRST_REST_S", 0.02)
    monkeypatch.setattr(supervisor, "BEAT_S", 0.01)
    monkeypatch.setattr(state, "open_slots", lambda limits: [Slot(Inline)])
    yield
    FAILURES.clear()


def broken(rounds, then=None, times=2, error=RuntimeError):
    """Fails so many times; then it does what is asked of it, or waits for ever."""

    async def loop(*args, **options):
        rounds.append(1)
        if len(rounds) <= times:
            raise error("a defect")
        if then is not None:
            return await then(*args, **options)
        await asyncio.Event().wait()

    return loop


def reached(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, dict(FAILURES)
        time.sleep(0.01)


@pytest.mark.parametrize("error", [RuntimeError, OSError, asyncio.CancelledError, BrokenExecutor])
@pytest.mark.parametrize(
    ("name", "where", "what"),
    [
        ("housekeeping", hub, "remove_unused"),
        ("memory", hub, "keep_memory"),
        ("compiled", CompiledWorkers, "keep_small"),
        ("rooms", classrooms.Classrooms, "sweep"),
        ("idle connections", Idlers, "work"),
    ],
)
def test_every_loop_of_the_server_goes_on_and_health_counts(tmp_path, monkeypatch, name, where, what, error):
    """Also where what it waits for was cancelled by somebody else."""
    monkeypatch.setattr(classrooms, "SWEEP_S", 0.01)
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    rounds = []
    monkeypatch.setattr(where, what, broken(rounds, error=error))
    live = server.Live()
    app = Door(Starlette(routes=live.routes(), lifespan=live.lifespan))
    with TestClient(app, base_url="http://localhost") as client:
        reached(lambda: len(rounds) >= 3)
        health = client.get("/live/health").json()
        assert health["failures"][name] == 2 and health["dead"] == []


def test_a_spare_worker_is_prepared_again_after_a_failure(tmp_path, monkeypatch):
    rounds = []
    monkeypatch.setattr(housekeeping, "SPARE_S", 0.01)

    def once(self, families):
        rounds.append(1)
        if len(rounds) == 1:
            raise OSError("no process can be started")

    monkeypatch.setattr(Processes, "prepare_spare", once)

    async def story():
        async with a_hub(tmp_path, spare=True, workers=1) as opened:
            opened.slots[0].submit(prepare).result()
            await until(lambda: len(rounds) > 2)
            assert FAILURES["spare"] == 1 and dead() == []

    asyncio.run(story())


def test_what_ended_for_good_is_called_dead_and_what_was_closed_is_not():
    async def story():
        watch = Supervisor()

        async def ends():
            return None

        task = watch.start_for_good("watchdog", ends)
        await task
        found = dead()
        await watch.cancel()
        return found, dead()

    assert asyncio.run(story()) == (["watchdog"], [])


def test_freeing_that_fails_does_not_keep_runs_from_leaving_the_disk(tmp_path, monkeypatch):
    """A folder that cannot be deleted: the others are looked after all the same."""
    forgotten = []

    async def story():
        async with a_hub(tmp_path, inline=True, idle_s=0.04) as opened:
            monkeypatch.setattr(opened.store, "clear", lambda: 1 / 0)
            monkeypatch.setattr(opened.store.folder, "surplus", lambda *_: ["feed"])
            monkeypatch.setattr(opened, "forget", forgotten.append)
            await opened.tasks.cancel()
            await opened.open()
            await until(lambda: len(forgotten) > 2)
            assert FAILURES["freeing"] and not FAILURES["housekeeping"]

    asyncio.run(story())


def test_a_warm_up_that_fails_in_parts_does_the_others(tmp_path, monkeypatch):
    asked = []

    def submit(self, fn, *args):
        asked.append(args[0] if args else fn)
        if asked[-1] in (measure_rates, "gan"):
            raise RuntimeError("a defect")
        return Inline().submit(str)

    async def story():
        async with a_hub(tmp_path, inline=True) as opened:
            monkeypatch.setattr(Slot, "submit", submit)
            await housekeeping.warm_up_worker(opened.workers, opened.slots[0], lambda: False, opened.step_costs)

    asyncio.run(story())
    assert asked == [measure_rates, *FAMILIES]
    assert FAILURES == {"rates": 1, "warm-up of gan": 1}


def test_the_pages_warm_up_does_what_can_be_done(monkeypatch):
    done = []

    def load(name):
        if name == warm_up.FIRST[1]:
            raise ImportError(name)
        done.append(name)

    monkeypatch.setattr(warm_up, "import_module", load)
    monkeypatch.setattr(warm_up, "_open_mmbench", lambda: 1 / 0)
    monkeypatch.setattr(warm_up, "PAUSE_S", 0)
    keep_thread("warm-up", warm_up.warm_up).join(30)
    assert done == [name for name in (*warm_up.FIRST, *warm_up.LATER) if name != warm_up.FIRST[1]]
    assert {f"warm-up of {warm_up.FIRST[1]}": 1, "warm-up of MMBench": 1} == FAILURES


def test_a_thread_is_begun_anew_until_it_returns():
    rounds = []

    def work():
        rounds.append(1)
        if len(rounds) < 3:
            raise KeyError

    keep_thread("watch", work).join(30)
    assert len(rounds) == 3 and FAILURES == {"watch": 2}


def test_what_nobody_waits_for_is_counted(tmp_path, caplog):
    """A thread of a benchmark's run, a task, a callback."""
    with serving(tmp_path) as client, caplog.at_level(logging.ERROR):
        thread = threading.Thread(target=lambda: 1 / 0, name="mmbench calls.jsonl")
        thread.start()
        thread.join()

        async def unseen():
            asyncio.get_running_loop().call_soon(lambda: 1 / 0)
            await asyncio.sleep(0.01)

        client.portal.call(unseen)
        assert client.get("/live/health").json()["failures"] == {"mmbench": 1, "event loop": 1}
    assert caplog.text.count("ZeroDivisionError") == 2
    assert threading.excepthook is not None and "nothing_unseen" not in repr(threading.excepthook)


def test_a_sender_and_a_command_that_fail_are_counted(tmp_path, monkeypatch):
    real, fails = viewer.tree, [1]

    def broken_once(*args, **options):
        if fails:
            fails.pop()
            raise RuntimeError("a defect")
        return real(*args, **options)

    monkeypatch.setattr(viewer, "tree", broken_once)
    with serving(tmp_path) as client, browser(client) as me:
        me.watch(play=True)
        me.until(lambda b: len(b.frames) > 5 and b.latest("watching"))
        monkeypatch.setattr(client.live.hub.controls, "pause", lambda *_: 1 / 0)
        me.tell(do="pause")
        me.until(lambda b: b.latest("refused"))
        health = client.get("/live/health").json()
        assert sum(health["failures"].values()) == 2 and health["failures"]["pause"] == 1 and health["dead"] == []
        seen = len(me.frames)
        me.until(lambda b: len(b.frames) > seen + 3)


def test_a_run_that_cannot_be_written_by_a_defect_is_counted_and_the_saver_goes_on(tmp_path, monkeypatch):
    async def story():
        async with a_hub(tmp_path, inline=True) as opened:
            real = opened.store.write
            monkeypatch.setattr(opened.store, "write", lambda saving: 1 / 0)
            for seed in range(8):  # more than there are threads
                opened.begin(ME, "gan", CONFIG.changed(seed=seed))
            await until(lambda: FAILURES["save"] == 8)
            monkeypatch.setattr(opened.store, "write", real)
            live_run = opened.begin(ME, "gan", CONFIG.changed(seed=99))
            await until(lambda: not live_run.pending_writes)
            assert (tmp_path / live_run.run.id / "run.json").is_file()

    asyncio.run(story())


def test_a_room_that_cannot_be_closed_does_not_keep_the_others_open(tmp_path, monkeypatch):
    with serving(tmp_path) as client:
        rooms = client.live.classrooms
        bad, good = SimpleNamespace(code="BAD"), SimpleNamespace(code="GOOD")
        closed = []

        async def close(room):
            if room is bad:
                raise RuntimeError("a defect")
            closed.append(room)

        monkeypatch.setattr(rooms, "close", close)
        monkeypatch.setattr(rooms.rooms, "idle", lambda: [bad, good])
        client.portal.call(rooms.sweep)
        assert closed == [good] and FAILURES == {"room": 1}


def test_pipelines_have_a_new_process_when_theirs_has_ended_meanwhile(tmp_path, monkeypatch):
    made = []

    class Ended(Inline):
        """As loky's, whose process is gone: it takes nothing any more."""

        over = False

        def submit(self, fn, *args, **options):
            if self.over:
                raise BrokenExecutor("the process ended")
            return super().submit(str)

        def shutdown(self, **options):
            self.over = True

    def make():
        made.append(Ended())
        return made[-1]

    service = PipelineService(Limits(), PipelineSources(()), make)
    monkeypatch.setattr(PipelineSources, "find", lambda self, text, is_local: "hub/model")
    assert service.draw("x", False, None) == ""
    made[0].over = True
    assert service.draw("x", False, None) == "" and len(made) == 2
    service.close()


@pytest.mark.parametrize(
    "head", ['{"lesson": 1, "teacher": "t"}', '{"teacher": "t"}', '{"lesson": {"steps": []}}', "[]"]
)
def test_a_damaged_room_keeps_no_server_from_starting(tmp_path, head):
    with serving(tmp_path) as client:
        lesson = Lesson(title="t", steps=[LessonStep(page="gan")])
        room, _, done = client.live.classrooms.rooms.open(lesson)
        done.result(10)
    (tmp_path / "rooms" / "WRONG.jsonl").write_text(head + "\n")
    with serving(tmp_path) as client:
        rooms = client.live.classrooms.rooms
        assert len(rooms) == 1 and rooms.get(room.code)
        assert (tmp_path / "rooms" / "WRONG.damaged").exists() and (tmp_path / "rooms" / f"{room.code}.jsonl").exists()
        client.live.hub.store.limits = Limits().model_copy(update={"disk_mb": 0})
        assert client.live.hub.store.folder.surplus(set()) == [] and not (tmp_path / "damaged").exists()
