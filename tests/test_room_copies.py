"""Copies of rooms in a folder that knows no append, no rename and no second writing, as a mounted bucket: after a
restart with an empty disk a class finds its room again, or a sentence says why not."""

import asyncio
import shutil
import time

import pytest
from support.bucket import Bucket
from support.class_lesson import LESSON
from support.classes import a_class, person
from support.sockets import serving

from playground.classroom import room_copies, room_rules
from playground.classroom.journal import Journals
from playground.classroom.room_copies import RoomCopies
from playground.classroom.rooms import Rooms
from playground.core.errors import UserError
from playground.engine.ownership import Ownership


@pytest.fixture(params=[True, False], ids=["removes", "keeps"])
def bucket(request, tmp_path, monkeypatch):
    monkeypatch.setattr(room_copies, "AGAIN_S", 0.5)
    return Bucket(tmp_path / "bucket", monkeypatch, removes=request.param)


def server(folder, bucket):
    folder.mkdir(exist_ok=True)
    return serving(folder, PLAYGROUND_RUNS_COPY=bucket.folder, PLAYGROUND_ENGINE="inline")


def copies(bucket, code):
    return sorted(path for path in (bucket.folder / "rooms").glob(f"{code}.*"))


def wait(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_class_finds_its_room_on_an_empty_disk(tmp_path, bucket):
    with server(tmp_path / "first", bucket) as client, a_class(client) as (teacher, (ada, bob)):
        code, tokens = teacher.code, (teacher.token, ada.token)
        ada.tell("answer", at=0, answer=1).heard("answered")
        wait(lambda: any(b'"answered"' in copy.read_bytes() for copy in copies(bucket, code)))  # it may be killed
        wait(lambda: len(copies(bucket, code)) == 1 or not bucket.removes)
        there = copies(bucket, code)
        time.sleep(1.5)
        assert copies(bucket, code) == there  # nothing happened
        bob.tell("answer", at=0, answer=0).heard("answered")  # and then the server ends
    shutil.rmtree(tmp_path / "first")
    with server(tmp_path / "second", bucket) as client, person(client) as teacher, person(client) as ada:
        teacher.tell("enter", code=code, token=tokens[0]).until(lambda p: len(p.view.get("members", [])) == 2)
        assert teacher.view["answered"] == 2
        ada.tell("enter", code=code, token=tokens[1]).until(lambda p: "me" in p.view)
        assert ada.view["me"]["answers"] == {"0": 1}
        ada.tell("answer", at=0, answer=0).heard("answered")
        teacher.tell("close")
        assert ada.heard("closed")
        wait(lambda: not any(b"S0" in copy.read_bytes() for copy in copies(bucket, code)) or not bucket.removes)
    with server(tmp_path / "third", bucket) as client, person(client) as ada:
        assert "no room" in ada.tell("enter", code=code, token=tokens[1]).refused()
    assert not set(bucket.refused) - {"unlink"}


def test_the_longest_copy_counts_and_a_room_without_one_is_a_sentence(tmp_path, bucket):
    with server(tmp_path / "first", bucket) as client, a_class(client, 1) as (teacher, (ada,)):
        code, token = teacher.code, ada.token
    raw = copies(bucket, code)[-1].read_bytes()
    (bucket.folder / "rooms" / f"{code}.000000000998.jsonl").write_bytes(raw[: len(raw) // 2])
    (bucket.folder / "rooms" / f"{code}.000000000999.jsonl").write_bytes(b"")
    (bucket.folder / "rooms" / "BBBBB.000000000001.jsonl").write_bytes(b'{"lesson": cut off')
    (bucket.folder / "rooms" / "CCCCC.000000000001.jsonl").write_bytes(b"no room\n")
    with server(tmp_path / "second", bucket) as client, person(client) as ada:
        ada.tell("enter", code=code, token=token).until(lambda p: "me" in p.view)
        assert "its copy cannot be read: it was cut off" in ada.tell("join", code="BBBBB").refused()
        assert "no room" in ada.tell("join", code="CCCCC").refused()
        assert "no room" in ada.tell("join", code="DDDDD").refused()


def test_only_the_owner_copies_and_what_a_dead_server_left_is_copied_by_the_next(tmp_path, bucket):
    def a_server():
        journals = Journals(tmp_path / "rooms", owners=Ownership(tmp_path / "owners"))
        found = RoomCopies(journals, {"PLAYGROUND_RUNS_COPY": str(bucket.folder)})
        found.wrote, write = [], found.there.write
        found.there.write = lambda *given: found.wrote.append(given[0]) or write(*given)
        return Rooms(journals, most=3), found

    async def story():
        (one, its), (other, others) = a_server(), a_server()
        keeping = [asyncio.create_task(found.keep()) for found in (its, others)]
        room, _, written = one.open(LESSON)
        written.result(10)
        await asyncio.sleep(2.5)
        assert its.wrote == [room.code] and not others.wrote
        keeping[0].cancel()
        one.record(room, room_rules.join(room, "Ann", "a" * 64)).result(10)
        await asyncio.sleep(1.5)
        assert not others.wrote
        one.journals.owners.close()  # as the system does for a process that is killed
        await asyncio.sleep(2.5)
        assert others.wrote == [room.code] and b"Ann" in copies(bucket, room.code)[-1].read_bytes()
        assert not other.journals.owners.holds(room.code)
        keeping[1].cancel()
        its.finish()
        others.finish()
        one.journals.close()
        other.journals.close()
        return room.code

    code = asyncio.run(story())
    empty = RoomCopies(Journals(tmp_path / "elsewhere"), {"PLAYGROUND_RUNS_COPY": str(bucket.folder)})
    empty.restore()
    rooms = Rooms(empty.journals, most=3)
    rooms.load()
    assert [member.name for member in rooms.get(code).members] == ["Ann"]
    empty.finish()
    empty.journals.close()


def test_a_folder_that_cannot_be_written_to_hinders_no_class(tmp_path, monkeypatch):
    monkeypatch.setattr(room_copies, "AGAIN_S", 0.2)
    bucket = Bucket(tmp_path / "bucket", monkeypatch)
    bucket.folder.rmdir()
    bucket.folder.write_text("no folder")
    with server(tmp_path / "first", bucket) as client, a_class(client, 1) as (teacher, (ada,)):
        time.sleep(1.5)
        ada.tell("answer", at=0, answer=1).heard("answered")
        teacher.tell("close")
        assert ada.heard("closed")
        with pytest.raises(UserError, match="no room"):
            client.live.classrooms.rooms.get(teacher.code)
