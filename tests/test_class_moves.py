"""A class behind nginx whose server is killed, of two on one folder of runs: everyone is back on the other one, with
all answers, and what happens from then on is copied as before."""

import asyncio
import contextlib
import json
import threading
import time
import urllib.request
import zipfile
from pathlib import Path

from support.nginx import Nginx
from support.server import Server

BENCH = Path(__file__).parents[1] / "bench"
PUPILS, BACK_S = 3, 5.0


@contextlib.contextmanager
def two_servers(folder, **environ):
    """Both behind nginx as docs/operations.md has it: (the two, nginx)."""
    servers = [Server(folder / "runs"), Server(folder / "runs")]
    starting = [threading.Thread(target=server.start, kwargs=environ) for server in servers]
    with contextlib.ExitStack() as stack:
        for thread in starting:
            thread.start()
        for thread, server in zip(starting, servers, strict=True):
            thread.join()
            stack.callback(server.stop)
        proxy = Nginx([server.port for server in servers])
        stack.callback(proxy.stop)
        yield servers, proxy


def viewers(server):
    with urllib.request.urlopen(f"{server.url}/live/health", timeout=10) as answer:
        return json.loads(answer.read())["viewers"]


def newest(folder, pattern):
    return max(folder.glob(pattern), default=folder / "none")


def copied_step(bucket, run):
    """The step of a run's copy; 0: there is none that is whole just now."""
    with (
        contextlib.suppress(OSError, zipfile.BadZipFile),
        zipfile.ZipFile(newest(bucket, f"{run}.*")) as file,
    ):
        return json.loads(file.read("run.json"))["step"]
    return 0


def copied_answers(bucket, code):
    """How many answers the copy of a room holds."""
    with contextlib.suppress(OSError):
        return newest(bucket / "rooms", f"{code}.*").read_text().count('"answered"')
    return 0


async def until(condition, seconds=30):
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def answered(pupils, at):
    for index, pupil in enumerate(pupils):
        pupil.heard.pop("answered", None)
        await pupil.tell("answer", at=at, answer=index % 2)
    for pupil in pupils:
        await pupil.until(lambda p: p.heard.get("answered", {}).get("at") == at)


async def story(clients, servers, proxy, bucket, start):
    teacher, *pupils = (clients.Seat(proxy.port) for _ in range(PUPILS + 1))
    stage = clients.Stage(proxy.port, 1)
    for one in (teacher, *pupils):
        start(one.live())
    await teacher.begin("open", lesson=clients.LESSON)
    await teacher.until(lambda t: "opened" in t.heard)
    code = teacher.heard["opened"]["code"]
    for pupil in pupils:
        await pupil.begin("join", code=code)
        await pupil.until(lambda p: "me" in p.view)
    training = start(stage.live())
    await answered(pupils, 0)
    await until(lambda: stage.step > 20)
    owner, other = sorted(servers, key=viewers, reverse=True)
    assert viewers(other) == 0  # one address, one server
    step, killed = stage.step, time.monotonic()
    owner.process.kill()
    for one in (teacher, *pupils):
        await one.until(lambda p: p.back_at > killed)
    back = time.monotonic() - killed
    assert [pupil.view["me"]["answers"] for pupil in pupils] == [{"0": index % 2} for index in range(PUPILS)]
    await teacher.tell("move", at=1)
    await teacher.until(lambda t: t.view["at"] == 1 and t.view["here"] == PUPILS)
    await answered(pupils, 1)
    await until(lambda: stage.step > step + 20)
    training.cancel()  # nobody watches it any more
    await until(lambda: copied_answers(bucket, code) == 2 * PUPILS)
    await until(lambda: copied_step(bucket, stage.run) >= stage.step)
    assert viewers(other) > PUPILS
    return back


def test_a_class_is_back_on_the_other_server_with_all_answers(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH))
    import _class_clients as clients

    bucket = tmp_path / "bucket"

    async def played(servers, proxy):
        tasks = []

        def start(work):
            tasks.append(asyncio.create_task(work))
            return tasks[-1]

        try:
            return await story(clients, servers, proxy, bucket, start)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    with two_servers(tmp_path, PLAYGROUND_RUNS_COPY=str(bucket), PLAYGROUND_ENGINE="inline") as (servers, proxy):
        back = asyncio.run(played(servers, proxy))
    assert back <= BACK_S
