"""Texts to learn from: what ships, how a file is read and kept, windows and parts, and the n-gram to compare with."""

import base64
import hashlib
import re
import time
import unicodedata
import zlib
from argparse import Namespace
from collections import Counter, defaultdict
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.server import ROOT

from playground.commands.own_data import own_data
from playground.core.config import parse
from playground.core.errors import UserError
from playground.data.token_settings import TokenConfig
from playground.data.tokens import text_codec
from playground.data.tokens.ngram import NGram, kneser_ney_discounts
from playground.data.tokens.task import BEGIN, FIRST, OTHER, SPECIAL
from playground.data.tokens.text import BLOCKS, MAX_KINDS, SHIPPED, TEXTS, TextTask, own, shipped, shipped_task
from playground.data.tokens.text_codec import MAX_BYTES, MIN_CHARACTERS, cleaned, decode, encode, read_text
from playground.engine.text_store import MAX_IN_LINK, TextStore

FILES = ROOT / "tests" / "data" / "files"
ENGLISH, CHINESE = shipped("alice"), shipped("four_books")
SHORT = "The quick brown fox jumps over the lazy dog.\n" * 40
ACCENTS = "Où est l'été? Über Mädchen, naïve cafés, señor. " * 40


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


# ---- files and codes -------------------------------------------------------------------------------

READ = {
    "utf-8": SHORT.encode(),
    "utf-8 with its mark": b"\xef\xbb\xbf" + CHINESE.encode(),
    "utf-16": CHINESE.encode("utf-16"),
    "utf-16 the other way round": b"\xfe\xff" + CHINESE.encode("utf-16-be"),
    "gb 18030": CHINESE.encode("gb18030"),
    "gb 18030 and English": (SHORT + CHINESE[:600]).encode("gb18030"),
    "gb 18030, traditional": ("學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？" * 40).encode("gb18030"),
    "windows 1252": ACCENTS.encode("cp1252"),
    "line ends of Windows": SHORT.replace("\n", "\r\n").encode(),
    "line ends of old Macs": SHORT.replace("\n", "\r").encode(),
    "decomposed accents": unicodedata.normalize("NFD", ACCENTS).encode(),
    "a form feed": (SHORT + "\f" + SHORT).encode(),
}


