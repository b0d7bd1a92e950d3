"""A judge over a real socket: asked only where no rule reads a reply, never twice, and never taken for the model."""

import asyncio
import json

import pytest
from support.mmbench import benchmark, question
from support.vision_service import Reply, Service, says

from playground.__main__ import main
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.extraction.replies import extracted
from playground.evaluation.mmbench.files import write_benchmark, write_predictions
from playground.evaluation.mmbench.judge import TRIES, judge_prompt, judged, unread
from playground.evaluation.mmbench.store import Store, read

GIVEN = benchmark(question(1, ["cat", "dog"], "A"), question(2, ["fox", "owl"], "B"))
ROWS = list(GIVEN.rows)
VAGUE = "an animal that likes to be stroked"
TEXTS = dict.fromkeys((row.index for row in ROWS), VAGUE) | {ROWS[0].index: "A"}


def ask(service, store, texts=TEXTS, mode="strict", **options):
    rows = unread(ROWS, texts, extracted(ROWS, texts, mode))
    judge = Endpoint(service.url, "j", blind=True, attempts=1, **options)
    return asyncio.run(asyncio.wait_for(judged(rows, texts, judge, store, mode=mode), 30))


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "calls.jsonl") as store:
        yield store


@pytest.mark.parametrize("mode", ["strict", "vlmevalkit"])
def test_only_what_no_rule_reads_is_asked_and_neither_picture_nor_key_is_told(mode, store):
    texts = {ROWS[0].index: "A", ROWS[1].index: "Failed to obtain answer via API", ROWS[2].index: VAGUE}
    with Service(lambda body, tries: says("B")) as service:
        found = ask(service, store, texts, mode).found
    assert {index: (one.letter, one.rule) for index, one in found.items()} == {ROWS[2].index: ("B", "judge")}
    ((part,),) = [body["messages"][0]["content"] for body in service.bodies]
    assert part == {"type": "text", "text": judge_prompt(ROWS[2], VAGUE)}
    assert part["text"].endswith(
        f"Question: {ROWS[2].question}\nOptions: A. fox B. owl\nAnswer: {VAGUE}\nYour output: "
    )


def test_none_of_the_options_is_a_letter_too(store):
    with Service(lambda body, tries: says("Z")) as service:
        assert {one.letter for one in ask(service, store).found.values()} == {"Z"}


def test_a_question_in_chinese_is_put_in_chinese():
    (row, _) = question(3, ["猫", "狗"], "A", question="图中是什么？")
    assert judge_prompt(row, "毛茸茸").endswith("问题：图中是什么？\n选项：A. 猫 B. 狗\n答案：毛茸茸\n输出：")


def test_an_unclear_judge_is_asked_three_times_and_then_a_letter_is_drawn_with_a_seed(store):
    with Service(lambda body, tries: says("hm")) as service:
        first = ask(service, store)
        again = ask(service, store)
        assert service.asked.total() == TRIES * len(first.found)  # the second time none
    assert first == again and {one.rule for one in first.found.values()} == {"judge: drawn"}
    assert all(one.letter in {"A", "B", "Z"} for one in first.found.values())


def test_a_judge_that_finds_its_words_in_the_third_try_is_believed(store):
    texts = {ROWS[2].index: VAGUE}
    with Service(lambda body, tries: says("A" if tries == TRIES else "hm")) as service:
        found = ask(service, store, texts).found
    assert found[ROWS[2].index].letter == "A" and found[ROWS[2].index].rule == "judge"


def test_a_judge_that_does_not_answer_decides_nothing_and_is_asked_again_later(store):
    with Service(lambda body, tries: Reply({}, 500)) as service:
        down = ask(service, store)
    assert {(one.letter, one.rule) for one in down.found.values()} == {(None, "judge: failed")}
    assert "500" in str(down.reason)
    with Service(lambda body, tries: says("A")) as service:
        up = ask(service, store)
    assert {one.rule for one in up.found.values()} == {"judge"}


