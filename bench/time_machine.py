"""How long a visitor waits for the past: rewinding to any step of a long run, forking there and training on.

A real server and a real WebSocket client; half a minute.
    python -m playground bench time_machine --json
"""

import asyncio
import contextlib
import random
import time

from _figures import figure
from _live_server import healthy, server
from _live_viewers import SEED, Client

STEPS = 4000
LOOKS, FORKS = 24, 6


async def past(url: str) -> dict[str, list[float]]:
    """Seconds from asking to the picture: exact steps in random order, and forks to their first new frame."""
    me, chance = Client(url, "t" * 32, seed=SEED), random.Random(0)
    living = asyncio.create_task(me.live())
    try:
        await me.until(lambda: me.status.get("head", 0) >= STEPS, 300)
        await me.tell(do="pause")
        await me.until(lambda: not me.status["playing"])
        rewinds, forks = [], []
        for step in (chance.randrange(1, STEPS) for _ in range(LOOKS)):
            seen = len(me.frames)
            await me.tell(do="seek", step=step, exact=True)
            rewinds.append(await me.until(lambda n=seen, at=step: len(me.frames) > n and me.frames[-1][1] == at))
        for step in sorted((chance.randrange(STEPS // 2, STEPS) for _ in range(FORKS)), reverse=True):
            seen = len(me.frames)
            began = time.monotonic()
            await me.tell(do="fork", step=step)  # the fork of a fork has the same past
            await me.tell(do="play")
            await me.until(lambda n=seen, at=step: any(at < s <= at + 1000 for _, s in me.frames[n:]))
            forks.append(time.monotonic() - began)
            await me.tell(do="pause")
            await me.until(lambda: not me.status["playing"])
    finally:
        living.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await living
    return {"rewinds": rewinds, "forks": forks}


def run() -> dict:
    """Every figure."""
    with server() as url:
        healthy(url)
        took = asyncio.run(past(url))
    rewinds, forks = sorted(took["rewinds"]), sorted(took["forks"])
    asked = f"exact steps of a run of {STEPS} steps, random order"
    return {
        "figures": [
            figure("rewind, median", "", rewinds[len(rewinds) // 2], unit="s", how=asked),
            figure("rewind, slowest", "< 1", rewinds[-1], unit="s", how=asked),
            figure("fork to its first new frame, median", "", forks[len(forks) // 2], unit="s"),
            figure("fork to its first new frame, slowest", "< 1", forks[-1], unit="s"),
        ]
    }
