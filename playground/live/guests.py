"""Who has a socket open: so many in all and from one address, and not without saying what for.

Two kinds have shares of their own: the pages (Streamlit's socket) and what is live on them. Where there is no room, a
socket that has asked for nothing yet gives its place up, and where all places are taken, the newest one of the address
that has most.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.engine.limits import Limits

GUEST = "playground.guest"
"""Under which a socket's scope holds its guest."""
GREETING_S = 2.0
"""Within which every browser has asked for something, even on a slow line. Later its place may be given away."""


@dataclass(eq=False)
class Guest:
    """One open socket."""

    kind: str
    address: str
    end: Callable[[], None]
    """Closes it."""
    begun: float = field(default_factory=time.monotonic)
    opened: bool = False
    """Whether it has asked for something."""

    def opening_left(self, most_s: float) -> float:
        """Seconds that it still has to ask for something."""
        return self.begun + most_s - time.monotonic()


class Guests:
    """Those of this server."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.present: dict[Guest, None] = {}

    def admit(self, guest: Guest) -> bool:
        """Whether there is room for it, if need be after another one has left."""
        alike = [other for other in self.present if other.kind == guest.kind]
        here = [other for other in alike if other.address == guest.address]
        if len(here) >= self.limits.sockets_per_address and not self._one_leaves(_silent(here, guest.begun)):
            return False
        if len(alike) >= self.limits.viewers and not self._one_leaves(
            _silent(alike, guest.begun) or _newest_of_most(alike, len(here))
        ):
            return False
        self.present[guest] = None
        return True

    def leave(self, guest: Guest) -> None:
        self.present.pop(guest, None)

    def _one_leaves(self, leaving: Guest | None) -> bool:
        if leaving is None:
            return False
        self.leave(leaving)
        leaving.end()
        return True


def _silent(guests: list[Guest], now: float) -> Guest | None:
    """The one that has asked for nothing for the longest time."""
    return next((guest for guest in guests if not guest.opened and now - guest.begun > GREETING_S), None)


def _newest_of_most(guests: list[Guest], mine: int) -> Guest | None:
    """The newest socket of the address that has most, if it has clearly more than the newcomer's `mine`."""
    ((address, count),) = Counter(guest.address for guest in guests).most_common(1)
    if count <= mine + 1:
        return None
    return next(guest for guest in reversed(guests) if guest.address == address)
