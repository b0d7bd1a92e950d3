"""A benchmark asked of a model: so many calls at a time, each kept before it counts, none asked twice.

asyncio, no threads of its own but the one that waits for the disk. Whatever ends a run (a kill, a budget, its owner),
the next one with the same store goes on with the rows that have no answer.
"""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.core.errors import UserError
from playground.core.i18n import N_

from .model import Answer, Model
from .progress import Budget, Prices, Progress, Spending
from .replies import Refused
from .store import Call, Store, Usage, call_key

if TYPE_CHECKING:
    from .question import Benchmark, Row

MAX_CONCURRENCY = 32
MAX_FAILURES, MAX_FIRST_FAILURES = 64, 8
"""Failures in a row, without an answer between them, after which a run stops: the service is down; and as many before
the first answer: there is no service."""


@dataclass(frozen=True)
class Plan:
    """What is asked, and how. `prompt` makes the text of a row; `is_wrong` says whether a reply is definitely wrong,
    which only `lazy` needs: then the passes of a question are asked one after the other until one is."""

    benchmark: "Benchmark"
    model: Model
    prompt: "Callable[[Row], str]"
    concurrency: int = 8
    lazy: bool = False
    is_wrong: "Callable[[Row, str], bool] | None" = None
    budget: Budget = field(default_factory=Budget)
    prices: Prices | None = None

    def __post_init__(self):
        if not 1 <= self.concurrency <= MAX_CONCURRENCY:
            raise UserError(N_("Between 1 and {most} calls can be under way at a time."), most=MAX_CONCURRENCY)
        if self.lazy and self.is_wrong is None:
            raise UserError(N_("Skipping passes needs a way to read the replies."))

    def key(self, row: "Row") -> tuple[str, int]:
        """Under which a row's answer is kept."""
        texts = (self.benchmark.key, self.model.name, self.prompt(row))
        return call_key(*texts, self.model.parameters), row.index


def answers(plan: Plan, store: Store) -> dict[int, Answer]:
    """The answers that the store has for this plan, by the index of the row."""
    found = ((row.index, store.answers.get(plan.key(row))) for row in plan.benchmark.rows)
    return {index: call.answer for index, call in found if call is not None and call.answer is not None}


