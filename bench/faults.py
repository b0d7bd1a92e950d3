"""Two minutes of SIGKILL on workers and on the server, with twenty clients connected.

What a client was told (its run, steps, marks of changes by hand) must be there after every recovery, and the
weights must be those of an undisturbed run. About four minutes: python -m playground bench faults --json
"""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
from _client import Client
from _figures import figure

from playground.engine.limits import Limits
from playground.engine.run import Run, start
from playground.engine.store import Store
from playground.engine.worker import ExperimentCache

ROOT = Path(__file__).parents[1]
IDLE_S = 3
GRACE_S = 15
"""Workers look for their server twice a second, and loky's trackers go after them; a full machine takes its time."""


class Victim:
    """The app on a port of its own, which is killed and started again; its folder of runs stays."""

    def __init__(self, runs: Path):
        self.runs = runs
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "streamlit",
                "run",
                "app.py",
                "--server.port",
                str(self.port),
                "--server.address",
                "127.0.0.1",
                "--server.headless",
                "true",
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            env={
                **os.environ,
                "PLAYGROUND_RUNS": str(self.runs),
                "PLAYGROUND_WORKERS": "2",
                "PLAYGROUND_IDLE_S": str(IDLE_S),
            },
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/live/health", timeout=1).read()
                return
            time.sleep(0.05)
        raise TimeoutError("the server does not come up")

    def workers(self) -> list[int]:
        """The worker processes; loky's resource tracker is none."""
        with contextlib.suppress(psutil.Error):
            return [
                child.pid
                for child in psutil.Process(self.process.pid).children()
                if "loky" in " ".join(child.cmdline()) and "resource_tracker" not in " ".join(child.cmdline())
            ]
        return []

    def kin(self) -> list[psutil.Process]:
        """Every process that was started by any of these servers, known by the folder in its environment."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if (
                    process.environ().get("PLAYGROUND_RUNS") == str(self.runs)
                    and process.status() != psutil.STATUS_ZOMBIE
                ):
                    found.append(process)
        return found

    def kill(self, how: int = signal.SIGKILL) -> int:
        """End the server; how many of its processes are still there after `GRACE_S`."""
        self.process.send_signal(how)
        self.process.wait(30)
        end = time.monotonic() + GRACE_S
        while (left := self.kin()) and time.monotonic() < end:
            time.sleep(0.05)
        for process in left:
            process.kill()
        return len(left)

    def level(self) -> tuple[float, int, int]:
        """Resident memory (MB), open descriptors and processes of the server."""
        process = psutil.Process(self.process.pid)
        return process.memory_info().rss / 1e6, process.num_fds(), len(self.kin())


@dataclass
class Toll:
    """What was done to the server."""

    workers: int = 0
    servers: int = 0
    orphans: int = 0
    outages: list[float] = field(default_factory=list)


async def torment(victim: Victim, seconds: float, pause: float, chance: random.Random) -> Toll:
    """Kill a worker or, one time in five and not in the last third, the server, each `pause` seconds or so."""
    toll, began, turn = Toll(), time.monotonic(), 0
    while (spent := time.monotonic() - began) < seconds:
        await asyncio.sleep(chance.uniform(0, 2 * pause))
        turn += 1
        if turn % 5 == 2 and (spent < seconds * 2 / 3 or not toll.servers):
            down = time.monotonic()
            toll.orphans += await asyncio.to_thread(victim.kill)
            await asyncio.to_thread(victim.start)
            toll.servers += 1
            toll.outages.append(time.monotonic() - down)
        elif workers := victim.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers), signal.SIGKILL)
                toll.workers += 1
    return toll


async def settled(victim: Victim) -> tuple[float, int, int]:
    """The server's level when everybody has gone and the runs have left memory."""
    await asyncio.sleep(2.5 * IDLE_S)
    return victim.level()


