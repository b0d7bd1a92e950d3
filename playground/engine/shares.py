"""Fair shares of what computes, by visitor: who has had least is next.

Each visitor has a virtual time that grows by the seconds used, divided by the visitor's weight; the next turn goes to
the smallest one. A newcomer begins where those at work stand, so that nobody is starved by it, and nobody is ahead of
the others by more than `LAG_S` when a turn is charged, so that nobody is punished for what was used long ago or while
no one else waited. This is start-time fair queueing (Goyal, Vin, Cheng 1996; stride scheduling: Waldspurger 1995), in
two levels: addresses first, then the owners behind an address. An address weighs as much as it has owners at work, up
to a cap: a class behind one address is more than one visitor, but one client that invents owners is not a class.

A run is away between two chunks, for the milliseconds in which its last one is written. The place is held for it that
long if it is next in order; else who is always waiting would get every other turn however long its turns are
("deceptive idleness": Iyer, Druschel 2001).

All of `Shares` belongs to one event loop; `Ledger` has no clock but the one it is given.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from playground.core.errors import UserError
from playground.core.i18n import N_

from .visitor import Visitor

LAG_S = 2.0
AT_WORK_S = 1.0
"""A visitor counts as at work for so long after the last turn: runs are away between two chunks."""
FORGET_S = 60.0
HOLD_S = 0.1
MOVE_S = 0.25
"""What waited so long goes to another place that has nothing to do."""
USUAL_S = 0.05
WATCHED, BACKGROUND = 0, 1
"""Ranks: the background has turns only while nothing else waits, wherever."""

BUSY = N_("The server is busy. Try again in a moment.")


@dataclass(eq=False)
class Account:
    """Of an address, or of an owner behind it."""

    tag: float = 0.0
    """Virtual time."""
    floor: float = 0.0
    """The smallest virtual time of its members at work: it only grows."""
    busy: int = 0
    """Turns waited for or under way."""
    seen: float = -math.inf
    usual: float = USUAL_S
    """Seconds of its turns of late: charged in advance."""
    members: dict[str, "Account"] = field(default_factory=dict)


@dataclass(frozen=True)
class Charge:
    """What was charged in advance."""

    visitor: Visitor
    seconds: float
    weight: int


class Ledger:
    """The virtual times of all visitors. `most_shares`: those of one address at most."""

    def __init__(self, most_shares: int, clock: Callable[[], float] = time.monotonic):
        self.most_shares, self.clock, self.root = most_shares, clock, Account()

    def enter(self, visitor: Visitor) -> None:
        """The visitor waits for a turn."""
        parent, now = self.root, self.clock()
        for name in visitor:
            floor = self._floor(parent, now)
            if name not in parent.members:
                self._prune(parent, now)
            account = parent.members.setdefault(name, Account())
            if not self._at_work(account, now):
                account.tag = max(account.tag, floor)
            account.busy += 1
            parent = account

    def leave(self, visitor: Visitor) -> None:
        """A turn that was waited for is over, or is not wanted any more."""
        for account in self._path(visitor):
            account.busy -= 1
            account.seen = self.clock()

    def key(self, visitor: Visitor) -> tuple[float, ...]:
        """The order of turns: the smallest is next."""
        return tuple(account.tag for account in self._path(visitor))

    def begin(self, visitor: Visitor) -> Charge:
        """Charge a turn in advance, as long as the visitor's turns usually are."""
        address, owner = self._path(visitor)
        charge = Charge(visitor, owner.usual, self.weight(visitor.address))
        for parent, account, weight in ((self.root, address, charge.weight), (address, owner, 1)):
            ahead = self._floor(parent, self.clock()) + LAG_S
            account.tag = min(account.tag, ahead) + charge.seconds / weight
        return charge

    def end(self, charge: Charge, seconds: float) -> None:
        """The turn has taken so long."""
        address, owner = self._path(charge.visitor)
        address.tag += (seconds - charge.seconds) / charge.weight
        owner.tag += seconds - charge.seconds
        owner.usual += 0.3 * (seconds - owner.usual)

    def weight(self, address: str) -> int:
        """Shares of an address: one for each of its owners at work, up to the cap."""
        now = self.clock()
        owners = self.root.members[address].members.values()
        return min(max(1, sum(self._at_work(owner, now) for owner in owners)), self.most_shares)

    def _path(self, visitor: Visitor) -> tuple[Account, Account]:
        address = self.root.members[visitor.address]
        return address, address.members[visitor.owner]

    def _at_work(self, account: Account, now: float) -> bool:
        return account.busy > 0 or now - account.seen < AT_WORK_S

    def _floor(self, parent: Account, now: float) -> float:
        least = min((one.tag for one in parent.members.values() if self._at_work(one, now)), default=parent.floor)
        parent.floor = max(parent.floor, least)
        return parent.floor

    def _prune(self, parent: Account, now: float) -> None:
        for name, account in [*parent.members.items()]:
            if not account.busy and now - account.seen > FORGET_S:
                del parent.members[name]


