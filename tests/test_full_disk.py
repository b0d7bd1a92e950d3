"""A disk that fills or fails at any call loses nothing, nothing is told that is not on it, and it is written to again
as soon as it can be."""

import asyncio
import errno
import shutil
import time

import numpy as np
import pytest
from support.disks import Ballast, failing, small_disk
from support.hubs import ME, a_hub, until, watched
from support.sockets import browser, serving

from playground.core.errors import UserError
from playground.engine import disk, saver
from playground.engine.limits import Limits
from playground.engine.live_run import NOT_WRITTEN, WRITTEN_AGAIN
from playground.engine.local import train
from playground.engine.run import start
from playground.engine.store import Store
from playground.engine.text_store import TextStore
from playground.engine.worker import ExperimentCache
from playground.families.gan.config import GanConfig

SMALL = GanConfig(g_width=8, d_width=8, batch=16)
LIMITS = Limits(frames=8, states=4)


def advanced(run, cache, steps=2):
    run.add(cache.run_chunk(run.next_chunk(cached=run.id in cache.experiments, steps=steps, evaluate=True)))


def alike(root, run):
    """The run on disk is as if nothing had happened."""
    found = Store(root, LIMITS).load(run.id)
    assert (found.step, found.state, found.events) == (run.step, run.state, run.events)
    assert np.array_equal(found.timeline.scalars.rows, run.timeline.scalars.rows, equal_nan=True)
    assert found.timeline.scores == run.timeline.scores
    for name, kept in {
        "frames": {*run.timeline.frames.steps, run.newest.step},
        "states": {*run.timeline.states.steps, run.state_step},
    }.items():
        assert {int(path.stem) for path in (root / run.id / name).iterdir()} == kept
    assert not [*root.rglob("*.part")]


@pytest.fixture(scope="module")
def story():
    """A short training: (the run after each chunk, as it is to be on disk), so that every test has the same."""
    run, cache, steps = start("gan", SMALL, "me", LIMITS), ExperimentCache(), []
    for _ in range(10):  # beyond the rooms of frames and states: some go
        steps.append(cache.run_chunk(run.next_chunk(cached=bool(steps), steps=3 if steps else 0, evaluate=True)))
        run.add(steps[-1])
    return steps


def replayed(steps):
    run = start("gan", SMALL, "me", LIMITS)
    for progress in steps:
        run.add(progress)
        yield run


def calls_of_a_saving(tmp_path, story, chunk):
    store = Store(tmp_path / "counted", LIMITS)
    for number, run in enumerate(replayed(story)):
        with failing() as counted:
            store.save(run)
        if number == chunk:
            return counted.calls
    raise AssertionError


@pytest.mark.parametrize(("error", "once"), [(errno.ENOSPC, False), (errno.ENOSPC, True), (errno.EIO, True)])
@pytest.mark.parametrize("chunk", [0, 1, 5, 8])
def test_whichever_call_fails_nothing_is_lost_and_nothing_is_wrong(tmp_path, story, chunk, error, once):
    """The call fails alone, or with all that follow; the next savings write the rest. What was on disk before a call
    failed can be read at any moment, and so it would be after a kill."""
    count = calls_of_a_saving(tmp_path, story, chunk)
    assert count > 12
    for at in range(1, count + 1):
        root = tmp_path / str(at)
        store, told = Store(root, LIMITS), None
        for number, run in enumerate(replayed(story[: chunk + 3])):
            if number != chunk:
                with failing():
                    store.save(run)
                told = run.step
                continue
            with failing(at, error, once) as broken:
                try:
                    store.save(run)
                except OSError:
                    seen = Store(root, LIMITS).load(run.id)
                    assert (None if seen is None else seen.step) in (told, run.step)
                    if seen is not None:
                        rows = run.timeline.scalars.rows[: seen.step]
                        assert seen.timeline.scalars.rows.tobytes() == rows.tobytes()
            assert broken.failed
        alike(root, run)
        shutil.rmtree(root)


