"""So many a second, and some more at once: who asks faster waits, and what comes after waits in the network."""

import asyncio
import time


class Pace:
    """Of one connection."""

    def __init__(self, per_second: float, at_once: float):
        self.per_second, self.at_once = per_second, at_once
        self._left, self._at = at_once, time.monotonic()

    async def wait(self) -> None:
        """Until the next one may come."""
        now = time.monotonic()
        self._left, self._at = min(self.at_once, self._left + (now - self._at) * self.per_second), now
        self._left -= 1
        if self._left < 0:
            await asyncio.sleep(-self._left / self.per_second)
