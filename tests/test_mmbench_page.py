"""The page of MMBench: opens alive, every tab and model, files of one's own, a service on loopback."""

import csv
import io
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest
from support.mmbench import benchmark as small
from support.mmbench import question
from support.pages import ROOT, opened
from support.vision_service import Service, says

from playground.core.i18n import LANGUAGES
from playground.evaluation.mmbench.compare import compare
from playground.evaluation.mmbench.files import write_benchmark, write_predictions
from playground.evaluation.mmbench.tables import read_table
from playground.ui.mmbench import allowed, judging, service
from playground.ui.mmbench.downloads import COLUMNS, per_question
from playground.ui.mmbench.once import once
from playground.ui.mmbench.runs import TITLES, built_in, built_in_run, pictured

PAGE = ROOT / "pages" / "mmbench.py"
TABS = ("abilities", "questions", "bias", "extraction", "compare", "lesson", "downloads")


def pick(at: AppTest, name: str, value: str) -> AppTest:
    (widget,) = [one for one in at.selectbox if (one.key or "").startswith(f"mmbench {name} ")]
    widget.set_value(value).run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def scores(at: AppTest, begin: int = 0) -> list[str]:
    """The three figures; below the watch of a service they are the last."""
    return [one.value for one in at.metric][begin:][:3]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens(tab, lang):
    at = opened(PAGE, lang=lang, tab=tab)
    assert not at.error and not at.warning
    assert scores(at) == ["73.3 %", "70.5 %", "57.5 %"]
    drawn = len(at.get("plotly_chart")) + len(at.dataframe) + len(at.get("download_button"))
    assert drawn >= 1


@pytest.mark.parametrize("name", TITLES)
def test_every_offline_model_is_scored(name):
    at = opened(PAGE, mmbench__model=name, tab="bias")
    tally = built_in_run(name).strict.scores.tally()
    assert scores(at)[2] == f"{100 * tally.value:.1f} %"


def test_the_address_says_what_is_chosen_and_survives_another_page():
    at = opened(PAGE)
    pick(at, "model", "always-a")
    pick(at, "mode", "vlmevalkit")
    assert at.query_params["mmbench.model"] == "always-a" and at.query_params["mmbench.mode"] == "vlmevalkit"
    assert scores(at)[2] == "0.0 %"
    at.switch_page(str(ROOT / "pages" / "home.py")).run()
    at.switch_page(str(PAGE)).run()
    assert scores(at)[2] == "0.0 %"


def test_a_filter_and_the_buttons_walk_through_the_questions():
    at = opened(PAGE, tab="questions", mmbench__model="always-a")
    first = at.text[0].value
    at.button(key="mmbench next").click().run()
    assert not at.exception and at.text[0].value
    passes = at.dataframe[0].value
    assert set(passes["Letter"]) == {"A"} and list(passes["Right"]).count("✓") == 1 and passes["Right"][0] == "✓"
    at.button(key="mmbench previous").click().run()
    assert at.text[0].value == first


def test_sentences_change_the_score_by_the_extraction_alone():
    at = opened(PAGE, tab="extraction")
    after = at.table[0].value
    at.toggle(key="mmbench talks").set_value(False).run()
    before = at.table[0].value
    assert list(before["strict"]) == list(before["as VLMEvalKit"])
    assert list(after["strict"]) == list(before["strict"]) and list(after["as VLMEvalKit"]) != list(before["strict"])
    at.text_input(key="mmbench reply").set_value("The answer is dog").run()
    assert [block.value[:13] for block in at.markdown if block.value.startswith("strict: ")] == ["strict: **B**"]


def with_files(raw: bytes, name: str, questions: bytes | None = None) -> AppTest:
    at = opened(PAGE)
    pick(at, "model", "own")
    at.file_uploader(key="mmbench predictions").upload(name, raw, "text/plain")
    if questions is not None:
        at.file_uploader(key="mmbench questions").upload("questions.tsv", questions, "text/plain")
    at.run()
    assert not at.exception
    return at


def compared(at: AppTest, side: str, title: str) -> AppTest:
    """Pick a run to compare, by its title."""
    (widget,) = [one for one in at.selectbox if one.key.startswith(f"mmbench {side} ")]
    widget.select_index([one for one in widget.options].index(title)).run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def replies_of(name: str) -> bytes:
    run = built_in_run(name)
    return write_predictions(run.benchmark, run.texts)