def test_a_run_that_failed_to_be_written_goes_on_after_a_restart(tmp_path, story):
    """The server ends while its disk is full: what was told is there, and what was left half written is overwritten."""
    count = calls_of_a_saving(tmp_path, story, 5)
    for at in range(1, count + 1):
        root = tmp_path / str(at)
        store = Store(root, LIMITS)
        for number, run in enumerate(replayed(story[:6])):
            if number < 5:
                with failing():
                    store.save(run)
        with failing(at), pytest.raises(OSError):
            store.save(run)
        again = Store(root, LIMITS)
        found, cache = again.load(run.id), ExperimentCache()
        assert found.step in (run.step - 3, run.step)
        advanced(found, cache, run.step - found.step + 4)
        again.save(found)
        undisturbed = start("gan", SMALL, "me", LIMITS)
        train(undisturbed, found.step, on_progress=lambda *_: None, stop=lambda: False)
        rows = Store(root, LIMITS).load(run.id).timeline.scalars.rows
        assert np.array_equal(rows, undisturbed.timeline.scalars.rows, equal_nan=True)
        shutil.rmtree(root)


def test_a_folder_that_somebody_removed_is_written_anew(tmp_path, story):
    store = Store(tmp_path, LIMITS)
    for number, run in enumerate(replayed(story)):
        if number == 5:
            shutil.rmtree(tmp_path / run.id / "frames")
            (tmp_path / run.id / store._on_disk[run.id].file).write_bytes(b"")
            with pytest.raises(OSError):
                store.save(run)
        store.save(run)
    alike(tmp_path, run)


def test_everything_that_counts_is_synced_before_it_is_told(tmp_path, story, monkeypatch):
    """Each file before its name, and run.json's name last."""
    done = []
    monkeypatch.setattr(disk.os, "fsync", lambda file: done.append("file"))
    monkeypatch.setattr(disk.os, "replace", lambda a, b, real=disk.os.replace: (done.append(b.name), real(a, b)))
    monkeypatch.setattr(disk, "sync_folder", lambda path: done.append(path.name))
    for run in replayed(story[:3]):
        done.clear()
        Store(tmp_path / str(run.step), LIMITS).save(run)
    names = [name for name in done if name != "file"]
    assert names[-2:] == ["run.json", run.id] and done[-3] == "file"
    assert {"frames", "states"} <= {*names}
    for number, name in enumerate(done):
        if name.endswith((".safetensors", ".f32", ".json", ".jsonl")):
            assert done[number - 1] == "file"


def test_ten_runs_wait_for_a_full_disk_and_go_on(tmp_path, monkeypatch):
    """A small disk fills in the midst of ten runs, and is freed: every row is that of an undisturbed run, in memory and
    on disk, also after a restart of the server; and everybody was told, twice."""
    monkeypatch.setattr(saver, "LONGEST_REST_S", 0.5)

    async def story(root):
        ballast = Ballast(root)
        async with a_hub(root, inline=True) as hub:
            runs = [hub.begin(f"{seed:032}", "gan", SMALL.changed(seed=seed)) for seed in range(10)]
            notes = [watched(one) for one in runs]
            for one in runs:
                hub.controls.play(one)
            await until(lambda: all(one.run.step > 5 for one in runs))
            ballast.fill()
            await until(lambda: all(one.waits_for_disk for one in runs))
            stood = [one.run.step for one in runs]
            await asyncio.sleep(1.0)
            assert [one.run.step for one in runs] == stood and all(one.playing and one.active for one in runs)
            with pytest.raises(UserError, match="cannot write"):
                await hub.fork(runs[0], 3, {}, ME)
            known = [*hub.live_runs]
            ballast.free()
            await until(lambda: all(one.run.step > step + 5 for one, step in zip(runs, stood, strict=True)))
            assert [*hub.live_runs] == known and len(known) == 10
            for one in runs:
                hub.controls.pause(one)
            await until(lambda: not any(one.active or one.pending_writes for one in runs))
            assert all([note for note in told if note] == [NOT_WRITTEN, WRITTEN_AGAIN] for told in notes)
            ballast.fill()
            for one in runs:
                hub.controls.play(one)
            await until(lambda: all(one.waits_for_disk for one in runs))
            steps = [one.run.step for one in runs]
        async with a_hub(root, inline=True) as hub:  # the server starts on a full disk
            again = [hub.get(one.run.id) for one in runs]
            assert all(one.run.step <= step for one, step in zip(again, steps, strict=True))
            for one in again:
                watched(one)
                hub.controls.play(one)
            ballast.fill()  # what failed has left a little room
            await until(lambda: any(one.waits_for_disk for one in again))
            ballast.free()
            await until(lambda: all(one.run.step > step + 5 for one, step in zip(again, steps, strict=True)))
        return [one.run for one in again]

    with small_disk(64) as root:
        runs = asyncio.run(story(root))
        for run in runs:
            found, undisturbed = Store(root, Limits()).load(run.id), start("gan", run.config, "", Limits())
            train(undisturbed, found.step, on_progress=lambda *_: None, stop=lambda: False)
            rows = undisturbed.timeline.scalars.rows
            assert np.array_equal(found.timeline.scalars.rows, rows, equal_nan=True)
            assert np.array_equal(run.timeline.scalars.rows[: found.step], rows, equal_nan=True)


