"""Texts to learn from: what ships, windows and parts, codes in links and on the shelf."""

import base64
import hashlib
import re
import unicodedata
import zlib
from argparse import Namespace
from collections import Counter
from math import log

import numpy as np
import pytest
from support.texts import CHINESE, ENGLISH, FILES, SHORT

from playground.commands.own_data import own_data
from playground.core.config import parse
from playground.core.errors import UserError
from playground.data.token_settings import TokenConfig
from playground.data.tokens import text_codec
from playground.data.tokens.task import OTHER, SPECIAL
from playground.data.tokens.text import BLOCKS, MAX_KINDS, SHIPPED, TEXTS, TextTask, own, shipped_task
from playground.data.tokens.text_codec import MAX_BYTES, decode, encode
from playground.engine.text_store import MAX_IN_LINK, TextStore

# ---- what ships ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_texts_that_ship_are_those_of_their_notes(name):
    raw = (TEXTS / f"{name}.txt").read_bytes()
    assert len(raw) < 300_000 and f"{hashlib.sha256(raw).hexdigest()}" in (TEXTS / "README.md").read_text("utf-8")
    assert f"{len(raw):,} bytes" in (TEXTS / "README.md").read_text("utf-8")
    text = raw.decode()
    assert text == unicodedata.normalize("NFC", text) and "\r" not in text and not re.search(r"[ \t]\n|\n{3}", text)
    assert {path.stem for path in TEXTS.glob("*.txt")} == {*SHIPPED}


def test_they_are_whole():
    assert ENGLISH.count("\nCHAPTER ") == 11 and ENGLISH.startswith("CHAPTER I\n")
    assert ENGLISH.endswith("and the happy summer days.\n") and ENGLISH.isascii()
    assert CHINESE.startswith("大学之道") and "学而时习之，不亦说乎？" in CHINESE and "孟子见梁惠王" in CHINESE
    assert not re.search(r"[A-Za-z0-9(（]", CHINESE)


# ---- windows and parts -----------------------------------------------------------------------------


@pytest.fixture(params=[*SHIPPED, "own"])
def task(request):
    return own(length=40) if request.param == "own" else shipped_task(request.param, length=40)


def test_windows_are_stretches_of_the_training_part(task):
    training = ["".join(task.vocabulary[token] for token in run) for run in task.runs()]
    rows = task.sample(50, np.random.default_rng(3))
    assert rows.shape == (50, task.dim) and task.source_length == 0 and rows.dtype == np.float32
    assert all(any("".join(task.show(row)) in stretch for stretch in training) for row in rows)
    assert np.array_equal(rows, task.sample(50, np.random.default_rng(3))) and task.counted(rows).all()
    assert task.longer(2).dim == 80 and task.longer(2).vocabulary == task.vocabulary


def test_parts_are_the_text_once(task):
    """In the order of the text, with what the vocabulary lacks as one token."""
    parts = {part: [*task.runs(part)] for part in task.split}
    known = set(task.symbols)
    wanted = "".join(character if character in known else SPECIAL[OTHER] for character in task.text)
    found = ""
    for block in range(0, BLOCKS, 5):
        for part in ("train", "test" if block % 10 else "valid"):
            found += "".join(task.vocabulary[token] for token in parts[part].pop(0))
    assert found == wanted and not any(parts.values())
    assert known <= {task.vocabulary[token] for run in task.runs() for token in run}