async def story(victim: Victim, clients: list[Client], seconds: float, pause: float, chance: random.Random):
    """Connect, measure the level, connect again, kill, recover, leave: the levels before and after, and the toll."""

    async def live(work):
        tasks = [asyncio.create_task(client.live()) for client in clients]
        try:
            await asyncio.gather(*(client.until(lambda c=client: c.head > 30) for client in clients))
            result = await work()
            await asyncio.gather(*(client.recovered() for client in clients))
            return result
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    await live(lambda: asyncio.sleep(1))
    before = await settled(victim)
    toll = await live(lambda: torment(victim, seconds, pause, chance))
    return before, toll, await settled(victim)


def undisturbed(run: Run) -> Run:
    """The same run in one piece: its settings and what was done by hand, no fault, no rest."""
    twin = start(run.family, run.config, "", Limits())
    twin.events = list(run.events)
    cache = ExperimentCache()
    twin.add(cache.run_chunk(twin.next_chunk(cached=False, steps=run.state_step)))
    return twin


def same(run: Run, twin: Run) -> tuple[bool, bool]:
    """Whether weights (all that decides the future) and curves are equal to the bit."""
    rows = run.timeline.scalars.rows[: run.state_step]
    return run.state == twin.state, np.array_equal(rows, twin.timeline.scalars.rows, equal_nan=True)


def measure(count: int, seconds: float, pause: float, seed: int = 0) -> dict:
    """So many clients, so many seconds of kills, one each `pause` seconds in the mean."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        victim = Victim(Path(folder))
        victim.start()
        try:
            clients = [Client(victim.port, i, random.Random(seed + i)) for i in range(count)]
            before, toll, after = asyncio.run(story(victim, clients, seconds, pause, chance))
        finally:
            left = victim.kill(signal.SIGTERM)
        store = Store(Path(folder), Limits())
        runs = [store.load(client.run) for client in clients]
        for client, run in zip(clients, runs, strict=True):
            client.compare(run.step, [event.step for event in run.events])
        alike = [same(run, undisturbed(run)) for run in runs]
        half = list(Path(folder).rglob("*.part"))

    def total(name: str) -> int:
        return sum(getattr(client, name) for client in clients)

    return {
        "figures": [
            figure("clients, each with a run of its own", "", count),
            figure("workers killed", "", toll.workers),
            figure("servers killed", ">= 1", toll.servers),
            figure("reconnects", "", total("reconnects")),
            figure("longest time without a server", "", max(toll.outages), unit="s", how="from SIGKILL to an answer"),
            figure("steps trained", "", sum(run.step for run in runs)),
            figure("changes by hand that clients were told of", ">= 1", total("marked")),
            figure("runs lost", "<= 0", total("lost_runs")),
            figure("steps lost that a client was told of", "<= 0", total("lost_steps")),
            figure("changes by hand lost", "<= 0", total("lost_marks")),
            figure("clients whose run did not go on", "<= 0", total("stuck")),
            figure("runs stopped", "<= 0", total("stops")),
            figure("faults that a client was shown", "<= 0", total("refused")),
            figure("runs with other weights than undisturbed", "<= 0", sum(not weights for weights, _ in alike)),
            figure("runs with other curves than undisturbed", "<= 0", sum(not curves for _, curves in alike)),
            figure(f"orphans {GRACE_S} s after the server", "<= 0", toll.orphans + left),
            figure("half-written files left", "<= 0", len(half)),
            figure(
                "memory over its level before", "<= 40", after[0] - before[0], unit="MB", how=f"{before[0]:.0f} before"
            ),
            figure("descriptors over their level before", "<= 4", after[1] - before[1], how=f"{before[1]} before"),
            figure("processes over their level before", "<= 0", after[2] - before[2], how=f"{before[2]} before"),
        ]
    }


def run() -> dict:
    """All figures: twenty clients, two minutes, a kill each three seconds."""
    return measure(20, 120, 3.0)