def test_a_browser_is_told_why_nothing_comes_and_sees_it_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(saver, "LONGEST_REST_S", 0.3)
    with serving(tmp_path) as server, browser(server) as me:
        me.watch(seed=33, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20, 90)
        with failing(1):
            me.until(lambda b: b.status.get("waits"))
            assert me.status["waits"] == NOT_WRITTEN and me.status["playing"]
            run = server.live.hub.get(me.latest("watching")["run"]).run
            assert me.status["head"] == Store(tmp_path, Limits()).load(run.id).step <= run.step
            seen = len(me.frames)
            with browser(server) as other:  # somebody who comes now
                other.watch(seed=33)
                other.until(lambda b: b.latest("note"))
                assert other.latest("note")["text"] == NOT_WRITTEN and not other.frames
            assert len(me.frames) == seen
        stood = me.status["head"]
        me.until(lambda b: not b.status["waits"] and b.status["head"] > stood + 20)
        assert WRITTEN_AGAIN in [said["text"] for said in me.said if said["is"] == "note"]
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        time.sleep(0.3)
        found = Store(tmp_path, Limits()).load(run.id)
        assert np.array_equal(found.timeline.scalars.rows, run.timeline.scalars.rows, equal_nan=True)
        assert found.timeline.scores == run.timeline.scores


def test_a_run_that_waits_for_the_disk_can_be_deleted(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            live_run = hub.begin(ME, "gan", SMALL)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 5)
            with failing(1):
                await until(lambda: live_run.waits_for_disk)
            await hub.delete(live_run)
            await until(lambda: not live_run.active)
            assert not (tmp_path / live_run.run.id).exists()

    asyncio.run(story())


def test_a_run_that_is_deleted_while_it_is_written_waits_for_nothing(tmp_path, monkeypatch, caplog):
    """Its folder is gone under the writing hand: that is no full disk."""

    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            live_run = hub.begin(ME, "gan", SMALL)
            watched(live_run)
            hub.controls.step(live_run, None)
            await until(lambda: live_run.run.step == 1 and not live_run.active)
            write = hub.store.write

            def buried(saving):
                hub.store.bury(live_run.run.id)
                raise FileNotFoundError(saving.run)

            monkeypatch.setattr(hub.store, "write", buried)
            await hub.saver.save_in_the_end(live_run)
            monkeypatch.setattr(hub.store, "write", write)
            assert not live_run.waits_for_disk

    asyncio.run(story())
    assert "waits for the disk" not in caplog.text


def test_a_text_is_there_whole_or_not_at_all(tmp_path):
    text = "x" * 5000
    with failing() as counted:
        TextStore(tmp_path / "counted").shorten(text)
    for at in range(1, counted.calls + 1):
        folder = tmp_path / str(at)
        with failing(at), pytest.raises(UserError, match="cannot write"):
            TextStore(folder).shorten(text)
        assert not [*tmp_path.rglob("*.part")]
        assert TextStore(folder).expand(TextStore(folder).shorten(text)) == text