@pytest.fixture
def replies(tmp_path):
    path = tmp_path / "replies.tsv"
    texts = {row.index: VAGUE if row.group == 2 else row.answer for row in ROWS}
    path.write_bytes(write_predictions(GIVEN, texts, ".tsv"))
    return path


def told(capsys, *words):
    code = main(["mmbench", *map(str, words), "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out else None, err


def test_scores_with_a_judge_and_without(replies, tmp_path, capsys):
    calls = tmp_path / "judge.jsonl"
    _, without, _ = told(capsys, "score", replies)
    assert without["circular"]["dev"]["Overall"] == 0.5 and "judge" not in without

    def right(body, tries):
        return says("A" if "A. owl" in body["messages"][0]["content"][0]["text"] else "B")

    with Service(right) as service:
        words = ["score", replies, "--judge", "j", "--judge-url", service.url, "--store", calls]
        code, found, _ = told(capsys, *words)
        assert told(capsys, *words)[1] == found and service.asked.total() == 2  # never asked twice
    assert code == 0 and found["circular"]["dev"]["Overall"] == 1
    assert found["judge"] == {"model": "j", "matched": 2, "drawn": 0, "failed": 0}
    rules = [one["rule"] for each in found["per_question"] for one in each["passes"]]
    assert rules[2:] == ["judge", "judge"] and "judge" not in rules[:2]
    assert len(read(calls).answers) == 2


def test_a_judge_that_is_down_leaves_an_interval_and_says_why(replies, capsys):
    with Service(lambda body, tries: Reply({}, 401)) as service:
        code, found, error = told(capsys, "score", replies, "--judge", "j", "--judge-url", service.url)
    assert code == 1 and "refuses the key" in error
    assert found["circular"]["dev"]["Overall"] == [0.5, 1] and found["judge"]["failed"] == 2


def test_a_run_asks_the_model_and_then_the_judge_and_each_gets_its_own_key(tmp_path, capsys, monkeypatch):
    table, calls = tmp_path / "q.tsv", tmp_path / "calls.jsonl"
    table.write_bytes(write_benchmark(GIVEN))
    monkeypatch.setenv("MODEL_KEY", "model-key")
    monkeypatch.setenv("JUDGE_KEY", "judge-key")
    with Service(lambda body, tries: says(VAGUE)) as model, Service(lambda body, tries: says("A")) as judge:
        words = ["run", table, "--model", "m", "--base-url", model.url, "--key-variable", "MODEL_KEY"]
        words += ["--store", calls, "--judge", "j", "--judge-url", judge.url]
        code, found, _ = told(capsys, *words)
        assert code == 0 and found["scores"]["judge"]["matched"] == 4 == judge.asked.total() == model.asked.total()
        assert not any("authorization" in headers for headers in judge.headers)  # the model's key stays where it was
        told(capsys, *words, "--judge-key-variable", "JUDGE_KEY")
        assert judge.asked.total() == 4
    assert {headers["authorization"] for headers in model.headers} == {"Bearer model-key"}
    assert "model-key" not in calls.read_text() and len(read(calls).answers) == 8


def test_cases_are_judged_where_no_rule_reads_them(tmp_path, capsys):
    cases = [{"prediction": "B", "choices": {"A": "cat", "B": "dog"}}]
    cases += [{"prediction": VAGUE, "choices": {"A": "cat", "B": "dog"}, "question": "Which?"}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    assert told(capsys, "extract", path)[1] == ["B", None]
    with Service(lambda body, tries: says("A")) as service:
        assert told(capsys, "extract", path, "--judge", "j", "--judge-url", service.url)[:2] == (0, ["B", "A"])


@pytest.mark.parametrize("words", [["--judge", "j"], ["--judge-url", "http://localhost:1/v1"]])
def test_half_a_judge_is_a_sentence(words, replies, capsys):
    code, _, error = told(capsys, "score", replies, *words)
    assert code == 2 and "--judge" in error
