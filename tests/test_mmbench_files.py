"""The official file of MMBench, with its oddities; whatever is wrong with one is a sentence."""

import base64
import csv
import io
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.mmbench import benchmark, picture, question

from playground.core.errors import UserError
from playground.core.foreign_text import cell, from_cell
from playground.evaluation.mmbench.files import (
    check_predictions,
    read_benchmark,
    read_predictions,
    write_benchmark,
    write_predictions,
)
from playground.evaluation.mmbench.question import OFFICIAL, Benchmark
from playground.evaluation.mmbench.tables import SUFFIXES, Table, read_table, write_table

RED, BLUE = (base64.b64encode(picture(name)).decode() for name in ("red", "blue"))
ODD = ["None", "nan", "NA", "", "=1+1", "-5", "'quoted'", "'=x", "@a", "two\nlines\tand a tab", '"', " 猫 ", "1.0"]
"""Texts that readers and spreadsheets like to change."""


def tsv(*rows: dict[str, object], columns: tuple[str, ...] = ()) -> bytes:
    names = columns or tuple(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t", lineterminator="\n").writerows(
        [names, *([str(row.get(name, "")) for name in names] for row in rows)]
    )
    return text.getvalue().encode()


def asked(index: object = 1, **more: object) -> dict[str, object]:
    return {"index": index, "question": "What?", "A": "cat", "B": "dog", "answer": "B", "image": RED} | more


def small() -> Benchmark:
    return benchmark(
        question(1, ["None", "dog", "=1+1"], "B", hint="two\nlines", l2="attribute_reasoning", source="s"),
        question(2, ["-5", "nan"], None, image=picture("blue"), split="test"),
    )


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".parquet"])
def test_a_benchmark_is_the_same_after_writing_and_reading(suffix):
    given = small()
    again = read_benchmark(write_benchmark(given, suffix), f"a{suffix}")
    assert again.rows == given.rows and again.key == given.key and again.name == "a"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_predictions_are_apart_from_the_questions_or_beside_them(suffix):
    texts = {row.index: text for row, text in zip(small().rows, ODD, strict=False)}
    raw = write_predictions(small(), texts, suffix)
    assert read_predictions(raw, f"p{suffix}").texts == texts
    beside = read_benchmark(raw, f"p{suffix}")
    assert [row.options for row in beside.rows] == [row.options for row in small().rows if row.index in texts]
    check_predictions(small(), read_predictions(raw, f"p{suffix}"))
    with pytest.raises(UserError, match="belongs to no row of small"):
        check_predictions(small(), read_predictions(tsv({"index": 99, "prediction": "A"}), "q.tsv"))


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("text", ODD)
def test_every_cell_comes_back_as_it_was(suffix, text):
    raw = write_table(["index", "A"], [{"index": "1", "A": text}], suffix)
    assert read_table(raw, f"t{suffix}") == Table(("index", "A"), ({"index": "1", "A": text},))


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".parquet"])
@pytest.mark.parametrize("text", ["A\rB", "\r", "\r=1+1", "A\r\n"])
def test_a_return_inside_a_reply_does_not_end_its_row(suffix, text):
    rows = ({"prediction": text, "index": "1"}, {"prediction": "B", "index": "2"})
    raw = write_table(["prediction", "index"], rows, suffix)
    assert read_table(raw, f"t{suffix}").rows == rows


@given(st.text())
def test_what_is_escaped_for_spreadsheets_comes_back(text):
    assert from_cell(cell(text)) == text


def test_spreadsheets_compute_nothing_that_a_model_wrote():
    rows = [{"prediction": text} for text in ("=HYPERLINK(1)", "+1+2", "-2-3", "@SUM(1)", "-5", "B")]
    lines = write_table(["prediction"], rows, ".csv").decode().splitlines()[1:]
    assert lines == ["'=HYPERLINK(1)", "'+1+2", "'-2-3", "'@SUM(1)", "-5", "B"]
    sheet = openpyxl.load_workbook(io.BytesIO(write_table(["prediction"], rows, ".xlsx"))).worksheets[0]
    assert {cell.data_type for cell in sheet["A"]} == {"s"} and sheet["A2"].quotePrefix


def test_pandas_reads_the_same_table():
    raw = write_benchmark(small())
    table = pd.read_csv(io.BytesIO(raw), sep="\t", dtype=str, keep_default_na=False)
    assert tuple(table.columns) == read_table(raw, "a.tsv").columns
    assert table.to_dict("records") == list(read_table(raw, "a.tsv").rows)


