"""Whose runs go first where memory or the disk is full: of whoever has most, never others' first."""

from collections import Counter
from collections.abc import Iterable, Mapping

from .visitor import SERVER, Visitor


def first_to_go(sizes: Mapping[str, int], free: Iterable[str], owners: Mapping[str, Visitor], most: int) -> list[str]:
    """Which of the runs that may go (`free`, in the order in which one visitor's would) have to, so that all together
    take no more than `most` bytes: each time one of the owner who has most behind the address that has most."""
    owners = {name: owners.get(name, SERVER) for name in sizes}
    left, gone, total = list(free), [], sum(sizes.values())
    of_address, of_owner = Counter[str](), Counter[Visitor]()
    for name, size in sizes.items():
        of_address[owners[name].address] += size
        of_owner[owners[name]] += size
    while total > most and left:
        name = max(left, key=lambda one: (of_address[owners[one].address], of_owner[owners[one]]))
        left.remove(name)
        gone.append(name)
        total -= sizes[name]
        of_address[owners[name].address] -= sizes[name]
        of_owner[owners[name]] -= sizes[name]
    return gone
