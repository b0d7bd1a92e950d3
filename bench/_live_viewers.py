"""Viewers without a screen: each with a run of its own, as the stage's socket has them."""

import asyncio
import json
import secrets
import time
from collections.abc import Callable

from websockets.asyncio.client import connect

SEED = 1234
"""Not the default: no recording is played, a run of one's own begins."""


class Client:
    """One viewer without a screen: acknowledges every frame, remembers when it came."""

    def __init__(self, url: str, owner: str, **config):
        self.url, self.owner, self.config = url.replace("http", "ws"), owner, config
        self.frames: list[tuple[float, int]] = []
        self.status: dict = {}
        self.changed = asyncio.Event()

    async def live(self) -> None:
        async with connect(f"{self.url}/live/socket", max_size=None) as self.socket:
            await self.tell(do="watch", family="gan", config=self.config, owner=self.owner, play=True)
            async for message in self.socket:
                if isinstance(message, bytes):
                    header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                    self.frames.append((time.monotonic(), header["step"]))
                    await self.tell(do="ack", seq=header["seq"])
                else:
                    said = json.loads(message)
                    if said["is"] == "status":
                        self.status = said
                self.changed.set()

    async def tell(self, **command) -> None:
        await self.socket.send(json.dumps(command))

    async def until(self, condition, seconds: float = 60) -> float:
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()
        return time.monotonic() - began

    def rate(self, since: float, until: float) -> float:
        return sum(since <= at < until for at, _ in self.frames) / (until - since)

    def steps(self, since: float, until: float) -> float:
        """Steps a second, as its frames show them."""
        seen = [(at, step) for at, step in self.frames if since <= at < until]
        return (seen[-1][1] - seen[0][1]) / (seen[-1][0] - seen[0][0])


async def viewers(
    url: str, count: int, seconds: float, meanwhile: Callable[[], dict[str, float]] = dict, **config
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """So many viewers, each with a run of its own, for a while; then all pause: when came the last new frame?

    `meanwhile`: what is done before that, here on the same two cores, while all of them train; its result.
    """
    clients = [Client(url, secrets.token_hex(16), seed=SEED + i, **config) for i in range(count)]
    tasks = [asyncio.create_task(client.live()) for client in clients]
    await asyncio.gather(*(client.until(lambda c=client: len(c.frames) > 3) for client in clients))
    begin = time.monotonic() + 2
    await asyncio.sleep(2 + seconds)
    end = time.monotonic()
    result = await asyncio.to_thread(meanwhile)
    asked = time.monotonic()
    for client in clients:
        await client.tell(do="pause")
    await asyncio.sleep(1.5)
    pauses = [max(0.0, client.frames[-1][0] - asked) for client in clients]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    rates = [c.rate(begin, end) for c in clients]
    return {"fps": rates, "steps": [c.steps(begin, end) for c in clients], "pause": pauses}, result