def test_windows_that_overlap_are_judged_once_for_each_character():
    task = shipped_task("alice", length=40)
    run = task.runs("test")[0]
    first = task.windows("test", 10)[: (len(run) - 40) // 10 + 1]
    assert np.array_equal(first[:, -10:].ravel(), run[30 : 30 + 10 * len(first)])
    assert np.array_equal(task.windows("valid", 40), task.part("valid"))


def other_share(task):
    return (np.concatenate(task.runs("test")) == OTHER).mean()


def test_a_vocabulary_is_bounded_and_the_rest_is_one_token():
    task = shipped_task("four_books")
    assert len(task.vocabulary) == MAX_KINDS and 0.02 < other_share(task) < 0.08
    kept, all_kinds = set(task.symbols), Counter(CHINESE)
    assert {character for character, _ in all_kinds.most_common(500)} <= kept < set(all_kinds)
    assert other_share(shipped_task("alice")) == 0.0
    assert task.read("大学\U0001f600").tolist()[2] == OTHER


def test_frequencies_alone_by_counting():
    task = shipped_task("alice")
    cuts = np.linspace(0, len(ENGLISH), BLOCKS + 1).astype(int)
    block = [ENGLISH[start:end] for start, end in zip(cuts, cuts[1:], strict=False)]
    train = Counter("".join(text for place, text in enumerate(block) if place % 5 < 4))
    held = block[4] + block[14]
    total = sum(train.values()) + len(train) + 1  # each once more, and OTHER once
    assert task.memoryless == pytest.approx(-np.mean([log((train[c] + 1) / total) for c in held]))


def test_a_window_longer_than_the_text_allows_is_refused():
    with pytest.raises(UserError, match="too short"):
        TextTask.of("a" * (BLOCKS * 64 - 1), 64)
    with pytest.raises(UserError, match="windows of 512"):
        parse(TokenConfig, {"data": "own_text", "window": 512, "own_text": encode(SHORT)})
    assert parse(TokenConfig, {"data": "copy", "window": 512, "own_text": encode(SHORT)}).task.name == "copy"


# ---- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["!", "abc", "=" * 9, encode(SHORT)[:-3], encode(SHORT) + "AAAA", "A" * 100])
def test_a_damaged_code_is_a_sentence(code):
    with pytest.raises(UserError, match="damaged"):
        decode(code)
    with pytest.raises(UserError, match="damaged"):
        parse(TokenConfig, {"data": "own_text", "own_text": code})


def test_a_code_that_unpacks_without_end_is_refused():
    bomb = base64.urlsafe_b64encode(zlib.compress(b"a" * 50 * MAX_BYTES, 9)).decode().rstrip("=")
    assert len(bomb) < text_codec.MAX_CODE_LENGTH
    with pytest.raises(UserError, match="damaged"):
        decode(bomb)


def test_the_longest_text_has_a_code_that_the_setting_takes():
    """What no compression makes smaller: random characters of a large alphabet."""
    drawn = np.random.default_rng(0).integers(0x4E00, 0x9F00, MAX_BYTES // 3)
    code = encode("".join(map(chr, drawn)))
    assert len(code) <= text_codec.MAX_CODE_LENGTH
    assert len(parse(TokenConfig, {"data": "own_text", "own_text": code}).task.text) == MAX_BYTES // 3


def test_a_short_text_travels_in_the_link_and_a_long_one_by_its_hash(tmp_path):
    store = TextStore(tmp_path)
    for text, kept in ((SHORT, False), (ENGLISH, True)):
        code = encode(text)
        said = store.shorten(code)
        assert len(said) <= MAX_IN_LINK and said.startswith("@") == kept and store.expand(said) == code


def test_the_command_line_takes_a_file_or_what_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    (tmp_path / "text.txt").write_bytes(b"\xef\xbb\xbf" + SHORT.encode())
    said = own_data({"data": f"own_text:{tmp_path / 'text.txt'}"}, Namespace())
    assert parse(TokenConfig, said).task.text == SHORT.strip() and said == {
        "data": "own_text",
        "own_text": encode(SHORT),
    }
    kept = TextStore().shorten(encode(ENGLISH))
    assert own_data({"data": "own_text", "own_text": kept}, Namespace()) == {"own_text": encode(ENGLISH)}
    for path, words in ((tmp_path / "none.txt", "cannot be read"), (FILES / "plain.png", "document")):
        with pytest.raises(UserError, match=words):
            own_data({"data": f"own_text:{path}"}, Namespace())


def test_the_shelf_has_so_many_bytes(tmp_path):
    store = TextStore(tmp_path, max_bytes=10_000)
    names = [store.shorten(f"{k}" * 4000) for k in range(5)]
    assert len([*tmp_path.iterdir()]) == 2 and store.expand(names[-1]) == "4" * 4000
    large = store.shorten("x" * 20_000)
    assert store.expand(large) == "x" * 20_000 and len([*tmp_path.iterdir()]) == 1
