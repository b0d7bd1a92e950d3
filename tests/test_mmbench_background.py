"""A run that goes on while nobody looks."""

import threading
import time

import pytest
from support.mmbench_run import questions, text
from support.vision_service import Reply, Service, says

from playground.evaluation.mmbench import background
from playground.evaluation.mmbench.background_judge import BackgroundJudge
from playground.evaluation.mmbench.endpoint import Endpoint
from playground.evaluation.mmbench.engine import Plan
from playground.evaluation.mmbench.extraction.extracted import JUDGE_FAILED, JUDGE_MATCHED
from playground.evaluation.mmbench.progress import Budget
from playground.evaluation.mmbench.store import Store, read


def test_a_run_goes_on_in_its_own_thread_is_found_again_stopped_and_continued(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A", pause_s=0.005)) as service:
        plan = Plan(questions(300), Endpoint(service.url, "m"), text, 4)
        run = background.start(plan, path)
        assert background.start(plan, path) is run is background.under_way(path)  # a page drawn again
        while run.progress is None or run.progress.done < 20:
            time.sleep(0.005)
        run.stop()
        run.join(10)
        assert not run.is_running and run.progress.state == "stopped" and run.error is None
        assert 20 <= run.progress.done == len(read(path).answers) < 300
        again = background.start(plan, path)
        again.join(20)
        assert again is not run and again.progress.state == "done"
        assert service.asked.total() == 300
    assert "mmbench calls.jsonl" not in {thread.name for thread in threading.enumerate()}


def test_a_file_that_another_process_writes_is_said(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Store(path):
        run = background.start(Plan(questions(1), Endpoint("http://127.0.0.1:9/v1", "m"), text), path)
        run.join(10)
    assert "Another run" in str(run.error) and run.progress is None


def test_visitors_who_ask_the_same_share_the_calls_but_not_the_stop(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A", pause_s=0.02)) as service:

        def begin(visitor: str) -> background.Background:
            return background.start(Plan(questions(200), Endpoint(service.url, "m"), text, 4), path, visitor)

        one, two = begin("one"), begin("two")
        assert one is not two and begin("one") is one
        while one.progress is None or one.progress.done < 20:
            time.sleep(0.005)
        one.stop()
        one.join(20)
        two.join(40)
        assert one.progress.state == "stopped" and one.progress.done < 200
        assert two.progress.state == "done" and two.progress.done == 200 and two.error is None
        assert set(service.asked.values()) == {1} and service.asked.total() == 200 == len(read(path).answers)
        assert one.progress.paid + two.progress.paid == 200
    with Store(path):  # the last one has closed it
        pass


def test_a_budget_of_ones_own_counts_ones_own_calls(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A")) as service:
        for visitor, done in (("one", 30), ("two", 60)):
            plan = Plan(questions(100), Endpoint(service.url, "m"), text, 4, budget=Budget(calls=30, own=True))
            run = background.start(plan, path, visitor)
            run.join(20)
            assert (run.progress.state, run.progress.paid, run.progress.done) == ("budget", 30, done)
        assert service.asked.total() == 60


@pytest.mark.parametrize(("reply", "rule"), [(says("B"), JUDGE_MATCHED), (Reply(status=401), JUDGE_FAILED)])
def test_a_judge_works_in_a_thread_of_its_own(reply, rule, tmp_path):
    rows = questions(5).rows
    with Service(lambda body, tries: reply) as service:
        judge = Endpoint(service.url, "j", blind=True)
        work = BackgroundJudge(rows, {row.index: "hmm" for row in rows}, judge, tmp_path / "judge.jsonl")
        work.join(20)
    assert not work.is_running and work.error is None and work.count == len(rows)
    assert {one.rule for one in work.result.found.values()} == {rule} and len(work.result.found) == len(rows)
    assert (work.result.reason is None) == (rule == JUDGE_MATCHED)
    with Store(tmp_path / "judge.jsonl"):  # is closed
        pass


def test_a_judge_whose_answers_cannot_be_kept_says_so(tmp_path):
    path, rows = tmp_path / "judge.jsonl", questions(1).rows
    with Store(path):
        work = BackgroundJudge(rows, {rows[0].index: "hmm"}, Endpoint("http://127.0.0.1:9/v1", "j"), path)
        work.join(20)
    assert work.result is None and "Another run" in str(work.error)


def test_who_waits_for_a_call_that_fails_asks(tmp_path):
    path = tmp_path / "calls.jsonl"
    with Service(lambda body, tries: says("A", pause_s=0.3)) as service:
        failing = Endpoint(service.url, "m", timeout_s=0.1, attempts=1)
        one = background.start(Plan(questions(1), failing, text), path, "one")
        while not service.asked.total():
            time.sleep(0.002)
        two = background.start(Plan(questions(1), Endpoint(service.url, "m"), text), path, "two")
        one.join(20)
        two.join(20)
    assert one.progress.state != "done" and two.progress.state == "done" and two.progress.done == 1
