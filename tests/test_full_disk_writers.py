"""What else the server and the command line write is there whole or not at all when a disk fills: texts, tables, calls
of a benchmark, rooms, uploads, what a compiler writes."""

import asyncio
import contextlib
import errno
import tempfile
from concurrent.futures import wait

import numpy as np
import pytest
from support.disks import Ballast, failing, small_disk
from support.hubs import CONFIG, ME, a_hub, until, watched
from support.sockets import serving

from playground.classroom import room_events as events
from playground.classroom.journal import Journals
from playground.core.errors import UserError
from playground.core.resources import WEIGHTS
from playground.data.plane import user_data
from playground.engine import scheduler, text_store
from playground.engine.compiled import CompiledWorkers
from playground.engine.disk import FULL
from playground.engine.executors import Processes, Slot
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.text_store import TextStore, shortened
from playground.evaluation.mmbench import store as mmbench_store
from playground.evaluation.mmbench.store import Call, Store, read
from playground.families.gan.config import GanConfig
from playground.ui import link

ROWS = [{"key": key, "status": "done", "nll": 0.5} for key in "abcdef"]
CALLS = [Call(key="k", index=n, raw="x" * 50 * (n + 1)) for n in range(6)]


def keys(path):
    return [*ResultsCsv(path).rows]


@pytest.mark.parametrize("once", [False, True])
@pytest.mark.parametrize("column", [{}, {"gap": 1.0}])  # a row is added, or the table is written anew
def test_a_table_keeps_its_rows_whichever_call_fails(tmp_path, once, column):
    with failing() as counted:
        table = ResultsCsv(tmp_path / "counted.csv")
        for row in ROWS[:2]:
            table.add(row)
        before = counted.calls
        table.add({**ROWS[2], **column})
    assert counted.calls - before >= 3
    for at in range(before + 1, counted.calls + 1):
        path, shelter = tmp_path / str(at) / "a.csv", tmp_path / str(at) / "shelter"
        shelter.mkdir(parents=True)
        with failing(at, once=once) as broken:
            table = ResultsCsv(path, shelter)
            for row in ROWS[:2]:
                table.add(row)
            table.add({**ROWS[2], **column})
            assert broken.failed and keys(path)[:2] == ["a", "b"]
            assert "cannot be written: No space left" in str(table.moved)
            assert once == (table.path.parent == shelter) and not [*tmp_path.rglob("*.part")]
            if once:
                assert str(table.path) in str(table.moved) and keys(table.path) == ["a", "b", "c"]
            else:
                table.add(ROWS[3])
                assert keys(path)[:2] == ["a", "b"]
        table.add(ROWS[4])
        assert keys(table.path) == ["a", "b", "c", *([] if once else ["d"]), "e"]
        assert once == (table.moved is not None)  # elsewhere for good, or all of it where it belongs


@pytest.mark.parametrize("once", [False, True])
def test_calls_of_a_benchmark_are_kept_whichever_call_fails(tmp_path, once):
    """A call that could not be written is not taken for an answer, and what it has left is written over, also where
    nothing can be cut off."""
    for at in (1, 2, 3):
        path = tmp_path / f"{at}.jsonl"
        with Store(path) as store:
            store.append(CALLS[:2])
            with failing(at, once=once, module=mmbench_store) as broken, contextlib.suppress(UserError):
                store.append([CALLS[5]])
            told = len(store.answers)
            assert told == (3 if at == 3 else 2) and bool(broken.failed) == (at < 3)  # a call writes, and is synced
            assert [*read(path).answers.values()][:told] == [*store.answers.values()]
            store.append([CALLS[2]])
            kept = [*store.answers.values()]
            assert CALLS[2] in kept and read(path).damaged == 0
        assert [*read(path).answers.values()] == kept and path.read_bytes().count(b"\n") == len(kept)


