"""Two web servers on one folder of runs, as behind a proxy that sends a visitor to whichever lives; one is killed."""

import asyncio
import contextlib
import random
import signal
import tempfile
import time
from pathlib import Path

import psutil
import torch
from _client import Client
from _figures import figure
from _fortress_server import Fortress
from faults import same, undisturbed

from playground.engine.limits import Limits
from playground.engine.run import Run
from playground.engine.store import Store

BACK_S = 5.0
"""Within which whoever was connected to a killed server is to see the same run again, on the other one."""
GRACE_S = 15.0


class Roaming(Client):
    """A visitor whom each broken connection brings to the next server. A guest looks at the run of somebody else."""

    def __init__(self, ports: list[int], number: int, chance: random.Random, host: Client | None = None):
        super().__init__(ports[number % len(ports)], number, chance)
        self.ports, self.turn, self.host = ports, number, host
        self.broken_at = self.went_on_at = time.monotonic()
        self.back: list[float] = []
        """Seconds from each broken connection until it saw its run again."""
        self.steps_at: list[float] = []
        """When it saw further steps."""
        if host is not None:
            self.restless, self.config = False, host.config

    def left_alone(self) -> None:
        if self.shown or self.head_seen:
            self.broken_at, self.head_seen = time.monotonic(), False
        self.turn += 1
        self.url = f"ws://127.0.0.1:{self.ports[self.turn % len(self.ports)]}/live/socket"

    head_seen = False
    """Whether it was shown its run since the last call."""

    async def live(self) -> None:
        if self.host is not None:
            self.run = self.host.run
        await super().live()

    def know(self, step: int) -> None:
        if not self.head_seen:
            self.head_seen = True
            if self.calls > 1:
                self.back.append(time.monotonic() - self.broken_at)
        if step > self.head:
            self.steps_at.append(time.monotonic())
        super().know(step)


def _longest_pause(client: Roaming, since: float) -> float:
    """The longest time without a further step since then, in seconds."""
    times = [since, *(at for at in client.steps_at if at > since)]
    return max((after - before for before, after in zip(times, times[1:], strict=False)), default=float("inf"))


async def _story(servers: list[Fortress], clients: list[Roaming], guests: list[Roaming], rounds: int, seconds: float):
    """Train, kill a server, come back, start it again, and so on; how many of its workers were left, and since when."""
    tasks = [asyncio.create_task(client.live()) for client in clients]
    left, began = 0, time.monotonic()
    try:
        await asyncio.gather(*(client.until(lambda c=client: c.head > 20) for client in clients))
        tasks += [asyncio.create_task(guest.live()) for guest in guests]
        await asyncio.gather(*(guest.until(lambda g=guest: g.shown > 2) for guest in guests))
        began = time.monotonic()
        for number in range(rounds):
            await asyncio.sleep(seconds)
            victim = servers[number % len(servers)]
            workers = psutil.Process(victim.process.pid).children(recursive=True)
            victim.process.send_signal(signal.SIGKILL)
            await asyncio.to_thread(victim.process.wait)
            await asyncio.sleep(seconds)
            await asyncio.gather(*(client.recovered() for client in [*clients, *guests]))
            _, alive = await asyncio.to_thread(psutil.wait_procs, workers, GRACE_S)
            left += len(alive)
            if number + 1 < rounds:
                await asyncio.to_thread(victim.start)
        return left, began
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def measure(count: int, watching: int, rounds: int, seconds: float, **environ: str) -> list[dict]:
    """`count` visitors with runs of their own, `watching` guests on the other server; `rounds` kills."""
    with tempfile.TemporaryDirectory() as folder:
        runs = Path(folder) / "runs"
        servers = [Fortress(runs, Path(folder) / f"log-{i}", PLAYGROUND_WORKERS="1", **environ) for i in range(2)]
        try:
            for server in servers:
                server.start()
            ports = [server.port for server in servers]
            clients = [Roaming(ports, i, random.Random(i)) for i in range(count)]
            guests = [Roaming(ports, i + 1, random.Random(100 + i), clients[i]) for i in range(watching)]
            left, began = asyncio.run(_story(servers, clients, guests, rounds, seconds))
        finally:
            for server in servers:
                with contextlib.suppress(AttributeError):  # it was never started
                    server.stop()
        defects = sum(server.defects() for server in servers)
        kept = Store(runs, Limits())
        found = [kept.load(client.run or "") for client in clients]
        locks = [path.name for path in (runs / "owners").rglob("*") if path.is_file()]
    alike = [_whole(run, client) for run, client in zip(found, clients, strict=True)]
    everyone = [*clients, *guests]

    def total(name: str) -> int:
        return sum(getattr(client, name) for client in everyone)

    back = [seconds for client in everyone for seconds in client.back]
    how = f"{count} visitors, {watching} guests, {rounds} kills"
    return [
        figure("servers: killed, of two on one folder", ">= 1", rounds, how=how),
        figure("servers: visitors who lost their server", ">= 1", len(back)),
        figure("servers: longest until they saw their run again", f"<= {BACK_S:g}", max(back), unit="s", how=how),
        figure(
            "servers: longest pause of a run, as seen",
            "",
            max(_longest_pause(client, began) for client in everyone),
            unit="s",
            how="kills, taking over and the start of a cold worker among them",
        ),
        figure("servers: runs lost", "<= 0", total("lost_runs")),
        figure("servers: steps lost that somebody was told of", "<= 0", total("lost_steps")),
        figure("servers: changes by hand lost", "<= 0", total("lost_marks"), how=f"of {total('marked')}"),
        figure("servers: runs that did not go on", "<= 0", total("stuck")),
        figure("servers: runs with other weights than undisturbed", "<= 0", sum(not one for one in alike)),
        figure("servers: workers left of a killed server", "<= 0", left, how=f"{GRACE_S:g} s after it"),
        figure("servers: errors of the program in the logs", "<= 0", defects),
        figure("servers: locks left in the end", "", len(locks), how="files without a holder: nobody is kept out"),
    ]


def _whole(run: Run | None, client: Client) -> bool:
    if run is None:
        return False
    client.compare(run.step, [event.step for event in run.events])
    return all(same(run, undisturbed(run)))


def rows() -> list[dict]:
    """Eight visitors, four guests; each server is killed twice."""
    torch.set_num_threads(1)  # as in a worker: the weights are compared to the bit
    return measure(8, 4, 4, 5.0)