def test_a_workbook_whose_cells_are_numbers():
    whole = io.BytesIO()
    pd.DataFrame({"index": [1.0], "question": ["How many?"], "A": [4], "B": [2.5], "answer": ["A"]}).to_excel(
        whole, index=False
    )
    (row,) = read_benchmark(whole.getvalue(), "a.xlsx").rows
    assert row.index == 1 and row.options == {"A": "4", "B": "2.5"} and row.answer == "A" and row.image is None


def test_the_copy_of_the_hub_writes_nan_for_nothing():
    """Facts of lmms-lab/MMBench as evalscope 1.14.1 and lmms-eval 0.7.3 read it: pictures as bytes, "L2-category" with
    a capital, "nan" for a missing hint or option; passes are rows at index + 10^6."""
    shared = {"question": "Which?", "hint": "nan", "C": "nan", "D": "nan", "category": "ocr", "source": "nan"}
    shared |= {"L2-category": "coarse_perception", "comment": "nan", "split": "dev", "image": {"bytes": picture()}}
    rows = [
        {"index": 7, "A": "cat", "B": "nan", "answer": "A"},
        {"index": 1_000_007, "A": "nan", "B": "cat", "answer": "B"},
        {"index": 8, "A": "cat", "B": "dog", "C": "nan", "answer": "C"},
    ]
    whole = io.BytesIO()
    pd.DataFrame([{**shared, **row} for row in rows]).to_parquet(whole)
    first, second, third = read_benchmark(whole.getvalue(), "dev.parquet").rows
    assert (first.hint, first.comment, first.source, first.l2) == ("", "", "", "coarse_perception")
    assert first.options == {"A": "cat", "B": "nan"} and second.options == {"A": "nan", "B": "cat"}  # a word, here
    assert (first.number, second.number, first.group) == (0, 1, 7) and first.image == picture()
    assert third.options == {"A": "cat", "B": "dog", "C": "nan"}  # the key says that it is an option


def test_pictures_in_parquet_are_bytes():
    whole = io.BytesIO()
    frame = pd.DataFrame([asked(image={"bytes": picture(), "path": None}), asked(2, image=None)])
    frame.to_parquet(whole)
    assert [row.image for row in read_benchmark(whole.getvalue(), "a.parquet").rows] == [picture(), None]


def test_a_picture_stands_once_and_others_name_its_row():
    lines = read_table(write_benchmark(small()), "a.tsv").rows
    assert [line["image"] for line in lines] == [RED, "1", "1", BLUE, "2"]
    hops = tsv(asked(5), asked(1_000_005, image=5), asked(7, image=f"['{BLUE}']"), asked(8, image="[7]"))
    assert [row.image for row in read_benchmark(hops, "a.tsv").rows] == [picture(), picture()] + [picture("blue")] * 2


def test_groups_and_passes():
    rows = read_benchmark(tsv(asked(1_000_005), asked(5), asked(0), asked(1_000_000)), "a.tsv").groups()
    assert {group: [(row.index, row.number) for row in found] for group, found in rows.items()} == {
        5: [(5, 0), (1_000_005, 1)],
        0: [(0, 0), (1_000_000, 1)],  # question 0 of the kit's defect: its second pass is no question of its own
    }
    large = tsv(asked(3_000_001, g_index=3_000_001), asked(13_000_001, g_index=3_000_001))
    assert [(row.group, row.number) for row in read_benchmark(large, "a.tsv").rows] == [(3_000_001, 0), (3_000_001, 1)]
    (late,) = read_benchmark(tsv(asked(2_000_005)), "a.tsv").rows
    assert (late.group, late.number) == (5, 2)
    odd = tsv(asked(70, g_index=7), asked(71, g_index=7))
    assert [row.number for row in read_benchmark(odd, "a.tsv").rows] == [0, 1]


def test_rows_without_a_key_or_options_and_rows_that_are_there_twice():
    rows = read_benchmark(tsv(asked(answer=""), asked(2, A="", B="", answer="42"), asked(answer="")), "a.tsv").rows
    assert [(row.answer, dict(row.options)) for row in rows] == [(None, {"A": "cat", "B": "dog"}), (None, {})]
    assert rows[0].split == "none"


def test_a_utf16_file_with_names_in_capitals():
    text = 'INDEX\tQuestion\tA\tB\tL2_Category\n1\t"Was?"\tcat\tdog\tx\n\n'
    (row,) = read_benchmark(text.encode("utf-16"), "a.TSV").rows
    assert row.question == "Was?" and row.l2 == "x"


