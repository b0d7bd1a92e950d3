"""The calls of a benchmark on the disk: nothing that was written is lost, and nothing else is read."""

import os
import subprocess
import sys

import pytest
from support.server import ROOT

from playground.core.errors import UserError
from playground.evaluation.mmbench import store as store_module
from playground.evaluation.mmbench.store import Call, Store, Usage, call_key, read

GOOD = [Call(key="k", index=n, raw=f"答 {n}\n\u2028", usage=Usage(prompt_tokens=n), latency=0.5) for n in range(3)]


def test_what_is_appended_is_read_again_a_line_each(tmp_path):
    path = tmp_path / "new" / "calls.jsonl"
    with Store(path) as store:
        store.append(GOOD[:2])
        store.append(GOOD[2:])
        assert [*store.answers.values()] == GOOD
    assert path.read_bytes().count(b"\n") == 3 and path.read_bytes().isascii()
    assert [*read(path).answers.values()] == GOOD
    with Store(path) as store:
        assert [*store.answers.values()] == GOOD


@pytest.mark.parametrize("cut", [1, 30, -1])
def test_a_torn_last_line_is_forgotten_and_the_next_one_starts_afresh(tmp_path, cut):
    path = tmp_path / "calls.jsonl"
    with Store(path) as store:
        store.append(GOOD)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + lines[2][:cut])
    assert [*read(path).answers.values()] == GOOD[:2]  # a reader leaves the file as it is
    with Store(path) as store:
        assert [*store.answers.values()] == GOOD[:2]
        store.append(GOOD[2:])
    assert path.read_bytes() == b"".join(lines)


def test_an_error_is_never_an_answer_and_goes_when_there_is_one(tmp_path):
    path = tmp_path / "calls.jsonl"
    failed = Call(key="k", index=7, error="The answer is B")
    with Store(path) as store:
        store.append([failed])
        assert not store.answers and store.errors == {("k", 7): failed}
    assert failed.answer is None and not read(path).answers
    with Store(path) as store:
        store.append([Call(key="k", index=7, raw="B"), failed])  # a late error takes no answer away
        assert store.answers["k", 7].raw == "B" and not store.errors


def test_the_first_answer_stands(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Store(path) as store:
        store.append([Call(key="k", index=1, raw="A"), Call(key="k", index=1, raw="B")])
    assert read(path).answers["k", 1].raw == "A"


def test_damaged_lines_are_counted_and_a_file_of_another_kind_is_left_alone(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Store(path) as store:
        store.append(GOOD[:1])
    path.write_bytes(b"\0\0\0\n" + path.read_bytes() + b'{"key": 3}\n')
    assert read(path).damaged == 2 and [*read(path).answers.values()] == GOOD[:1]
    other = tmp_path / "thesis.txt"
    other.write_text("My thesis.\nIts last line")
    with pytest.raises(UserError, match="holds no calls"), Store(other):
        pass
    assert other.read_text() == "My thesis.\nIts last line"


def test_there_is_one_writer_and_a_killed_one_leaves_no_lock(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Store(path):
        with pytest.raises(UserError, match="Another run"), Store(path):
            pass
        assert not read(path).answers  # reading is free
    code = f"""
from playground.evaluation.mmbench.store import *
held = Store(Path({str(path)!r})).__enter__()
print(1, flush=True)
import time; time.sleep(60)"""
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT)
    assert child.stdout is not None and child.stdout.readline() == b"1\n"
    with pytest.raises(UserError, match="Another run"), Store(path):
        pass
    child.kill()
    child.wait()
    with Store(path) as store:
        store.append(GOOD)


def test_a_full_disk_leaves_whole_lines_and_says_so(tmp_path, monkeypatch):
    path = tmp_path / "calls.jsonl"
    real = os.write

    def half(file, data):
        if len(data) < 40:
            raise OSError(28, "No space left on device")
        return real(file, data[: len(data) // 2])

    with Store(path) as store:
        store.append(GOOD[:1])
        before = path.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(store_module.os, "write", half)
            with pytest.raises(UserError, match="No space left"):
                store.append(GOOD[1:])
        assert path.read_bytes() == before and len(store.answers) == 1
        store.append(GOOD[1:])
    assert [*read(path).answers.values()] == GOOD


def test_every_append_reaches_the_disk_before_it_returns(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(store_module.os, "fsync", lambda file: done.append(os.fstat(file).st_size))
    with Store(tmp_path / "calls.jsonl") as store:
        done.clear()
        for call in GOOD:
            store.append([call])
            assert done[-1] == store.path.stat().st_size
    assert len(done) == 3


def test_the_key_changes_with_everything_that_decides_an_answer():
    known = ("bench", "model", "prompt", {"temperature": 0.0, "seed": 1})
    others = [("b", *known[1:]), ("bench", "m", *known[2:]), (*known[:2], "p", known[3]), (*known[:3], {"seed": 1})]
    assert len({call_key(*one) for one in (known, *others)}) == 5
    assert call_key(*known) == call_key(*known[:3], {"seed": 1, "temperature": 0.0})
