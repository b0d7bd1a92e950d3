"""Who asks for work: the address that a connection comes from, and the owner that its browser says it is."""

from typing import NamedTuple


class Visitor(NamedTuple):
    """For shares and caps; never written to disk."""

    address: str
    """Where the connection comes from, "" where unknown (the server's own work, the command line)."""
    owner: str
    """`owner_hash` of the browser's token, "" where it gave none. A client may invent any number of them."""


SERVER = Visitor("", "")
"""The server's own work, and that of tests and the command line."""

MAX_ADDRESSES = 10_000


class Addresses:
    """From where each owner came last, in memory only."""

    def __init__(self):
        self._addresses: dict[str, str] = {}

    def came_from(self, visitor: Visitor) -> None:
        """Remember it; of too many owners the one who was here longest ago is forgotten."""
        self._addresses.pop(visitor.owner, None)
        self._addresses[visitor.owner] = visitor.address
        if len(self._addresses) > MAX_ADDRESSES:
            del self._addresses[next(iter(self._addresses))]

    def visitor(self, owner: str) -> Visitor:
        """The owner with the address, "" where it is not known."""
        return Visitor(self._addresses.get(owner, ""), owner)
