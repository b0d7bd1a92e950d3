"""Asking a benchmark: how many calls at a time, what is skipped, where it stops, what the next run still asks."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

import pytest
from support.mmbench_run import questions, text

from playground.core.errors import UserError
from playground.evaluation.mmbench.engine import MAX_FAILURES, MAX_FIRST_FAILURES, Engine, Plan, answers
from playground.evaluation.mmbench.model import Answer
from playground.evaluation.mmbench.progress import Budget, Prices
from playground.evaluation.mmbench.replies import NoAnswer, Refused
from playground.evaluation.mmbench.store import Store, read


@dataclass
class Told:
    """Answers "A", or what `say` says (raising what it is told to); counts."""

    say: object = lambda row: "A"
    tokens: tuple = (100, 10)
    name: str = "told"
    parameters: dict = field(default_factory=dict)
    asked: Counter = field(default_factory=Counter)
    under_way: int = 0
    most: int = 0

    async def answer(self, row, prompt):
        self.asked[row.index] += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(0.001)
        self.under_way -= 1
        return Answer(self.say(row), *self.tokens)


def raising(error):
    def say(row):
        raise error

    return say


def wrong(row, reply):
    return reply in "ABZ" and reply != row.answer


def ask(path, model, benchmark=None, on_progress=lambda progress: None, **options):
    plan = Plan(benchmark or questions(10), model, text, **options)
    with Store(path) as store:
        last = asyncio.run(asyncio.wait_for(Engine(plan, store, on_progress).run(), 20))
        return last, answers(plan, store)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "calls.jsonl"


@pytest.mark.parametrize("concurrency", [1, 5, 32])
def test_as_many_calls_are_under_way_as_were_asked_for(path, concurrency):
    model, seen = Told(), []
    last, found = ask(path, model, questions(50, 2), seen.append, concurrency=concurrency)
    assert model.most == concurrency and len(found) == last.done == 100 and last.state == "done"
    assert all(one.done + one.failed + one.skipped + one.left == 100 for one in seen)
    assert [one.done for one in seen[:-1]] == [*range(101)] and seen[50].seconds_left > 0 == last.left


@pytest.mark.parametrize("concurrency", [0, 33])
def test_other_numbers_are_refused(concurrency):
    with pytest.raises(UserError, match="Between 1 and 32"):
        Plan(questions(1), Told(), text, concurrency)


def test_what_the_store_has_is_not_asked_again_unless_something_that_decides_it_changed(path):
    model = Told()
    ask(path, model)
    last, found = ask(path, model)
    assert set(model.asked.values()) == {1} and len(found) == 10 and (last.done, last.paid) == (10, 0)
    for other in (Told(name="other"), Told(parameters={"seed": 1})):
        ask(path, other)
        assert len(other.asked) == 10
    ask(path, model, questions(10, answer="B"))
    assert model.asked.total() == 20


def test_errors_are_kept_as_such_and_asked_in_the_next_run(path):
    model = Told(lambda row: "A" if row.group % 2 else raising(NoAnswer("B"))(row))
    last, found = ask(path, model)
    assert (last.done, last.failed, last.state, str(last.reason)) == (5, 5, "failed", "B") and len(found) == 5
    assert {call.error for call in read(path).errors.values()} == {"B"}
    model.say = lambda row: "A"
    assert ask(path, model)[0].state == "done" and model.asked.total() == 15


def test_a_library_that_fails_is_named_by_its_kind_alone(path):
    last, _ = ask(path, Told(raising(RuntimeError("Bearer sk-secret"))))
    assert last.failed >= 8 and "RuntimeError" in str(last.reason) and b"secret" not in path.read_bytes()


def test_a_service_that_refuses_is_asked_no_further(path):
    model = Told(raising(Refused("No.")))
    last, _ = ask(path, model, questions(100), concurrency=4)
    assert (last.state, str(last.reason)) == ("refused", "No.") and model.asked.total() == 4
    model = Told(raising(NoAnswer("Never up.")))
    assert ask(path, model, questions(500), concurrency=4)[0].state == "refused"
    assert MAX_FIRST_FAILURES <= model.asked.total() < MAX_FIRST_FAILURES + 4
    model = Told(lambda row: raising(NoAnswer("Down."))(row) if row.index >= 10 else "A", name="goes down")
    assert ask(path, model, questions(500), concurrency=4)[0].state == "refused"
    assert 10 + MAX_FAILURES <= model.asked.total() < 10 + MAX_FAILURES + 8


def test_lazy_skips_what_cannot_change_the_score_and_nothing_else(path):
    """Right in the first pass, wrong in the second of four: two calls a question; unreadable decides nothing."""
    benchmark = questions(8, 4)
    says = ("A", "B", "A", "A")
    model = Told(lambda row: says[row.number] if row.group < 6 else "hm")
    last, found = ask(path, model, benchmark, lazy=True, is_wrong=wrong)
    assert last.skipped == 6 * 2 and last.left == 0 and last.state == "done"
    assert {index for index in found} == {r.index for r in benchmark.rows if r.group >= 6 or r.number < 2}
    last, _ = ask(path, model, benchmark, lazy=True, is_wrong=wrong)
    assert (last.paid, last.skipped) == (0, 12)
    last, found = ask(path, model, benchmark)  # the rest is asked when somebody wants all passes
    assert last.paid == 12 and len(found) == 32 and set(model.asked.values()) == {1}


def test_lazy_asks_no_pass_of_a_question_that_a_later_pass_has_decided(path):
    """The first pass failed, the second is wrong: the next lazy run has nothing to ask."""
    model = Told(lambda row: raising(NoAnswer("x"))(row) if row.number == 0 else "B")
    last, _ = ask(path, model, questions(5, 2), lazy=True, is_wrong=wrong)
    assert (last.failed, last.done) == (5, 5)
    last, _ = ask(path, model, questions(5, 2), lazy=True, is_wrong=wrong)
    assert (last.failed, last.skipped, last.paid) == (0, 5, 0)


def test_tokens_and_cost_are_those_of_all_answers_or_unknown(path):
    prices = Prices(prompt=2.0, completion=10.0)
    last, _ = ask(path, Told(), prices=prices)
    assert (last.prompt_tokens, last.completion_tokens) == (1000, 100)
    assert last.cost == pytest.approx(1000 * 2e-6 + 100 * 10e-6)
    assert ask(path, Told(), prices=prices)[0].cost == pytest.approx(last.cost)  # from the store
    assert ask(path, Told())[0].cost is None
    assert ask(path, Told(name="mute", tokens=(None, None)), prices=prices)[0].cost is None


@pytest.mark.parametrize("concurrency", [1, 7, 32])
@pytest.mark.parametrize(
    "budget, most", [(Budget(calls=30), 30), (Budget(tokens=3300), 30), (Budget(cost=30 * 3e-4), 30)]
)
def test_a_budget_is_not_exceeded_and_the_rest_is_asked_later(path, budget, most, concurrency):
    prices = Prices(2.0, 10.0)
    last, _ = ask(path, model := Told(), questions(100), concurrency=concurrency, budget=budget, prices=prices)
    assert last.state == "budget" and most - 1 <= model.asked.total() <= most and last.left == 100 - last.done
    assert ask(path, model, questions(100), budget=budget, prices=prices)[0].state == "budget"
    assert model.asked.total() <= most  # earlier runs count
    assert ask(path, model, questions(100))[0].state == "done" and set(model.asked.values()) == {1}


def test_a_budget_that_cannot_be_kept_stops_at_once(path):
    model = Told(tokens=(None, None))
    last, _ = ask(path, model, budget=Budget(tokens=10**6), concurrency=8)
    assert last.state == "budget" and "does not count" in str(last.reason) and model.asked.total() == 1
    assert "prices" in str(ask(path, Told(name="x"), budget=Budget(cost=1.0))[0].reason)
    with pytest.raises(UserError):
        Budget(calls=0)


def test_a_stopped_and_a_cancelled_run_keep_what_was_answered(path):
    async def cancelled():
        plan = Plan(questions(100), model, text, 8)
        with Store(path) as store:
            engine = Engine(plan, store, lambda p: p.done == 20 and end())
            task = asyncio.create_task(engine.run())
            end = task.cancel
            with pytest.raises(asyncio.CancelledError):
                await task

    model = Told()
    asyncio.run(cancelled())
    kept = len(read(path).answers)
    assert 20 <= kept <= 28
    with Store(path) as store:
        engine = Engine(Plan(questions(100), model, text, 8), store, lambda p: p.done == 60 and engine.stop())
        last = asyncio.run(engine.run())
    assert last.state == "stopped" and 60 <= last.done <= 68 and not last.failed
    assert ask(path, model, questions(100))[0].state == "done" and model.asked.total() <= 100 + 8


def test_answers_that_cannot_be_kept_end_the_run_with_a_sentence(path, monkeypatch):
    model = Told()
    monkeypatch.setattr(Store, "append", lambda self, calls: raising(UserError("The disk is full."))(None))
    with pytest.raises(UserError, match="disk is full"):
        ask(path, model, questions(100), concurrency=4)
    assert model.asked.total() <= 8


def test_a_row_that_is_there_twice_is_asked_once(path):
    benchmark = questions(3)
    last, _ = ask(path, model := Told(), type(benchmark)("twice", benchmark.rows * 2))
    assert last.total == last.done == 3 and model.asked.total() == 3
