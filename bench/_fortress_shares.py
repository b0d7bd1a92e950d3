"""Attacks on a visitor's share: dear steps, runs in the background, compiled runs. For `bench/fortress.py`, and alone:

    python bench/_fortress_shares.py http://127.0.0.1:8501 [dear] [background] [compiled]

The server has to allow what is measured: PLAYGROUND_STEP_MS=100000 for dear steps, PLAYGROUND_COMPILED=true for
compiled runs, PLAYGROUND_BACKGROUND and PLAYGROUND_BACKGROUND_PER_ADDRESS of 40 for as many in the background.
"""

import asyncio
import contextlib
import itertools
import json
import secrets
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

from websockets.asyncio.client import connect

SMALL = {"g_width": 16, "d_width": 16, "batch": 64}
DEAR = {"data": "digits", "batch": 2048, "width": 512, "depth": 4, "samples": 2}
"""A VAE of which one step takes about a second on one core."""


class Stage:
    """One stage without a screen, with a run of its own that trains."""

    def __init__(self, url: str, family: str = "gan", **config):
        self.url, self.family, self.config = url.replace("http", "ws") + "/live/socket", family, config
        self.owner = secrets.token_hex(16)
        self.frames: list[tuple[float, int]] = []
        self.refused: list[str] = []

    async def live(self, **first) -> None:
        """Watch and acknowledge until cancelled; `first` is told after the watch."""
        async with connect(self.url, max_size=None) as self.socket:
            await self.tell(do="watch", family=self.family, config=self.config, owner=self.owner, play=True)
            if first:
                await self.tell(**first)
            async for message in self.socket:
                if isinstance(message, bytes):
                    header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                    self.frames.append((time.monotonic(), header["step"]))
                    await self.tell(do="ack", seq=header["seq"])
                elif (said := json.loads(message))["is"] == "refused":
                    self.refused.append(said["text"])

    async def tell(self, **command) -> None:
        await self.socket.send(json.dumps(command))

    async def shown(self, count: int, seconds: float = 120) -> None:
        """Wait for so many frames."""
        async with asyncio.timeout(seconds):
            while len(self.frames) < count:
                await asyncio.sleep(0.05)

    def rates(self, since: float, until: float) -> tuple[float, float]:
        """Frames and steps a second."""
        seen = [(at, step) for at, step in self.frames if since <= at < until]
        steps = seen[-1][1] - seen[0][1] if seen else 0
        return len(seen) / (until - since), steps / (until - since)

    def gap(self, since: float, until: float) -> float:
        """The longest time without a frame, in seconds."""
        moments = [since, *(at for at, _ in self.frames if since <= at < until), until]
        return max(b - a for a, b in itertools.pairwise(moments))


@contextlib.asynccontextmanager
async def playing(*stages: Stage, **first) -> AsyncIterator[None]:
    """These stages are there meanwhile."""
    tasks = [asyncio.create_task(stage.live(**first)) for stage in stages]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class Measured:
    """What a visitor had: alone, during an attack, and after it (frames and steps a second)."""

    alone: tuple[float, float]
    during: tuple[float, float]
    after: tuple[float, float]
    gap: float
    """The longest time without a frame during the attack, in seconds."""
    attackers: list[int]
    """Frames that each attacker had."""
    refused: int


async def beside(url: str, attackers: list[Stage], seconds: float, leave: bool = False, **first) -> Measured:
    """A visitor who trains alone, beside the attackers, and from 1 s after they left. With `leave` they leave at once,
    when they have a first frame, and what they asked for goes on."""
    visitor = Stage(url, seed=secrets.randbelow(1000), **SMALL)
    async with playing(visitor):
        await visitor.shown(10)
        await asyncio.sleep(2)
        began = time.monotonic()
        await asyncio.sleep(seconds)
        alone = visitor.rates(began, time.monotonic())
        async with playing(*attackers, **first):
            for attacker in attackers:
                with contextlib.suppress(TimeoutError):
                    await attacker.shown(1, 60)
            if not leave:
                began = time.monotonic()
                await asyncio.sleep(seconds)
                ended = time.monotonic()
        if leave:
            await asyncio.sleep(1)
            began = time.monotonic()
            await asyncio.sleep(seconds)
            ended = time.monotonic()
        during, gap = visitor.rates(began, ended), visitor.gap(began, ended)
        await asyncio.sleep(1)
        last = time.monotonic()
        await asyncio.sleep(seconds / 2)
        after = visitor.rates(last, time.monotonic())
    frames = [len(attacker.frames) for attacker in attackers]
    return Measured(alone, during, after, gap, frames, sum(bool(attacker.refused) for attacker in attackers))


def dear(url: str, seconds: float = 12) -> Measured:
    """Two runs of dear steps."""
    return asyncio.run(beside(url, [Stage(url, "vae", **DEAR, seed=seed) for seed in (1, 2)], seconds))


def background(url: str, seconds: float = 12, count: int = 40) -> Measured:
    """Runs of invented owners that go on in the background when their owners have left."""
    stages = [Stage(url, seed=seed, **SMALL) for seed in range(count)]
    return asyncio.run(beside(url, stages, seconds, leave=True, do="background", on=True))


def compiled(url: str, seconds: float = 25) -> Measured:
    """Two compiled runs: while they are compiled, too."""

    async def story() -> Measured:
        stages = [Stage(url, seed=seed, execution="compiled", **SMALL) for seed in (1, 2)]
        for stage in stages:
            stage.frames.append((0.0, 0))  # so that nobody waits for them: compiling is what is measured
        return await beside(url, stages, seconds)

    return asyncio.run(story())


ATTACKS = {"dear": dear, "background": background, "compiled": compiled}

if __name__ == "__main__":
    for name in sys.argv[2:] or ATTACKS:
        print(name, ATTACKS[name](sys.argv[1]), flush=True)
