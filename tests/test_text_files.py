"""Files with a text: in every encoding, and what cannot be learned from is refused in a sentence."""

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.texts import ACCENTS, CHINESE, FILES, SHORT

from playground.core.errors import UserError
from playground.data.tokens.text_codec import MAX_BYTES, MIN_CHARACTERS, cleaned, decode, encode, read_text

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