@pytest.mark.parametrize("chunk", [0, 3])
def test_a_room_is_whole_whichever_call_fails(tmp_path, chunk):
    """Its lines wait until there is space, and what a failed try has left stands in nobody's way."""
    happened = [events.Moved(at=n) for n in range(6)]

    def story(folder, at):
        freed = []
        with failing() as disk:
            journals = Journals(folder, rest=lambda _: (freed.append(1), setattr(disk, "at", None)))
            done = [journals.begin("ROOM", {"lesson": {}})]
            for number, event in enumerate(happened):
                wait(done, 10)
                if number == chunk:
                    counted = disk.calls
                    disk.at = None if at is None else counted + at
                done.append(journals.append("ROOM", event))
                if number == chunk:
                    wait(done, 10)
                    count = disk.calls - counted
            journals.close()
            assert all(future.exception() is None for future in done)
        return count, freed

    count, _ = story(tmp_path / "counted", None)
    assert count >= 3
    for at in range(1, count + 1):
        _, freed = story(tmp_path / str(at), at)
        assert freed
        ((name, _, head, found),) = Journals(tmp_path / str(at)).read_all()
        assert (name, head, found) == ("ROOM", {"lesson": {}}, happened)


def test_a_text_that_cannot_be_stored_is_a_sentence_and_an_address_goes_without(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    config = GanConfig(data="own", own=user_data.encode(np.random.default_rng(0).normal(size=(1500, 2))))
    assert len(config.own) > text_store.MAX_IN_LINK
    values = config.model_dump()
    with failing(1):
        with pytest.raises(UserError, match="cannot write to its disk"):
            TextStore().shorten(config.own)
        with pytest.raises(UserError, match="cannot write to its disk"):
            shortened(GanConfig, values)
        found = link.parameters("gan", GanConfig, values)
    assert found.keys() == {"gan.data"}
    assert link.parameters("gan", GanConfig, values)["gan.own"] == TextStore().shorten(config.own)


def test_an_upload_on_a_full_disk_is_answered_with_a_sentence_and_leaves_nothing(tmp_path, monkeypatch):
    raw = (WEIGHTS / "gan-ring.safetensors").read_bytes()

    def bring(server):
        return server.post("/live/weights?family=gan", content=raw, headers={"x-playground-owner": ME})

    with small_disk(2) as root, serving(tmp_path) as server:
        monkeypatch.setattr(tempfile, "tempdir", str(root))
        ballast = Ballast(root)
        ballast.fill()
        answer = bring(server)
        assert (answer.status_code, answer.text) == (503, FULL)
        assert [path.name for path in root.iterdir()] == ["ballast"]
        ballast.free()
        assert bring(server).status_code == 200 and not [*root.iterdir()]


def test_a_compiler_without_space_pauses_the_run_and_it_goes_on_when_asked_to(tmp_path, monkeypatch):
    real, full = scheduler.run_chunk, []

    def compiling(chunk):
        if full:
            raise RuntimeError("InductorError: OSError: [Errno 28] No space left on device: '/cache/x'")
        return real(chunk)

    monkeypatch.setattr(scheduler, "run_chunk", compiling)

    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            notes = watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 3)
            full.append(1)
            await until(lambda: not live_run.active)
            assert FULL in notes and not live_run.run.stopped and not live_run.playing
            step = live_run.run.step
            full.clear()
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > step)

    asyncio.run(story())


def test_a_place_for_compiled_files_that_cannot_be_made_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "runs").write_text("no folder")
    workers = CompiledWorkers(tmp_path / "runs", Limits())
    with pytest.raises(UserError, match="cannot write to its disk"):
        workers.slots([Slot(Processes())])


def test_sweeping_compiled_files_goes_on_after_one_that_cannot_be_deleted(tmp_path, monkeypatch):
    workers = CompiledWorkers(tmp_path, Limits(compiled_mb=1))
    workers.folder.mkdir()
    paths = [workers.folder / name for name in "abc"]
    for path in paths:
        path.write_bytes(b"0" * 2_000_000)
    real = type(paths[0]).unlink

    def refused(path, **options):
        if path.name == "a":
            raise PermissionError(errno.EACCES, "Permission denied")
        real(path, **options)

    monkeypatch.setattr(type(paths[0]), "unlink", refused)
    workers.sweep()
    assert [path.name for path in workers.folder.iterdir()] == ["a"]
