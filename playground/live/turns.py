"""Places for work: who has one waits for its turn, and where there is none one is asked to try again."""

from collections.abc import Coroutine
from typing import Any, TypeVar

from playground.core.errors import UserError
from playground.core.i18n import N_

Made = TypeVar("Made")


class Busy(UserError):
    """Too many are waiting."""


class Turns:
    """So many places."""

    def __init__(self, most: int):
        self.most, self.taken = most, 0

    async def take(self, work: Coroutine[Any, Any, Made]) -> Made:
        """Do work that takes a place; `Busy` where there is none."""
        if self.taken >= self.most:
            work.close()
            raise Busy(N_("The server is busy making other files. Try again in a moment."))
        self.taken += 1
        try:
            return await work
        finally:
            self.taken -= 1
