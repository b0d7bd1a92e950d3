"""Turns in front of what computes, in an order that is fair by visitor (see `ledger`).

A run is away between two chunks, for the milliseconds in which its last one is written. The place is held for it that
long if it is next in order; else who is always waiting would get every other turn however long its turns are
("deceptive idleness": Iyer, Druschel 2001). Long turns never have all the workers at a time while others take short
ones: who shows a picture several times a second would wait for a whole step of a stranger's.

All of it belongs to one event loop.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from playground.core.errors import UserError
from playground.core.i18n import N_

from .ledger import Charge, Ledger
from .visitor import Visitor

HOLD_S = 0.1
KEEP_S = 2.0
"""Held for so long against the background, and against long turns that may begin elsewhere: a busy server takes longer
than `HOLD_S` to write a chunk, and who is watched would wait for a stranger's long one at every other of its own."""
MOVE_S = 0.25
"""What waited so long goes to another place that has nothing to do."""
SHORT_S = 4.0
"""Short turns count as being taken for so long after the last one: a busy server takes its time between two."""
WATCHED, BACKGROUND = 0, 1
"""Ranks: the background has turns only while nothing else waits, wherever."""

BUSY = N_("The server is busy. Try again in a moment.")


@dataclass(eq=False)
class Line:
    """Where turns are waited for: in front of one worker, or of a few threads."""

    places: int = 1
    movable: bool = False
    """Whether what can be done in any such line may go to another one."""
    busy: int = 0
    long: bool = False
    """Whether the turn under way is a long one."""
    held_for: Visitor | None = None
    held_until: float = 0.0
    kept_until: float = 0.0


@dataclass(eq=False)
class Turn:
    """A place that was given."""

    line: Line
    seconds: float = 0.0
    """To be charged; by default the time until it is given back."""
    returns: bool = False
    """Set before it is given back by who will ask for the next one at once: the place is held for a moment."""


@dataclass(eq=False)
class _Ticket:
    visitor: Visitor
    line: Line
    rank: Callable[[], int | None]
    """None: the turn is not wanted any more."""
    first: bool
    moves: bool
    long: bool
    granted: asyncio.Future
    since: float
    ranked: int | None = None


