"""How far a run is, what it cost, and where it stops."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from playground.core.errors import UserError
from playground.core.i18n import N_

from .model import Answer

MILLION = 1_000_000


@dataclass(frozen=True)
class Prices:
    """What a million tokens cost, in any one currency."""

    prompt: float
    completion: float

    def of(self, answer: Answer) -> float | None:
        """None where the tokens were not counted."""
        if answer.prompt_tokens is None or answer.completion_tokens is None:
            return None
        return (answer.prompt_tokens * self.prompt + answer.completion_tokens * self.completion) / MILLION


@dataclass(frozen=True)
class Budget:
    """What the answers of a benchmark may take together, those of earlier runs included; None: as much as they need."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | None = None
    own: bool = False
    """Only the calls of this run count: what others have paid for is not its spending."""

    def __post_init__(self):
        for value in (self.calls, self.tokens, self.cost):
            if value is not None and not value > 0:
                raise UserError(N_("A budget must be above zero."))


@dataclass(frozen=True)
class Progress:
    """A look at a run. `done + failed + skipped + left == total`, counted in rows: a question in one pass."""

    total: int
    done: int
    failed: int
    skipped: int
    """Rows whose question another pass has decided (lazy circular)."""
    paid: int
    """Answers of this run; the others were in the store."""
    seconds: float
    seconds_left: float | None
    """None: nothing has been answered yet, or nothing will be any more."""
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    """None: unknown, since there are no prices or some tokens were not counted."""
    state: str = "running"
    """running, done, failed (some rows have no answer), budget, refused, stopped"""
    reason: UserError | None = None
    """Why it stopped, or the last error."""

    @property
    def left(self) -> int:
        return self.total - self.done - self.failed - self.skipped


@dataclass
class Spending:
    """Tokens and money of the answers there are."""

    prices: Prices | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    uncounted: int = 0
    _cost: float = 0.0
    _largest_tokens: int = field(default=0, init=False)
    _largest_cost: float = field(default=0.0, init=False)

    def add(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            self.calls += 1
            prompt, completion = answer.prompt_tokens, answer.completion_tokens
            self.uncounted += prompt is None or completion is None
            self.prompt_tokens += prompt or 0
            self.completion_tokens += completion or 0
            cost = (self.prices.of(answer) if self.prices else None) or 0.0
            self._cost += cost
            self._largest_tokens = max(self._largest_tokens, (prompt or 0) + (completion or 0))
            self._largest_cost = max(self._largest_cost, cost)

    @property
    def cost(self) -> float | None:
        return None if self.prices is None or self.uncounted else self._cost

    def over(self, budget: Budget, under_way: int) -> UserError | None:
        """Why no further call may begin while `under_way` are unanswered, each of which, like the new one, is taken
        for as large as the largest so far."""
        more = under_way + 1
        spent = UserError(N_("The budget is spent."))
        if budget.calls is not None and self.calls + more > budget.calls:
            return spent
        if budget.tokens is None and budget.cost is None:
            return None
        if budget.cost is not None and self.prices is None:
            return UserError(N_("A budget of money needs the prices of the tokens."))
        if self.uncounted:
            return UserError(N_("The service does not count tokens; only a number of calls can limit this run."))
        if budget.tokens is not None:
            tokens = self.prompt_tokens + self.completion_tokens + more * self._largest_tokens
            if tokens > budget.tokens:
                return spent
        return spent if budget.cost is not None and self._cost + more * self._largest_cost > budget.cost else None

    def must_wait(self, budget: Budget, under_way: int) -> bool:
        """Whether the first answer is awaited alone, since nobody knows what one takes."""
        return not self.calls and under_way > 0 and (budget.tokens is not None or budget.cost is not None)
