"""Copies of runs in a folder that knows no append, no rename and no second writing, as a mounted bucket: after a
restart with an empty disk a visitor's runs are there, or a sentence says why not."""

import asyncio
import json
import shutil
import time
import zipfile

import pytest
from support.bucket import Bucket
from support.hubs import CONFIG, ME, a_hub, until, watched
from support.sockets import Browser, serving

from playground.core.errors import UserError
from playground.engine import copies
from playground.engine.paths import check_given


@pytest.fixture(params=[True, False], ids=["removes", "keeps"])
def bucket(request, tmp_path, monkeypatch):
    return Bucket(tmp_path / "bucket", monkeypatch, removes=request.param)


def server(folder, bucket):
    folder.mkdir(exist_ok=True)
    return serving(folder, PLAYGROUND_RUNS_COPY=bucket.folder, PLAYGROUND_ENGINE="inline")


def trained(client, run=None, until=20):
    """A visitor's run, paused at a step or later: its id and its steps."""
    with client.websocket_connect("/live/socket") as socket:
        me = Browser(socket)
        me.watch(seed=5, run=run, play=True)
        me.until(lambda b: b.status.get("head", 0) > until)
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        return me.latest("watching")["run"], me.status["head"]


def copied(bucket, run):
    return sorted(path for path in bucket.folder.iterdir() if path.name.startswith(f"{run}."))


def wait(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_visitors_run_comes_back_to_an_empty_disk_and_goes_on(tmp_path, bucket):
    with server(tmp_path / "first", bucket) as client:
        run, head = trained(client)
        wait(lambda: copied(bucket, run))  # while the server is up: it may be killed
        again, further = trained(client, run, head + 20)
        assert again == run and further > head
    assert not set(bucket.refused) - {"unlink"}
    assert len(copied(bucket, run)) == 1 or not bucket.removes
    there = copied(bucket, run)
    with server(tmp_path / "first", bucket):
        time.sleep(1.5)  # a server that finds its disk as it was copies nothing again
    assert copied(bucket, run) == there
    shutil.rmtree(tmp_path / "first")
    with server(tmp_path / "second", bucket) as client, client.websocket_connect("/live/socket") as socket:
        me = Browser(socket)
        me.watch(seed=5)  # as the page does: it is found by its settings
        me.until(lambda b: b.frames and b.status.get("head", 0) >= further)
        assert me.latest("watching")["run"] == run and me.latest("watching")["mine"]
        assert trained(client, run, further + 10)[1] > further
    assert not set(bucket.refused) - {"unlink"}


def test_only_a_runs_owner_copies_it_and_what_a_dead_server_left_is_copied_by_another(tmp_path, bucket, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS_COPY", str(bucket.folder))
    monkeypatch.setattr(copies, "PAUSED_S", 0.5)

    async def story():
        async with a_hub(tmp_path / "runs", inline=True) as first, a_hub(tmp_path / "runs", inline=True) as second:
            wrote = {}
            for name, hub in (("first", first), ("second", second)):
                wrote[name], write = [], hub.copies.there.write
                hub.copies.there.write = lambda *given, w=wrote[name], do=write: w.append(given[0]) or do(*given)
            mine = first.begin(ME, "gan", CONFIG)
            listener = watched(mine)
            first.controls.step(mine, None)
            await until(lambda: mine.run.step == 1 and not mine.busy)
            await until(lambda: wrote["first"])
            await asyncio.sleep(2.5)
            assert set(wrote["first"]) == {mine.run.id} and not wrote["second"]
            first.copies.copy = lambda run: None  # it is about to be killed: nothing more is copied there
            first.controls.step(mine, None)
            await until(lambda: mine.run.step == 2 and not mine.busy)
            await asyncio.sleep(2)
            assert not wrote["second"]
            first.neighbours.runs.close()  # as the system does for a process that is killed
            await until(lambda: wrote["second"])
            await asyncio.sleep(1)
            assert not second.neighbours.runs.holds(mine.run.id)  # it is free to be taken over
            there = second.get(mine.run.id)
            watched(there)
            second.controls.step(there, None)
            await until(lambda: there.run.step == 3 and not there.busy)
            await until(lambda: step_copied(bucket, there.run.id) == 3)
            del listener

    asyncio.run(story())


def step_copied(bucket, run):
    try:
        with zipfile.ZipFile(max(copied(bucket, run))) as file:
            return json.loads(file.read("run.json"))["step"]
    except (OSError, ValueError, zipfile.BadZipFile):
        return None


def test_a_deleted_run_does_not_come_back(tmp_path, bucket):
    with server(tmp_path / "first", bucket) as client:
        run, _ = trained(client)
        wait(lambda: copied(bucket, run))
        client.portal.call(client.live.hub.delete, client.live.hub.get(run))
    left = copied(bucket, run)
    assert (left == []) if bucket.removes else (left[-1].read_bytes() == b"deleted")
    with server(tmp_path / "second", bucket) as client:
        assert not client.live.hub.store.names()


def test_a_copy_that_was_cut_off_is_passed_over(tmp_path, bucket):
    with server(tmp_path / "first", bucket) as client:
        run, head = trained(client)
    for number, raw in enumerate((b"", b"PK\x03\x04 cut off")):
        (bucket.folder / f"{run}.99999999999{number}.zip").write_bytes(raw)
    with server(tmp_path / "second", bucket) as client:
        assert client.live.hub.get(run).run.step >= head


def test_a_damaged_copy_is_a_sentence_and_hinders_nobody(tmp_path, bucket):
    (bucket.folder / "0123456789abcdef.000000000001.zip").write_bytes(b"PK\x03\x04 cut off")
    with zipfile.ZipFile(bucket.folder / "evil.000000000001.zip", "x") as file:
        file.writestr("../../outside", "x")
    with server(tmp_path / "second", bucket) as client, client.websocket_connect("/live/socket") as socket:
        me = Browser(socket)
        me.watch(run="0123456789abcdef")
        me.until(lambda b: b.latest("refused"))
        assert "its copy cannot be read" in me.latest("refused")["text"]
        assert not list(tmp_path.glob("**/outside")) and not list((tmp_path / "second").glob(".restored*"))


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path, monkeypatch):
    bucket = Bucket(tmp_path / "bucket", monkeypatch)
    bucket.folder.rmdir()
    bucket.folder.write_text("no folder")
    with server(tmp_path / "first", bucket) as client:
        trained(client)
        wait(lambda: client.live.hub.copies.refusal("other"))
        with pytest.raises(UserError, match="cannot keep copies of runs"):
            client.live.hub.get("other")


def test_the_folder_of_runs_is_not_put_on_a_bucket(tmp_path, monkeypatch):
    check_given(tmp_path / "disk")
    assert not list((tmp_path / "disk").iterdir())
    bucket = Bucket(tmp_path / "bucket", monkeypatch)
    with pytest.raises(UserError, match="PLAYGROUND_RUNS_COPY"):
        check_given(bucket.folder)