def test_own_runs_are_kept_named_and_compared():
    at = opened(PAGE, tab="compare")
    pick(at, "model", "own")
    for file, name in (("mine.tsv", "always-a"), ("mine.tsv", "knows-passes")):  # two files may have one name
        at.file_uploader(key="mmbench predictions").upload(file, replies_of(name), "text/plain").run()
    (field,) = [one for one in at.text_input if one.key.startswith("mmbench title ")]
    assert field.value == "mine (2)"
    field.set_value("mine").run()  # is taken
    (field,) = [one for one in at.text_input if one.key.startswith("mmbench title ")]
    assert field.value == "mine (2)"
    field.set_value("better").run()
    compared(compared(at, "first", "mine"), "second", "better")
    assert not at.error
    found = compare(*(built_in_run(name).strict.scores for name in ("always-a", "knows-passes")))
    table = [
        one.value for one in at.dataframe if "mine right" in one.value.columns or "better right" in one.value.columns
    ]
    assert list(table[0]["better right"]) == [str(found.both), str(found.only_second)]
    (sentence,) = [one.value for one in at.markdown if one.value.startswith("better minus mine: ")]
    assert f"{100 * found.difference:+.1f} points" in sentence
    (by_ability,) = [one.value for one in at.dataframe if "better" in one.value.columns]
    assert len(by_ability) == 6 and sum(map(int, by_ability["Questions"])) == found.n
    questions = [one.value for one in at.dataframe if list(one.value.columns) == ["Question", "Ability", "Text"]]
    assert len(questions[0]) == found.only_second and found.only_first == 0
    passes = [one.value for one in at.dataframe if "Letter" in one.value.columns]
    assert len(passes) == 2 and set(passes[0]["Letter"]) == {"A"} and set(passes[1]["Right"]) == {"✓"}
    pick(at, "model", next(one for one in at.session_state["mmbench kept"]))  # drilled into like any other
    assert scores(at)[2] == "0.0 %"


def test_what_is_set_in_a_tab_outlives_a_new_run():
    at = opened(PAGE, tab="extraction")
    at.text_input(key="mmbench reply").set_value("It is B").run()
    pick(at, "model", "own")
    at.file_uploader(key="mmbench predictions").upload("mine.tsv", replies_of("random"), "text/plain").run()
    (models,) = [one for one in at.selectbox if one.key.startswith("mmbench model ")]
    assert "mine" in models.options and models.value == "own"
    assert at.text_input(key="mmbench reply").value == "It is B"


def test_other_questions_cannot_be_compared():
    given = small(question(1, ["cat", "dog"], "A"), question(2, ["fox", "owl"], "B"))
    raw = write_predictions(given, {row.index: "A" for row in given.rows})
    at = opened(PAGE, tab="compare")
    pick(at, "model", "own")
    at.file_uploader(key="mmbench predictions").upload("mine.tsv", replies_of("random"), "text/plain").run()
    at.file_uploader(key="mmbench predictions").upload("other.tsv", raw, "text/plain").run()
    compared(compared(at, "first", "mine"), "second", "other")
    (said,) = [one.value for one in at.info]
    assert said == "mine and other answer different questions, so they cannot be compared."
    compared(at, "first", "Always A")  # which answers any
    assert not at.info and not at.error
    compared(at, "first", "Small CNN")
    assert "PlotBench" in at.error[0].value


@pytest.mark.parametrize("suffix", [".tsv", ".csv", ".xlsx"])
def test_own_predictions_are_scored(suffix):
    run = built_in_run("knows-passes")
    at = with_files(write_predictions(run.benchmark, run.texts, suffix), f"mine{suffix}")
    assert not at.error and scores(at)[2] == f"{100 * run.strict.scores.tally().value:.1f} %"


def test_bare_predictions_are_about_plotbench_and_may_be_incomplete():
    rows = built_in().rows[:100]
    raw = "index\tprediction\n" + "\n".join(f"{row.index}\t{row.answer}" for row in rows)
    at = with_files(raw.encode(), "some.tsv")
    assert not at.error and scores(at)[2] == "0.0 – 100.0 %"


