"""What a visitor costs a server: more and more of them train, or look at one run; docs/scale.md counts with these.

Costs are told in CPU time and memory, which other work on the machine changes little; how many frames each visitor gets
is that of this machine.
"""

import asyncio
import json
import math
import random
import time
import urllib.request
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import psutil
from _client import Client
from _figures import figure
from _fortress_server import Fortress, fortress
from prometheus_client.parser import text_string_to_metric_families

TOKEN = "bench-everywhere-load"
TRAINING, LOOKING = (1, 10, 30), (1, 30, 60)
"""Visitors who each train a run of their own, and who all look at one that somebody trains."""
SETTLE_S, MEASURE_S = 6.0, 15.0
FPS_CLASS = 1.0
"""Frames a second that everyone of a class of thirty is to get on two cores."""


class Visitor(Client):
    """One who trains, or looks at a run, with the lesson's own settings, and draws all that comes."""

    def __init__(self, port: int, number: int, run: str | None = None):
        super().__init__(port, number, random.Random(number))
        self.restless, self.run, self.config = False, run, {"seed": 100 + number}
        self.frames = self.bytes = 0

    async def listen(self) -> None:
        async for message in self.socket:
            self.bytes += len(message)
            if isinstance(message, bytes):
                self.frames += 1
                header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                await self.tell(do="ack", seq=header["seq"])
                self.know(header["step"])
            else:
                await self.hear(json.loads(message))
            self.changed.set()


@dataclass(frozen=True)
class Load:
    """What so many visitors took in a second, and got."""

    visitors: int
    server_cpu: float
    """Seconds of CPU a second, of the server's own process; and of its workers."""
    worker_cpu: float
    server_mb: float
    worker_mb: float
    """Of each worker, in the mean."""
    frames: float
    """Frames a second of each, in the mean; and of who got least."""
    least: float
    kbytes: float
    """A second, to each."""
    wait_ms: float
    """Of a turn, in the mean."""
    latency_ms: float
    """From a worker's answer to the network, in the mean."""


def scrape(server: Fortress) -> dict[str, float]:
    """The server's own figures, by name; those with labels added up."""
    request = urllib.request.Request(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    found: dict[str, float] = {}
    for family in families:
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


def _cpu(processes: Iterable[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


async def measured(server: Fortress, visitors: Sequence[Visitor], watched: Visitor | None = None) -> Load:
    """What these visitors cost beside nobody else; `watched` trains, and is none of them."""
    everyone = [*([watched] if watched else []), *visitors]
    tasks = [asyncio.create_task(one.live()) for one in ([watched] if watched else visitors)]
    try:
        if watched is not None:
            await watched.until(lambda: watched.run is not None and watched.head > 5)
            for one in visitors:
                one.run = watched.run
                tasks.append(asyncio.create_task(one.live()))
        await asyncio.gather(*(one.until(lambda one=one: one.frames > 2, 240) for one in everyone))
        await asyncio.sleep(SETTLE_S)
        own = psutil.Process(server.process.pid)
        workers = [child for child in own.children(recursive=True) if "loky" in " ".join(child.cmdline())]
        before, at = await asyncio.to_thread(scrape, server), time.monotonic()
        cpu, frames, size = (_cpu([own]), _cpu(workers)), [one.frames for one in visitors], [v.bytes for v in visitors]
        await asyncio.sleep(MEASURE_S)
        after, took = await asyncio.to_thread(scrape, server), time.monotonic() - at
        rates = [(one.frames - had) / took for one, had in zip(visitors, frames, strict=True)]
        sent = [(one.bytes - had) / took / 1e3 for one, had in zip(visitors, size, strict=True)]

        def mean(name: str) -> float:
            count = after[f"{name}_count"] - before[f"{name}_count"]
            return 1e3 * (after[f"{name}_sum"] - before[f"{name}_sum"]) / count if count else math.nan

        return Load(
            len(visitors),
            (_cpu([own]) - cpu[0]) / took,
            (_cpu(workers) - cpu[1]) / took,
            own.memory_info().rss / 1e6,
            after["playground_worker_memory_bytes"] / after["playground_workers"] / 1e6,
            sum(rates) / len(rates),
            min(rates),
            sum(sent) / len(sent),
            mean("playground_queue_wait_seconds"),
            mean("playground_frame_latency_seconds"),
        )
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def training(count: int) -> Load:
    """So many visitors, each with a run; a server of its own, so that none is left from before."""
    with fortress(PLAYGROUND_METRICS_TOKEN=TOKEN, PLAYGROUND_SPARE="false") as server:
        return asyncio.run(measured(server, [Visitor(server.port, number) for number in range(count)]))


def looking(count: int) -> Load:
    """So many visitors who look at the run of somebody else."""
    with fortress(PLAYGROUND_METRICS_TOKEN=TOKEN, PLAYGROUND_SPARE="false") as server:
        watched = Visitor(server.port, 999)
        guests = [Visitor(server.port, number) for number in range(count)]
        for one in guests:
            one.config = watched.config
        return asyncio.run(measured(server, guests, watched))


def slope(loads: Sequence[Load], name: str) -> float:
    """How much one visitor more adds, by least squares."""
    return float(np.polyfit([load.visitors for load in loads], [getattr(load, name) for load in loads], 1)[0])


def rows() -> list[dict]:
    found = []
    train, look = [training(count) for count in TRAINING], [looking(count) for count in LOOKING]
    for what, loads in (("train", train), ("look", look)):
        for load in loads:
            name = f"load: {load.visitors} who {what}"
            asked = f">= {FPS_CLASS:g}" if what == "train" and load.visitors == 30 else ""
            found += [
                figure(f"{name}: frames a second, who got least", asked, load.least, how=f"mean {load.frames:.2f}"),
                figure(f"{name}: the server's process", "", load.server_cpu, unit="cores"),
                figure(f"{name}: its workers", "", load.worker_cpu, unit="cores"),
                figure(f"{name}: memory of the server's process", "", load.server_mb, unit="MB"),
                figure(f"{name}: memory of a worker", "", load.worker_mb, unit="MB"),
                figure(f"{name}: mean way of a frame", "", load.latency_ms, unit="ms"),
                figure(f"{name}: mean wait for a turn", "", load.wait_ms, unit="ms"),
                figure(f"{name}: to each", "", load.kbytes, unit="kB/s"),
            ]
        frames = sum(load.frames * load.visitors for load in loads)
        spent, trained = sum(load.server_cpu for load in loads), sum(load.worker_cpu for load in loads)
        found += [
            figure(f"load: the server's CPU for a frame of those who {what}", "", 1e3 * spent / frames, unit="ms"),
            figure(f"load: the workers' CPU for a frame of those who {what}", "", 1e3 * trained / frames, unit="ms"),
            figure(f"load: memory for one more who {what}", "", slope(loads, "server_mb"), unit="MB"),
        ]
    return found
