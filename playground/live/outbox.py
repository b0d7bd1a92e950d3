"""What one browser is sent: messages in their order, and numbered pictures, never more than it draws."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from playground.core.errors import UserError
from playground.core.i18n import N_, Translate, fill
from playground.core.strict_json import dumps
from playground.engine.smaller import TooDear
from playground.engine.supervisor import Supervisor

Message = Mapping[str, Any]
TOLD_EVERY_S = 30.0
"""Between two notes that something could not be shown."""

ROOM = 64
"""Messages that may wait while further commands are taken."""
MOST, MOST_BYTES = 1_000, 16_000_000
"""Messages, and bytes of large answers, that may wait at all."""

TOO_SLOW = N_("The connection was too slow and is opened again.")
PARTLY = N_("Part of this page is not up to date because of an error on the server. Your run is not affected.")


class Gone(Exception):
    """The browser has left."""


class Outbox:
    """Messages wait here until the sending loop takes them; so a command never waits for a slow browser."""

    def __init__(
        self,
        send_text: Callable[[str], Awaitable[None]],
        send_bytes: Callable[[bytes], Awaitable[None]],
        translate: Translate,
    ):
        """Both ways of sending raise `Gone` when the browser has left."""
        self._send_text, self.send_bytes, self.translate = send_text, send_bytes, translate
        self.supervisor = Supervisor(self._apologise, (Gone,))
        """Of all that works for this browser."""
        self._told_at = -TOLD_EVERY_S
        self._news = asyncio.Event()
        self._waiting: list[Message | bytes] = []
        self._room = asyncio.Event()
        self._room.set()
        self.farewell: str | None = None
        """What is said when the connection ends from this side (a message id): the browser opens another one."""
        self._sent = self._drawn = 0
        """Numbers of the last picture sent, and of the last one that the browser has drawn."""

    async def send_json(self, message: Message) -> None:
        """Send it now. A number that is not finite is null."""
        await self._send_text(dumps(message, ensure_ascii=False, separators=(",", ":")))

    async def send_picture(self, encode: Callable[[int], bytes]) -> None:
        """Send what `encode` makes of the next picture's number. One that cannot be made has no number: the browser
        would be waited for to draw it."""
        raw = encode(self._sent + 1)
        self._sent += 1
        await self.send_bytes(raw)

    def wake(self) -> None:
        """There is something new to look at."""
        self._news.set()

    def add(self, message: Message | bytes) -> None:
        """Send this as soon as what is before it is sent."""
        self._waiting.append(message)
        if len(self._waiting) >= ROOM:
            self._room.clear()
        if len(self._waiting) > MOST or sum(len(m) for m in self._waiting if isinstance(m, bytes)) > MOST_BYTES:
            self._waiting.clear()
            self.end(TOO_SLOW)
        self.wake()

    def end(self, farewell: str) -> None:
        """Let the browser open another connection; `farewell`, a message id, says why."""
        self.farewell = farewell
        self.wake()

    async def room(self) -> None:
        """Until a browser that sends many commands has read most answers to them."""
        await self._room.wait()

    def note(self, text: str, level: str = "info", **values: Any) -> None:
        """A short message to the person: a message id with the values of its places."""
        self.add({"is": "note", "text": fill(self.translate(text), **values), "level": level})

    def refuse(self, about: str, refusal: UserError | str) -> None:
        """Tell the person why a command was not carried out: an error, or a message id."""
        text = self.translate(refusal) if isinstance(refusal, str) else refusal.sentence(self.translate)
        told: dict[str, Any] = {"is": "refused", "about": about, "text": text}
        if isinstance(refusal, TooDear):  # the page offers smaller settings at one press
            told["settings"] = refusal.offer
        self.add(told)

    async def wait(self, seconds: float | None = None) -> None:
        """Until there is something new, or for so many seconds; what waits is sent then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._news.wait()
        self._news.clear()
        while self._waiting or self.farewell:
            if self.farewell:
                raise Gone
            message = self._waiting.pop(0)
            if len(self._waiting) < ROOM // 2:
                self._room.set()
            await (self.send_bytes(message) if isinstance(message, bytes) else self.send_json(message))

    @property
    def answers_waiting(self) -> bool:
        """Whether the browser has not read its last large answer."""
        return any(isinstance(message, bytes) for message in self._waiting)

    @property
    def undrawn(self) -> int:
        """How many pictures are under way."""
        return self._sent - self._drawn

    def acknowledge(self, number: int) -> None:
        """The browser has drawn everything up to this picture."""
        self._drawn = max(self._drawn, min(number, self._sent))
        self.wake()

    def _apologise(self) -> None:
        """Something for this browser has failed."""
        if (now := time.monotonic()) - self._told_at >= TOLD_EVERY_S:
            self._told_at = now
            self.note(PARTLY, "warning")
