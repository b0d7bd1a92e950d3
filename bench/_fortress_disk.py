"""A disk that fills in the midst of ten runs: a real server on a small file system of its own, and scripted browsers.
For `bench/fortress.py`, and alone: python bench/_fortress_disk.py

It needs Linux and its administrator, who may mount a file system.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from _client import Client
from _figures import figure, main
from faults import Victim, undisturbed

from playground.core.i18n import translator
from playground.engine.limits import Limits
from playground.engine.live_run import NOT_WRITTEN, WRITTEN_AGAIN
from playground.engine.store import Store

RUNS, FULL_S, MEGABYTES = 10, 5.0, 64
ENOUGH = 50
"""Steps before the disk fills, and after it has space again."""


class Watcher(Client):
    """One visitor who only looks on, and remembers the sentences."""

    def __init__(self, port: int, number: int):
        super().__init__(port, number, random.Random(number))
        self.waits: set[str] = set()
        self.notes: set[str] = set()

    async def listen(self) -> None:
        async for message in self.socket:
            if isinstance(message, bytes):
                header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                self.know(header["step"])
                await self.tell(do="ack", seq=header["seq"])
            else:
                said = json.loads(message)
                if said["is"] == "status" and said["waits"]:
                    self.waits.add(said["waits"])
                elif said["is"] == "note":
                    self.notes.add(said["text"])
                await self.hear(said)
            self.changed.set()


@contextlib.contextmanager
def small_disk(megabytes: int) -> Iterator[Path]:
    """The folder of a file system of its own, so large; `OSError` where nobody may mount one."""
    with tempfile.TemporaryDirectory() as folder:
        options = f"size={megabytes}m,mode=0700"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True)
        if mounted.returncode:
            raise OSError(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(path: Path) -> None:
    """A file that takes all that is left, to the last byte."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while os.write(file, b"0" * size) == size:
                    pass
    finally:
        os.close(file)


async def all_of(clients: list[Watcher], condition: Callable[[Watcher], object], seconds: float) -> int:
    """Of how many this comes true meanwhile."""
    results = await asyncio.gather(
        *(client.until(lambda c=client: condition(c), seconds) for client in clients), return_exceptions=True
    )
    return sum(result is None for result in results)


async def story(clients: list[Watcher], ballast: Path) -> tuple[int, int]:
    """How many runs began, and how many went on when there was space again."""
    tasks = [asyncio.create_task(client.live()) for client in clients]
    try:
        began = await all_of(clients, lambda client: client.head > ENOUGH, 120)
        end = time.monotonic() + FULL_S
        while time.monotonic() < end:  # what failed gives a little room back
            await asyncio.to_thread(fill, ballast)
            await asyncio.sleep(0.1)
        stood = {client: client.head for client in clients}
        ballast.unlink()
        gone_on = await all_of(clients, lambda client: client.head > stood[client] + ENOUGH, 60)
        await asyncio.gather(*(client.tell(do="pause") for client in clients))
        await asyncio.sleep(2)
        return began, gone_on
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def wrong_rows(client: Watcher, store: Store) -> int:
    """Rows on the disk that are not those of an undisturbed run, and rows that the client was told of and are not
    there."""
    run = store.load(client.run) if client.run else None
    if run is None:
        return client.head
    run.state_step = run.step  # all of it
    rows, true = run.timeline.scalars.rows, undisturbed(run).timeline.scalars.rows
    alike = (rows == true) | (np.isnan(rows) & np.isnan(true))
    return int((~alike.all(axis=1)).sum()) + max(0, client.head - run.step)


def full_disk() -> dict:
    """`rows`: of all runs on the disk; `wrong`: of these, or missing; `told`: clients that saw why nothing comes,
    `again`: that it goes on; `gone_on`: runs that went on; `stopped`: runs; `failures`, `dead`: the server's."""
    english = translator("en")
    with small_disk(MEGABYTES) as folder:
        victim = Victim(folder / "runs")
        victim.start()
        try:
            clients = [Watcher(victim.port, number) for number in range(RUNS)]
            began, gone_on = asyncio.run(story(clients, folder / "ballast"))
            with urllib.request.urlopen(f"http://127.0.0.1:{victim.port}/live/health", timeout=10) as answer:
                health = json.loads(answer.read())
        finally:
            victim.kill(15)
        store = Store(folder / "runs", Limits())
        return {
            "runs": began,
            "gone_on": gone_on,
            "rows": sum(run.step for client in clients if client.run and (run := store.load(client.run))),
            "wrong": sum(wrong_rows(client, store) for client in clients),
            "told": sum(english(NOT_WRITTEN) in client.waits | client.notes for client in clients),
            "again": sum(english(WRITTEN_AGAIN) in client.notes for client in clients),
            "stopped": sum(client.stops for client in clients),
            "failures": sum(health["failures"].values()),
            "dead": len(health["dead"]),
        }


def full() -> list[dict]:
    """A disk full for some seconds in the midst of ten runs."""
    found = full_disk()
    return [
        figure("disk: rows wrong or missing", "<= 0", found["wrong"], how=f"of {found['rows']}"),
        figure("disk: runs that went on", f">= {RUNS}", found["gone_on"], how=f"full for {FULL_S:g} s"),
        figure("disk: visitors who read why nothing came", f">= {RUNS}", found["told"]),
        figure("disk: visitors who read that it goes on", f">= {RUNS}", found["again"]),
        figure("disk: runs stopped", "<= 0", found["stopped"]),
        figure("disk: failures and dead tasks of the server", "<= 0", found["failures"] + found["dead"]),
    ]


if __name__ == "__main__":
    main(__doc__, {"disk": full})