class Shares:
    """Gives turns. `most_waiting`: turns that may be waited for; `waited` hears how many seconds each was."""

    def __init__(self, most_shares: int, most_waiting: int, waited: Callable[[float], object] = lambda seconds: None):
        self.most_waiting, self.waited = most_waiting, waited
        self.ledgers = {WATCHED: Ledger(most_shares), BACKGROUND: Ledger(most_shares)}
        self.lines: list[Line] = []
        self._waiting: list[_Ticket] = []
        self._timer: asyncio.TimerHandle | None = None
        self._short_at = -math.inf
        """When a short turn at a worker was last wanted or over."""

    @property
    def waiting(self) -> int:
        """How many turns are waited for."""
        return len(self._waiting)

    def line(self, places: int = 1, movable: bool = False) -> Line:
        """A further line."""
        self.lines.append(Line(places, movable))
        return self.lines[-1]

    @contextlib.asynccontextmanager
    async def turn(
        self,
        visitor: Visitor,
        line: Line,
        rank: Callable[[], int | None] = lambda: WATCHED,
        first: bool = False,
        moves: bool = False,
        long: bool = False,
    ) -> AsyncIterator[Turn | None]:
        """Wait for a turn; None if it is not wanted any more. `first`: before the visitor's other work; `moves`: it may
        go to another free line; `long`: it is known to take longer than a slice.

        `UserError` when too much waits already.
        """
        loop = asyncio.get_running_loop()
        ticket = _Ticket(visitor, line, rank, first, moves, long, loop.create_future(), time.monotonic())
        self._make_room(visitor)
        self._waiting.append(ticket)
        if line.held_for == visitor:
            line.held_for = None
        self.give()
        try:
            turn = await ticket.granted
        except BaseException:  # cancelled, or pushed out: a turn that was given in the same moment goes to another
            if ticket.granted.done() and not ticket.granted.cancelled() and ticket.granted.exception() is None:
                given = ticket.granted.result()
                if given is not None:
                    self._take_back(given[0], given[1], ticket, 0.0)
            self._drop(ticket)
            self.give()
            raise
        if turn is None:
            yield None
            return
        self.waited(time.monotonic() - ticket.since)
        given, charge = turn
        began = time.monotonic()
        try:
            yield given
        finally:
            self._take_back(given, charge, ticket, given.seconds or time.monotonic() - began)
            self.give()

    def not_back(self, visitor: Visitor, line: Line) -> None:
        """Who was expected back does not come."""
        if line.held_for == visitor:
            line.held_for = None
            self.give()

    def give(self) -> None:
        """Give what can be given: after every change."""
        now, again = time.monotonic(), math.inf
        for ticket in [*self._waiting]:
            self._rank(ticket)
        if any(one.moves and not one.long and one.ranked == WATCHED for one in self._waiting):
            self._short_at = now
        for rank in (WATCHED, BACKGROUND):
            for line in self.lines:
                while line.busy < line.places:
                    ticket, until = self._next(line, rank, now)
                    again = min(again, until)
                    if ticket is None:
                        break
                    self._grant(ticket, line)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if again < math.inf:
            self._timer = asyncio.get_running_loop().call_later(max(0.0, again - now) + 1e-3, self.give)

    def _next(self, line: Line, rank: int, now: float) -> tuple[_Ticket | None, float]:
        """Who is next there, and until when to wait if it is nobody."""
        waiting = [ticket for ticket in self._waiting if ticket.ranked == rank]
        closed = self._closed(line, now)
        mine = [ticket for ticket in waiting if ticket.line is line and not (ticket.long and closed)]
        if line.movable and not closed:  # long turns that may not have their own worker now
            mine += [
                ticket
                for ticket in waiting
                if ticket.long and ticket.moves and ticket.line is not line and self._closed(ticket.line, now)
            ]
        held = line.held_for if now < line.held_until else None
        if rank == BACKGROUND:
            if line.held_for is not None and now < line.kept_until:
                return None, line.kept_until
            if any(ticket.ranked == WATCHED for ticket in self._waiting):
                return None, math.inf
        elif not mine and line.movable and held is None:
            others = [one for one in waiting if one.moves and one.line.movable and not (one.long and closed)]
            mine = [ticket for ticket in others if now - ticket.since >= MOVE_S]
            if not mine:
                return None, min((ticket.since + MOVE_S for ticket in others), default=math.inf)
        if not mine:
            return None, closed if closed and waiting else math.inf
        order = self.ledgers[rank].key
        best = min(mine, key=lambda ticket: (order(ticket.visitor), not ticket.first, ticket.since))
        if rank == WATCHED and held is not None and order(held) < order(best.visitor):
            return None, line.held_until
        return best, math.inf

    def _closed(self, line: Line, now: float) -> float:
        """Until when no long turn may begin there; 0: it may. One worker is left to those who take short ones, and who
        comes back to a worker finds it free while another one has nothing to do."""
        others = [one for one in self.lines if one.movable and one is not line]
        if not line.movable or not others:
            return 0.0
        if now - self._short_at < SHORT_S and all(one.long for one in others):
            return self._short_at + SHORT_S
        if line.held_for is not None and now < line.kept_until and any(one.busy < one.places for one in others):
            return line.kept_until
        return 0.0

    def _grant(self, ticket: _Ticket, line: Line) -> None:
        assert ticket.ranked is not None
        self._waiting.remove(ticket)
        line.busy += 1
        line.long = ticket.long
        ticket.granted.set_result((Turn(line), self.ledgers[ticket.ranked].begin(ticket.visitor)))

    def _take_back(self, turn: Turn, charge: Charge, ticket: _Ticket, seconds: float) -> None:
        assert ticket.ranked is not None
        turn.line.busy -= 1
        turn.line.long = False
        if turn.line.movable and not ticket.long and ticket.ranked == WATCHED:
            self._short_at = time.monotonic()
        self.ledgers[ticket.ranked].end(charge, seconds)
        self.ledgers[ticket.ranked].leave(ticket.visitor)
        if turn.returns and ticket.ranked == WATCHED:
            now = time.monotonic()
            turn.line.held_for, turn.line.held_until = ticket.visitor, now + HOLD_S
            turn.line.kept_until = now + KEEP_S if not ticket.long else now

    def _rank(self, ticket: _Ticket) -> None:
        """What was watched may be background now; what is not wanted goes."""
        if ticket.granted.done():  # cancelled a moment ago
            self._drop(ticket)
            return
        rank = ticket.rank()
        if rank is None:
            self._drop(ticket)
            ticket.granted.set_result(None)
            return
        if rank == ticket.ranked:
            return
        if ticket.ranked is not None:
            self.ledgers[ticket.ranked].leave(ticket.visitor)
        ticket.ranked = rank
        self.ledgers[rank].enter(ticket.visitor)

    def _drop(self, ticket: _Ticket) -> None:
        if ticket in self._waiting:
            self._waiting.remove(ticket)
            if ticket.ranked is not None:
                self.ledgers[ticket.ranked].leave(ticket.visitor)

    def _make_room(self, visitor: Visitor) -> None:
        """Where too much waits, the newest of whoever has most waiting goes: the newcomer, or another one."""
        if len(self._waiting) < self.most_waiting:
            return

        def load(one: Visitor) -> tuple[int, int]:
            there = [ticket.visitor for ticket in self._waiting if ticket.visitor.address == one.address]
            return len(there), sum(other.owner == one.owner for other in there)

        last = max(self._waiting, key=lambda ticket: (load(ticket.visitor), ticket.since))
        if load(last.visitor) <= load(visitor):
            raise UserError(BUSY)
        self._drop(last)
        last.granted.set_exception(UserError(BUSY))