class Engine:
    """One run of a plan. `await run()` returns the last progress; cancelling it keeps what is answered."""

    def __init__(self, plan: Plan, store: Store, on_progress: Callable[[Progress], object] = lambda progress: None):
        self.plan, self.store, self._on_progress = plan, store, on_progress
        self._spending = Spending(plan.prices)
        self._total = sum(map(len, plan.benchmark.groups().values()))
        self._texts: dict[int, str] = {}  # replies by the index of the row
        self._failed: set[int] = set()
        self._skipped: set[int] = set()
        self._paid = self._under_way = self._in_a_row = 0
        self._end: tuple[str, UserError] | None = None
        self._last_error: UserError | None = None
        self._waiting: list[Call] = []
        self._writing: asyncio.Task[None] | None = None
        self._disk = asyncio.Lock()
        self._first = asyncio.Event()
        self._begun = time.monotonic()

    async def run(self) -> Progress:
        """Ask what has no answer yet. `UserError` if the answers cannot be kept."""
        self._begun = time.monotonic()
        for index, answer in answers(self.plan, self.store).items():
            self._texts[index] = answer.text
            if not self.plan.budget.own:
                self._spending.add([answer])
        jobs = iter(list(self._jobs()))
        self._tell()
        async with contextlib.AsyncExitStack() as stack:
            if isinstance(self.plan.model, contextlib.AbstractAsyncContextManager):
                await stack.enter_async_context(self.plan.model)
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self.plan.concurrency):
                        group.create_task(self._work(jobs))
            except ExceptionGroup as group:
                raise group.exceptions[0] from None
            finally:
                await self._flush()
        return self._tell(over=True)

    def stop(self, state: str = "stopped", reason: UserError | None = None) -> None:
        """Begin no further call; those under way are waited for."""
        self._end = self._end or (state, reason or UserError(N_("The run was stopped; the next one goes on with it.")))
        self._first.set()

    def _jobs(self) -> "Iterator[Sequence[Row]]":
        """Rows to ask: alone, or, if lazy, all of a question that nothing has decided yet, in order."""
        for rows in self.plan.benchmark.groups().values():
            missing = [row for row in rows if row.index not in self._texts]
            if not self.plan.lazy:
                yield from ([row] for row in missing)
            elif any(self._is_wrong(row) for row in rows):
                self._skipped.update(row.index for row in missing)
            elif missing:
                yield missing

    def _is_wrong(self, row: "Row") -> bool:
        text, judge = self._texts.get(row.index), self.plan.is_wrong
        return text is not None and judge is not None and judge(row, text)

    async def _work(self, jobs: "Iterator[Sequence[Row]]") -> None:
        for rows in jobs:
            for place, row in enumerate(rows):
                if not await self._may_begin():
                    return
                await self._ask(row)
                if self.plan.lazy and self._is_wrong(row):
                    self._skipped.update(later.index for later in rows[place + 1 :])
                    self._tell()
                    break

    async def _may_begin(self) -> bool:
        while self._end is None and self._spending.must_wait(self.plan.budget, self._under_way):
            self._first.clear()
            await self._first.wait()
        if self._end is None and (reason := self._spending.over(self.plan.budget, self._under_way)):
            self.stop("budget", reason)
        return self._end is None

    async def _ask(self, row: "Row") -> None:
        """One call, or the answer of another run with the same store, whose call is waited for. A call of another run
        that fails is no answer: then this run asks."""
        place = self.plan.key(row)
        while (theirs := self.store.claim(place)) is not None:
            await asyncio.wrap_future(theirs)
            if self._end is not None and place not in self.store.answers:
                return
        try:
            kept = self.store.answers.get(place)
            if kept is not None and kept.answer is not None:
                self._texts[row.index] = kept.answer.text
                if not self.plan.budget.own:
                    self._spending.add([kept.answer])
                self._tell()
            elif await self._may_begin():  # others may have spent what is left while this one waited
                await self._call(row)
        finally:
            self.store.release(place)

    async def _call(self, row: "Row") -> None:
        key, index = self.plan.key(row)
        self._under_way += 1
        begun = time.monotonic()
        answer, error = None, None
        try:
            answer = await self.plan.model.answer(row, self.plan.prompt(row))
        except Exception as problem:  # whatever a model raises: one row has no answer, the others go on
            error = problem if isinstance(problem, UserError) else _failure(problem)
        finally:
            if answer is None and error is None:  # cancelled
                self._under_way -= 1
        latency = round(time.monotonic() - begun, 4)
        if answer is None:
            call = Call(key=key, index=index, latency=latency, error=str(error))
        else:
            usage = Usage(prompt_tokens=answer.prompt_tokens, completion_tokens=answer.completion_tokens)
            call = Call(key=key, index=index, raw=answer.text, usage=usage, latency=latency)
        try:
            await self._keep(call)
        finally:
            self._under_way -= 1
        self._count(index, answer, error)

    async def _keep(self, call: Call) -> None:
        """On the disk when this returns. Who holds the lock writes for all who came in the meantime: one sync of the
        disk for many calls."""
        self._waiting.append(call)
        async with self._disk:
            if any(one is call for one in self._waiting):
                await self._write()

    async def _write(self) -> None:
        """Write what waits; what cannot be written waits on. A cancelled run lets the disk finish."""
        batch, self._waiting = self._waiting, []
        self._writing = asyncio.create_task(asyncio.to_thread(self.store.append, batch))
        try:
            await asyncio.shield(self._writing)
        except UserError:
            self._waiting = batch + self._waiting
            raise

    async def _flush(self) -> None:
        """What was answered when the run was cancelled is kept."""
        if self._writing is not None:
            await asyncio.wait([self._writing])
        if self._waiting:
            with contextlib.suppress(UserError):  # said already, or nobody is there to be told
                await self._write()

    def _count(self, index: int, answer: Answer | None, error: UserError | None) -> None:
        if answer is not None:
            self._texts[index] = answer.text
            self._spending.add([answer])
            self._paid += 1
            self._in_a_row = 0
        else:
            self._failed.add(index)
            self._in_a_row += 1
            self._last_error = error
            most = MAX_FAILURES if self._paid else MAX_FIRST_FAILURES
            if isinstance(error, Refused) or self._in_a_row >= most:
                self.stop("refused", error)
        self._first.set()
        self._tell()

    def _tell(self, over: bool = False) -> Progress:
        seconds = time.monotonic() - self._begun
        tried = self._paid + len(self._failed)
        left = self._total - len(self._texts) - len(self._failed) - len(self._skipped)
        going_on = not over and self._end is None
        state, reason = self._end or ("failed" if self._failed else "done", self._last_error)
        progress = Progress(
            total=self._total,
            done=len(self._texts),
            failed=len(self._failed),
            skipped=len(self._skipped),
            paid=self._paid,
            seconds=seconds,
            seconds_left=seconds / tried * left if tried and going_on else None,
            prompt_tokens=self._spending.prompt_tokens,
            completion_tokens=self._spending.completion_tokens,
            cost=self._spending.cost,
            state=state if over else "running",
            reason=reason,
        )
        self._on_progress(progress)
        return progress


def _failure(problem: Exception) -> UserError:
    """An error of a library, by its kind alone: its text may hold what was sent."""
    return UserError(N_("The model failed ({kind})."), kind=type(problem).__name__)