def test_questions_may_come_in_a_file_of_their_own():
    run = built_in_run("oracle")
    raw = "index,prediction\n" + "\n".join(f"{index},{text}" for index, text in run.texts.items())
    at = with_files(raw.encode(), "mine.csv", write_benchmark(run.benchmark))
    assert not at.error and scores(at) == ["100.0 %"] * 3


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"index\tanswer\n1\tA\n", "no column prediction"),
        (b"index\tprediction\none\tA\n", "whole number"),
        (b"index\tprediction\n999\tA\n", "belongs to no row"),
        (b"\xff\x00\xfe", "UTF-8"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(raw, said):
    at = with_files(raw, "bad.tsv")
    (error,) = at.error
    assert said in error.value and "random model" in error.value
    assert scores(at)[2] == f"{100 * built_in_run('random').strict.scores.tally().value:.1f} %"


def test_the_table_of_questions_says_what_became_of_each():
    run = built_in_run("always-a")
    rows = list(csv.DictReader(io.StringIO(per_question(run, "strict", ".csv").decode())))
    assert tuple(rows[0]) == COLUMNS and len(rows) == len(run.benchmark.groups())
    assert {row["circular"] for row in rows} == {"0"} and {row["right_passes"] for row in rows} == {"1"}
    table = read_table(per_question(run, "strict", ".xlsx"), "t.xlsx")
    assert [dict(row) for row in table.rows] == rows


def test_a_service_is_offered_only_where_it_may_be_called(monkeypatch):
    def offered() -> bool:
        at = opened(PAGE)
        (widget,) = [one for one in at.selectbox if (one.key or "").startswith("mmbench model ")]
        return any("chat/completions" in option for option in widget.options)

    monkeypatch.setattr(allowed, "local", lambda: False)
    assert not offered()
    monkeypatch.setenv("PLAYGROUND_ENDPOINTS", "127.0.0.1:9")
    assert offered()
    monkeypatch.setenv("PLAYGROUND_ENDPOINTS", "")
    assert not offered()
    monkeypatch.delenv("PLAYGROUND_ENDPOINTS")
    monkeypatch.setattr(allowed, "local", lambda: True)
    assert offered()
    monkeypatch.setenv("SPACE_ID", "a/b")
    assert not offered()


def ask(at: AppTest, url: str, **more) -> AppTest:
    at.text_input(key="mmbench service url").set_value(url)
    at.text_input(key="mmbench service model").set_value("m")
    for key, value in more.items():
        at.number_input(key=f"mmbench service {key}").set_value(value)
    (start,) = [button for button in at.button if button.label == "Start"]
    start.click().run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def test_a_service_is_asked_watched_and_scored(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    with Service(lambda body, tries: says("A")) as loopback:
        monkeypatch.setenv("PLAYGROUND_ENDPOINTS", loopback.url.split("/")[2])
        at = pick(opened(PAGE), "model", "service")
        at = ask(at, "http://127.0.0.1:9/v1")
        assert "does not call" in at.error[0].value and loopback.asked.total() == 0
        at = ask(at, loopback.url, calls=40)
        background = at.session_state[service.PLACE]
        background.join(30)
        at.run()
        assert background.progress.state == "budget" and loopback.asked.total() == 40
        at = ask(at, loopback.url, calls=None)
        background = at.session_state[service.PLACE]
        background.join(60)
        at.run()
        assert background.progress.state == "done"
        assert loopback.asked.total() == len(built_in().rows)  # nothing was asked twice
    assert not at.error
    values = [one.value for one in at.metric]
    assert f"{len(built_in().rows)} / {len(built_in().rows)}" in values and "0.0 %" in values
    pick(at, "model", next(iter(at.session_state["mmbench kept"])))  # it stays when the form is gone
    assert scores(at)[2] == "0.0 %" and not [one for one in at.button if one.label == "Start"]


def file_of_two(passes: bool = True) -> bytes:
    """An own file of questions, with pictures."""
    rows = [question(7, ["cat", "dog", "fox"], "A"), question(8, ["owl", "elk"], "B")]
    return write_benchmark(small(*(rows if passes else [of[:1] for of in rows])))


def with_questions(raw: bytes) -> AppTest:
    at = pick(opened(PAGE, tab="questions"), "model", "service")
    at.file_uploader(key="mmbench asked questions").upload("two.tsv", raw, "text/plain").run()
    assert not at.exception, at.exception[0].stack_trace
    return at


@pytest.mark.parametrize("passes", [True, False])
def test_a_service_is_asked_a_file_of_ones_own(passes, monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    with Service(lambda body, tries: says("A")) as loopback:
        monkeypatch.setenv("PLAYGROUND_ENDPOINTS", loopback.url.split("/")[2])
        at = with_questions(file_of_two(passes))
        assert any("2 questions, 5 rows" in one.value for one in at.caption)
        ask(at, loopback.url)
        at.session_state[service.PLACE].join(60)
        at.run()
        assert loopback.asked.total() == 5 and not at.error
        assert {body["messages"][0]["content"][0]["type"] for body in loopback.bodies} == {"image_url"}
        assert scores(at, -3) == ["50.0 %", "40.0 %", "0.0 %"]
        assert at.text[0].value == "What is in picture 7?"  # drilled into like PlotBench
        assert "This question has no picture." not in [one.value for one in at.caption]
        ask(at, loopback.url)
        at.session_state[service.PLACE].join(60)
        assert loopback.asked.total() == 5  # nothing is paid for twice
        if not passes:
            at.toggle(key="mmbench asked rotations").set_value(False).run()
            ask(at, loopback.url)
            at.session_state[service.PLACE].join(60)
            at.run()
            assert scores(at, -3) == ["50.0 %", "50.0 %", "–"]
    assert len(list((tmp_path / "mmbench").glob("*.jsonl"))) == (1 if passes else 2)


def test_the_operators_key_is_not_lent_to_questions_of_ones_own(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    monkeypatch.setenv("THE_KEY", "secret")
    with Service(lambda body, tries: says("A")) as loopback:
        monkeypatch.setenv("PLAYGROUND_ENDPOINTS", f"{loopback.url.split('/')[2]}=THE_KEY")
        at = ask(with_questions(file_of_two()), loopback.url)
        assert "PlotBench only" in at.error[0].value and loopback.asked.total() == 0
        at.file_uploader(key="mmbench asked questions").clear().run()
        ask(at, loopback.url, calls=3)
        at.session_state[service.PLACE].join(60)
        assert loopback.asked.total() == 3


def is_judge(body: dict) -> bool:
    return body["messages"][0]["content"][-1]["text"].startswith("Match the answer")


def judge(at: AppTest, url: str) -> AppTest:
    at.toggle(key="mmbench judge").set_value(True).run()
    at.text_input(key="mmbench judge url").set_value(url)
    at.text_input(key="mmbench judge model").set_value("j")
    (button,) = [one for one in at.button if one.label.startswith("Ask about ")]
    button.click().run()
    assert not at.exception, at.exception[0].stack_trace
    return at


def test_a_judge_reads_what_no_rule_can_read(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    monkeypatch.setenv("THE_KEY", "secret")
    with Service(lambda body, tries: says("A" if is_judge(body) else "hmm, the first")) as loopback:
        monkeypatch.setenv("PLAYGROUND_ENDPOINTS", f"{loopback.url.split('/')[2]}=THE_KEY")
        at = pick(opened(PAGE, tab="extraction"), "model", "service")
        ask(at, loopback.url, calls=30)
        at.session_state[service.PLACE].join(60)
        at.run()
        at = judge(at, loopback.url)
        at.session_state[judging.PLACE][0].join(60)
        at.run()
        asked = [body for body in loopback.bodies if is_judge(body)]
        assert 0 < len(asked) <= 30 and all(len(body["messages"][0]["content"]) == 1 for body in asked)
        assert any("30 named by the judge, 0 drawn at random, 0 not answered" in one.value for one in at.markdown)
        shift = next(one.value for one in at.dataframe if "with it" in one.value.columns)
        assert list(shift["without a judge"]) != list(shift["with it"])
        pick(at, "model", list(at.session_state["mmbench kept"])[-1])
        assert "m, judged by j" in [one.value.partition(":")[0] for one in at.markdown]
        assert scores(at)[0] == next(iter(shift["with it"]))
        at = pick(at, "model", "own")  # what a visitor wrote is not read with the operator's key
        bare = f"index\tprediction\n{built_in().rows[0].index}\tis it the second one?\n"
        at.file_uploader(key="mmbench predictions").upload("mine.tsv", bare.encode(), "text/plain").run()
        count = loopback.asked.total()
        at = judge(at, loopback.url)
        assert "PlotBench only" in at.error[0].value and loopback.asked.total() == count


@pytest.mark.parametrize(("raw", "said"), [(b"index\n1\n", "no column question"), (b"", "empty")])
def test_a_file_that_holds_no_questions_is_not_asked(raw, said, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_ENDPOINTS", "127.0.0.1:9")
    at = ask(with_questions(raw), "http://127.0.0.1:9/v1")
    assert said in at.error[0].value and service.PLACE not in at.session_state


def test_pictures_come_with_the_same_questions():
    bare, full = built_in(), pictured(built_in())
    assert all(row.image is None for row in bare.rows) and all(row.image for row in full.rows)
    assert [replace(row, image=None) for row in full.rows] == list(bare.rows)
    assert "This question has no picture." not in [one.value for one in opened(PAGE, tab="questions").caption]


def test_what_two_visitors_ask_for_at_once_is_computed_once():
    begun, asked = [], threading.Barrier(2)

    @once
    def slow(number):
        begun.append(number)
        time.sleep(0.1)
        return object()

    def ask(_):
        asked.wait()
        return slow(7)

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ask, range(2))
    assert first is second and begun == [7]


def test_the_server_prepares_what_the_first_visitor_would_wait_for():
    code = (
        "import sys\n"
        "from playground.ui import warm_up\n"
        "warm_up.PAUSE_S = 0\n"
        "assert 'pandas' not in sys.modules\n"
        "warm_up.warm_up()\n"
        "assert 'pandas' in sys.modules and 'torch' not in sys.modules\n"
        "from playground.ui.mmbench import runs\n"
        "runs.baseline_run = None\n"  # it has answered
        "print(len(runs.built_in_run('knows-questions').texts))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == len(built_in().rows)