@dataclass(eq=False)
class Line:
    """Where turns are waited for: in front of one worker, or of a few threads."""

    places: int = 1
    movable: bool = False
    """Whether what can be done in any such line may go to another one."""
    busy: int = 0
    held_for: Visitor | None = None
    held_until: float = 0.0


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
    granted: asyncio.Future
    since: float
    ranked: int | None = None


class Shares:
    """Gives turns. `most_waiting`: turns that may be waited for."""

    def __init__(self, most_shares: int, most_waiting: int):
        self.most_waiting = most_waiting
        self.ledgers = {WATCHED: Ledger(most_shares), BACKGROUND: Ledger(most_shares)}
        self.lines: list[Line] = []
        self._waiting: list[_Ticket] = []
        self._timer: asyncio.TimerHandle | None = None

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
    ) -> AsyncIterator[Turn | None]:
        """Wait for a turn; None if it is not wanted any more. `first`: before the visitor's other work.

        `UserError` when too much waits already.
        """
        loop = asyncio.get_running_loop()
        ticket = _Ticket(visitor, line, rank, first, moves, loop.create_future(), time.monotonic())
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
        mine = [ticket for ticket in waiting if ticket.line is line]
        held = line.held_for if now < line.held_until else None
        if rank == BACKGROUND:
            if held is not None:
                return None, line.held_until
            if any(ticket.ranked == WATCHED for ticket in self._waiting):
                return None, math.inf
        elif not mine and line.movable and held is None:
            others = [one for one in waiting if one.moves and one.line.movable]
            mine = [ticket for ticket in others if now - ticket.since >= MOVE_S]
            if not mine:
                return None, min((ticket.since + MOVE_S for ticket in others), default=math.inf)
        if not mine:
            return None, math.inf
        order = self.ledgers[rank].key
        best = min(mine, key=lambda ticket: (order(ticket.visitor), not ticket.first, ticket.since))
        if rank == WATCHED and held is not None and order(held) < order(best.visitor):
            return None, line.held_until
        return best, math.inf

    def _grant(self, ticket: _Ticket, line: Line) -> None:
        assert ticket.ranked is not None
        self._waiting.remove(ticket)
        line.busy += 1
        ticket.granted.set_result((Turn(line), self.ledgers[ticket.ranked].begin(ticket.visitor)))

    def _take_back(self, turn: Turn, charge: Charge, ticket: _Ticket, seconds: float) -> None:
        assert ticket.ranked is not None
        turn.line.busy -= 1
        self.ledgers[ticket.ranked].end(charge, seconds)
        self.ledgers[ticket.ranked].leave(ticket.visitor)
        if turn.returns and ticket.ranked == WATCHED:
            turn.line.held_for, turn.line.held_until = ticket.visitor, time.monotonic() + HOLD_S

    def _rank(self, ticket: _Ticket) -> None:
        """What was watched may be background now; what is not wanted goes."""
        rank = ticket.rank()
        if rank == ticket.ranked:
            return
        if rank is None:
            self._drop(ticket)
            ticket.granted.set_result(None)
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