@pytest.mark.parametrize("name", READ)
def test_files_are_read_in_their_encoding(name):
    text = read_text(READ[name])
    assert text in (
        SHORT.strip(),
        CHINESE.strip("\n"),
        (SHORT + CHINESE[:600]).strip("\n"),
        ACCENTS.strip(),
        (SHORT + "\n" + SHORT).strip(),
        "學而時習之，不亦說乎？有朋自遠方來，不亦樂乎？" * 40,
    )
    assert decode(encode(text)) == text


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \r\n\t \n" * 200, "empty"),
    "a mark alone": (b"\xef\xbb\xbf", "empty"),
    "short": (b"Too little.", f"minimum is {MIN_CHARACTERS}"),
    "long": (b"word " * (MAX_BYTES // 5 + 1), "too large"),
    "far too long": (b"word " * MAX_BYTES, "too large"),
    "long in utf-8": (("汉" * (MAX_BYTES // 3 + 1)).encode("gb18030"), "too large"),
    "zeros": (SHORT.encode() + b"\0" + SHORT.encode(), "not a text"),
    "utf-16 without its mark": (SHORT.encode("utf-16-le"), "not a text"),
    "control characters": (bytes(range(1, 32)) * 40, "not a text"),
    "random": (np.random.default_rng(0).bytes(5000), "read|not a text"),
    "utf-16, cut": (CHINESE.encode("utf-16")[:-1], "cannot be read"),
    "pdf": (b"%PDF-1.7\n" + SHORT.encode(), "document"),
    "workbook": (b"PK\x03\x04" + SHORT.encode(), "document"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_learned_from_is_refused_in_a_sentence(name):
    raw, words = REFUSED[name]
    with pytest.raises(UserError, match=words):
        read_text(raw)


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_files_as_people_have_them_are_text_or_refused(path):
    """Tables are text like any other; pictures and arrays are not."""
    try:
        text = read_text(path.read_bytes())
    except UserError as refusal:
        too_short = path.stat().st_size < 2 * MIN_CHARACTERS
        assert path.suffix not in (".csv", ".tsv", ".txt") or too_short, refusal
    else:
        assert path.suffix in (".csv", ".tsv", ".txt") and "\ufffd" not in text
        assert path.name != "latin1_header.csv" or "größe;höhe" in text.lower()


@given(st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_text_or_a_sentence(raw):
    try:
        text = read_text(raw * 4)
    except UserError:
        return
    assert len(text) >= MIN_CHARACTERS and "\0" not in text and decode(encode(text)) == text


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_cleaning_twice_is_cleaning_once(text):
    try:
        once = cleaned(SHORT + text + SHORT)
    except UserError:
        return
    assert cleaned(once) == once and decode(encode(once)) == once


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


# ---- n-grams ---------------------------------------------------------------------------------------


class Slow:
    """Interpolated Kneser-Ney by dictionaries, from the formulas of Chen and Goodman 1999 (equations 16 to 18)."""

    def __init__(self, runs, alphabet, order):
        self.alphabet, self.order, self.tables = alphabet, order, {}
        seen = Counter()
        for run in runs:
            padded = [BEGIN] * (order - 1) + [*run]
            for i in range(len(run)):
                seen[tuple(padded[i : i + order])] += 1
        self.tables[order] = seen
        for length in range(order - 1, 0, -1):
            before = defaultdict(set)
            for gram in self.tables[length + 1]:
                before[gram[1:]].add(gram[0])
            self.tables[length] = Counter({gram: len(tokens) for gram, tokens in before.items()})

    def discount(self, table, count):
        n = Counter(min(c, 5) for c in table.values())
        if not n[1] or not n[2]:
            return 0.5
        share, k = n[1] / (n[1] + 2 * n[2]), min(count, 3)
        return min(max(k - (k + 1) * share * n[k + 1] / max(n[k], 1), 0.1), k - 0.1)

    def p(self, context, token, length=None):
        length = self.order if length is None else length
        if length == 0:
            return 1 / len(self.alphabet)
        table, before = self.tables[length], tuple(context[len(context) - length + 1 :])
        followers = {gram: count for gram, count in table.items() if gram[:-1] == before}
        shorter = self.p(context, token, length - 1)
        if not followers:
            return shorter
        total = sum(followers.values())
        reserved = sum(self.discount(table, count) for count in followers.values()) / total
        own = followers.get((*before, token), 0)
        return (own - self.discount(table, own) if own else 0) / total + reserved * shorter


def test_the_ngram_is_the_formulas():
    generator = np.random.default_rng(0)
    runs = tuple(generator.choice(np.arange(5, 9), length, p=[0.5, 0.3, 0.15, 0.05]) for length in (60, 1, 25))
    fast = NGram(runs, 10, (OTHER, *range(5, 10)), 3)
    slow = Slow(runs, fast.alphabet, 3)
    for context in ([0, 0], [0, 5], [5, 6], [8, 8], [9, 9], [9, 5]):
        found = fast.distribution(np.array(context))
        assert found[list(fast.alphabet)] == pytest.approx([slow.p(context, t) for t in fast.alphabet], abs=1e-12)


@pytest.mark.parametrize("order", [1, 2, 5])
def test_probabilities_of_the_ngram_sum_to_one(order):
    for name, task in {name: shipped_task(name) for name in SHIPPED}.items():
        model = task.ngram(order)
        for start in ("", "the ", "zzqx", "孟子曰", "\U0001f600", "Alice was"):
            p = model.distribution(task.read(start))
            assert p.sum() == pytest.approx(1, abs=1e-12) and p.shape == (len(task.vocabulary),), name
            assert (p[[OTHER, *range(FIRST, len(p))]] > 0).all() and p[[0, 1, 2, 3]].sum() == 0


def test_its_log_probabilities_are_those_of_its_distributions():
    task = shipped_task("alice")
    run = task.runs("test")[0][:30]
    said = task.ngram().log_prob(run)
    for place in (0, 1, 4, 17):
        assert said[place] == pytest.approx(log(task.ngram().distribution(run[:place])[run[place]]))


def loss_of_ngram(task, order=5):
    return task.ngram(order).nats(task.runs("test"))


def test_a_longer_context_helps_and_text_that_repeats_is_foreseen():
    """In bits for a character, on what was held out; the 5-gram is ready in three seconds for 300 KB."""
    for name in SHIPPED:
        task = shipped_task(name)
        nats = [loss_of_ngram(task, order) for order in (1, 2, 3, 5)]
        assert nats == sorted(nats, reverse=True) and nats[0] < log(len(task.vocabulary))
        assert nats[0] == pytest.approx(task.memoryless, rel=0.03)
    assert loss_of_ngram(shipped_task("alice")) / log(2) < 2.3
    assert loss_of_ngram(TextTask.of(SHORT, 16)) < 0.1
    text = (ENGLISH * 3)[:300_000]
    before = time.perf_counter()
    loss_of_ngram(TextTask.of(text))
    assert time.perf_counter() - before < 3


def test_discounts_are_estimated_or_half():
    """Chen and Goodman's equation 17: n1 = 10, n2 = 5, n3 = 3, n4 = 2 give Y = 1/2."""
    counts = np.repeat([1, 2, 3, 4, 9], [10, 5, 3, 2, 7])
    assert kneser_ney_discounts(counts) == pytest.approx([0, 1 - 2 * 0.5 * 0.5, 2 - 3 * 0.5 * 0.6, 3 - 4 * 0.5 * 2 / 3])
    assert kneser_ney_discounts(np.array([3, 3, 7])).tolist() == [0, 0.5, 0.5, 0.5]


def test_a_vocabulary_too_large_to_number_is_an_error():
    with pytest.raises(ValueError, match="cannot be numbered"):
        NGram((np.arange(5, 9),), 1000, (5, 6), 7).distribution(np.array([5]))