def test_pictures_in_a_folder_stay_in_it(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(picture())
    (tmp_path / "secret.png").write_bytes(picture())
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    (row,) = read_benchmark(tsv(asked(image="", image_path="a.png")), "a.tsv", tmp_path / "in").rows
    assert row.image == picture()
    for path in ("../secret.png", str(tmp_path / "secret.png"), "C:\\a.png", "..\\a.png", "link.png", "no.png", "a\0"):
        with pytest.raises(UserError, match="Row with index 1: the p"):
            read_benchmark(tsv(asked(image="", image_path=path)), "a.tsv", tmp_path / "in")


def test_the_key_is_of_the_content():
    one = small()
    assert Benchmark("other", tuple(reversed(one.rows))).key == one.key
    for changed in ({"answer": "A"}, {"hint": "x"}, {"image": None}, {"options": {"A": "cat", "B": "dog"}}):
        assert Benchmark("small", (replace(one.rows[0], **changed), *one.rows[1:])).key != one.key
    assert one.official is None and OFFICIAL[1784, 6666] == "MMBench_TEST_EN"


REFUSED = {
    "empty": (b"", "empty"),
    "no rows": (b"index\tquestion\n", "no questions"),
    "no question": (b"index\n1\n", "no column question"),
    "no heading": (b"index\t\tquestion\n1\t2\t3\n", "name every column"),
    "two columns": (b"index\tquestion\tA\tA\n", "Two columns are called A"),
    "ragged": (b"index\tquestion\n1\ta\tb\n", "Row 2 has 3 cells"),
    "quotes": (b'index\tquestion\n1\t"a\n', "quotation marks"),
    "bytes": (b"index\tquestion\n1\t\xff\n", "UTF-8"),
    "index": (tsv(asked("1.5")), "whole number"),
    "large index": (tsv(asked("9" * 19)), "whole number"),
    "negative": (tsv(asked("-1")), "whole number"),
    "group": (tsv(asked(g_index="x")), 'Row 2: the column g_index must hold a whole number, not "x"'),
    "conflict": (tsv(asked(), asked(answer="A")), "Two different rows"),
    "gap": (tsv(asked(C="", D="owl")), "without a gap"),
    "one option": (tsv(asked(B="", answer="A")), "at least two"),
    "key": (tsv(asked(answer="C")), 'the answer "C" is not'),
    "not base64": (tsv(asked(image="!" * 65)), "not base64"),
    "not a picture": (tsv(asked(image="A" * 100)), "not PNG"),
    "short": (tsv(asked(image="abc")), "must be base64, or"),
    "two hops": (tsv(asked(image=2), asked(2, image=3), asked(3)), "must be base64, or"),
    "nowhere": (tsv(asked(image=2)), "must be base64, or"),
    "two pictures": (tsv(asked(image=f"['{RED}', '{BLUE}']")), "one picture only"),
    "code": (tsv(asked(image="[__import__('os').getcwd()]")), "cannot be read"),
    "deep": (tsv(asked(image="[" * 5000)), "cannot be read"),
    "path alone": (tsv(asked(image="", image_path="a.png")), "in another file"),
    "no passes": (tsv(asked(), asked(1_000_001, B="fox")), "Add g_index"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_a_sentence(name):
    raw, words = REFUSED[name]
    with pytest.raises(UserError, match=words):
        read_benchmark(raw, "a.tsv")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_bytes_of_another_kind_are_a_sentence(suffix):
    for raw in (b"\x89PNG\r\n", b"PK\x03\x04rest", b"PAR1....PAR1", bytes(200)):
        with pytest.raises(UserError):
            read_benchmark(raw, f"a{suffix}")
    with pytest.raises(UserError, match="ends in"):
        read_benchmark(b"", "a.pkl")
    with pytest.raises(UserError, match="Choose TSV"):
        write_table(["prediction"], [{"prediction": "x" * 40_000}], ".xlsx")


CELLS = st.one_of(st.text(max_size=8), st.sampled_from(["1", "0", "2.0", "A", "dog", RED, "[1]", "['", "1e9", "-1"]))
COLUMNS = ["index", "question", "hint", "A", "B", "C", "answer", "image", "split", "g_index", "image_path"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.fixed_dictionaries({name: CELLS for name in COLUMNS}), max_size=4), st.sampled_from([".tsv", ".csv"])
)
def test_malformed_rows_give_sentences(rows, suffix):
    raw = write_table(COLUMNS, [asked(**row) for row in rows] if rows else [], suffix)
    try:
        assert read_benchmark(raw, f"a{suffix}").rows
    except UserError as error:
        assert str(error).endswith((".", "?"))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(SUFFIXES))
def test_malformed_bytes_give_sentences(raw, suffix):
    for read in (read_benchmark, read_predictions):
        try:
            read(raw, f"a{suffix}")
        except UserError as error:
            assert str(error).endswith((".", "?"))
