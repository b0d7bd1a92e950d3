"""A hub with real workers, and what a test waits for."""

import asyncio
import contextlib
import time
from unittest.mock import patch

from playground.engine.engines import open_slots
from playground.engine.executors import Inline, Slot
from playground.engine.housekeeping import keep_spare
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.local import train
from playground.engine.run import start
from playground.engine.store import Store
from playground.families.gan.config import GanConfig
from support.kept_workers import borrowed, no_warm_up

CONFIG = GanConfig(g_width=8, d_width=8, batch=16)
ME, YOU = "m" * 32, "y" * 32


async def no_spare(processes, slots):
    """Instead of `keep_spare`: another process takes its time to start."""


@contextlib.asynccontextmanager
async def a_hub(path, *, inline=False, spare=False, cold=False, **limits):
    """`cold`: its workers start with it."""
    limits = Limits(**limits)
    slots = [Slot(Inline)] if inline else open_slots(limits) if cold or spare else borrowed(limits)
    hub = Hub(limits, slots, Store(path, limits))
    with (
        patch("playground.engine.hub.warm_up_worker", no_warm_up),
        patch("playground.engine.hub.keep_spare", keep_spare if spare else no_spare),
    ):
        await hub.open()
    try:
        yield hub
    finally:
        await hub.close()


async def until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.01)


def undisturbed(steps, config=CONFIG):
    run = start("gan", config, "", Limits())
    train(run, steps, on_progress=lambda *_: None, stop=lambda: False)
    return run


def watched(live_run):
    notes = []
    live_run.listeners.add(notes.append)
    return notes
