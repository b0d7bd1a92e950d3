"""The command `mmbench`: questions in, replies out, scores that are known beforehand."""

import json

import pytest
from support.vision_service import Service, says

from playground.__main__ import main
from playground.evaluation.mmbench.circular import circularized
from playground.evaluation.mmbench.files import read_benchmark, write_benchmark, write_predictions
from playground.evaluation.mmbench.question import Benchmark, Row

KEYS = "AABBCCDD"


@pytest.fixture
def told(capsys):
    """The JSON object, or the text, that a command prints; with its exit code."""

    def run(*words):
        code = main(["mmbench", *map(str, words)])
        out, err = capsys.readouterr()
        return code, json.loads(out.splitlines()[-1]) if "--json" in words and not code else out, err

    return run


@pytest.fixture
def table(tmp_path):
    """Eight questions with four options, in one pass, keys balanced; two splits, two abilities."""
    rows = tuple(
        Row(
            number,
            number,
            0,
            f"Which one, {number}?",
            "",
            {label: f"thing {label.lower()}{number}" for label in "ABCD"},
            key,
            "ocr" if number % 2 else "image_style",
            "finegrained_perception (instance-level)" if number % 2 else "coarse_perception",
            "dev" if number < 4 else "test",
            None,
        )
        for number, key in enumerate(KEYS)
    )
    path = tmp_path / "small.tsv"
    path.write_bytes(write_benchmark(Benchmark("small", rows)))
    return path


@pytest.fixture
def passes(table, tmp_path, told):
    out = tmp_path / "passes.tsv"
    code, found, _ = told("circularize", table, "--out", out, "--json")
    assert code == 0 and (found["questions"], found["rows"]) == (8, 32)
    return out


def test_circularized_files_hold_every_rotation(passes, table, told):
    benchmark = read_benchmark(passes.read_bytes(), "passes.tsv")
    assert benchmark.rows == circularized(read_benchmark(table.read_bytes(), "small.tsv").rows)
    code, _, error = told("circularize", passes, "--out", passes)
    assert code == 2 and "several passes already" in error


def test_always_the_same_letter_scores_a_quarter_and_nothing_circular(passes, tmp_path, told):
    """Its closed form: each key stands once at every label."""
    out = tmp_path / "replies.tsv"
    code, ran, _ = told("run", passes, "--model", "baseline:always-a", "--out", out, "--json")
    assert code == 0 and (ran["state"], ran["done"]) == ("done", 32)
    code, found, _ = told("score", out, "--json")
    assert code == 0 and {split: one["Overall"] for split, one in found["circular"].items()} == {
        "dev": 0,
        "test": 0,
        "all splits": 0,
    }
    assert found["vanilla_all"]["all splits"]["Overall"] == 0.25 == found["vanilla_all"]["dev"]["ocr"]
    assert found["vanilla_0"]["dev"]["Overall"] == 0.5 and found["unscored"] == []
    assert [one["vanilla_0"] for one in found["per_question"]] == [key == "A" for key in KEYS]
    assert {each["letter"] for one in found["per_question"] for each in one["passes"]} == {"A"}
    del ran["scores"]["rows"]
    assert ran["scores"].items() <= found.items()


def test_missing_passes_leave_an_interval_and_are_listed(passes, tmp_path, told):
    benchmark = read_benchmark(passes.read_bytes(), "passes.tsv")
    texts = {row.index: row.answer for row in benchmark.rows}
    last = {group: rows[-1].index for group, rows in benchmark.groups().items()}
    del texts[last[3]]
    texts[last[4]] = "Z"
    out = tmp_path / "replies.csv"
    out.write_bytes(write_predictions(benchmark, texts, ".csv"))
    found = told("score", out, passes, "--json")[1]
    assert found["circular"]["all splits"]["Overall"] == [6 / 8, 7 / 8] and found["unscored"] == [3]
    assert found["circular"]["test"]["Overall"] == 3 / 4 and found["vanilla_0"]["dev"]["Overall"] == 1
    shown = told("score", out, passes)[1]
    assert "75.0% - 87.5%" in shown and "Unscored questions: 1." in shown


def test_a_file_with_one_pass_has_no_circular_score(table, tmp_path, told):
    out = tmp_path / "replies.tsv"
    _, _, error = told("run", table, "--model", "baseline:oracle", "--out", out)
    assert "one pass only" in error
    found = told("score", out, "--json")[1]
    assert found["circular"] == {} and found["vanilla_0"]["all splits"]["Overall"] == 1


def test_extraction_prints_letters_in_the_order_of_the_cases(tmp_path, told):
    cases = tmp_path / "cases.json"
    options = {"A": "cat", "B": "dog"}
    cases.write_text(
        json.dumps([{"prediction": text, "choices": options} for text in ("The answer is a dog", "hm", "B")])
    )
    assert told("extract", cases, "--extraction", "vlmevalkit", "--json")[1] == ["A", None, "B"]
    assert told("extract", cases, "--extraction", "strict", "--json")[1] == ["B", None, "B"]
    cases.write_text('[{"prediction": 3}]')
    code, _, error = told("extract", cases)
    assert code == 2 and error.count("\n") == 1


def test_a_service_is_asked_once_a_row_and_a_second_run_asks_nothing(passes, tmp_path, told, monkeypatch):
    monkeypatch.setenv("MADE_UP_KEY", "sk-made-up")
    store = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A")) as service:
        words = ["run", passes, "--model", "m", "--base-url", service.url, "--key-variable", "MADE_UP_KEY"]
        words += ["--store", store, "--prices", "2,10", "--concurrency", "5", "--json"]
        assert told(*words, "--max-calls", "10")[0] == 1 and service.asked.total() == 10
        assert told(*words, "--lazy")[1]["state"] == "done"
        assert told(*words)[1]["cost"] == pytest.approx(32 * (100 * 2 + 2 * 10) / 1e6)
        assert told(*words)[1]["paid"] == 0 and service.asked.total() == 32
    assert {one["authorization"] for one in service.headers} == {"Bearer sk-made-up"}
    assert "sk-made-up" not in store.read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("run",),
        ("run", "nowhere.tsv", "--model", "baseline:oracle"),
        ("run", "plotbench"),
        ("run", "plotbench", "--model", "baseline:nobody"),
        ("run", "plotbench", "--model", "m", "--base-url", "host"),
        ("run", "plotbench", "--model", "baseline:oracle", "--concurrency", "33"),
        ("run", "plotbench", "--model", "baseline:oracle", "--budget", "1"),
        ("run", "plotbench", "--model", "baseline:oracle", "--prices", "much"),
        ("run", "plotbench", "--model", "baseline:oracle", "--store", "calls.txt"),
        ("plotbench",),
        ("plotbench", "--out", "x.doc"),
        ("score", "nowhere.tsv"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_one_sentence(words, told):
    code, out, error = told(*words)
    assert code == 2 and not out and error.startswith("playground: ") and error.count("\n") == 1


def test_plotbench_is_written_with_all_its_passes(tmp_path, told):
    out = tmp_path / "plotbench.tsv"
    found = told("plotbench", "--out", out, "--json")[1]
    benchmark = read_benchmark(out.read_bytes(), out.name)
    assert found["rows"] == len(benchmark.rows) == sum(len(rows[0].options) for rows in benchmark.groups().values())
    assert found["questions"] == len(benchmark.groups()) >= 120
