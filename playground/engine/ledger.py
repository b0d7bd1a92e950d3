"""Virtual times of visitors: who has had least is next.

Each visitor has a virtual time that grows by the seconds used, divided by the visitor's weight; the next turn goes to
the smallest one. A newcomer begins where those at work stand, so that nobody is starved by it, and nobody is ahead of
the others by more than `LAG_S` when a turn is charged, so that nobody is punished for what was used long ago or while
no one else waited. This is start-time fair queueing (Goyal, Vin, Cheng 1996; stride scheduling: Waldspurger 1995), in
two levels: addresses first, then the owners behind an address. An address weighs as much as it has owners at work, up
to a cap: a class behind one address is more than one visitor, but one client that invents owners is not a class.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .visitor import Visitor

LAG_S = 2.0
AT_WORK_S = 1.0
"""A visitor counts as at work for so long after the last turn: runs are away between two chunks."""
FORGET_S = 60.0
USUAL_S = 0.05


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
