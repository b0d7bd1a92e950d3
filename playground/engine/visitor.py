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
