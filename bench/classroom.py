"""A class of thirty: how quickly it comes together, follows, and comes back; what the wall costs the server.

A real server, scripted clients on real sockets, and a browser for what a person does; about five minutes.
    python -m playground bench classroom [--json]        all of it
    python bench/classroom.py [PART ...]                 some parts
"""

import asyncio
import random
import string
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import numpy as np
import psutil
from _class_browsers import in_browsers
from _class_clients import Class, Seat
from _figures import figure, main, measured
from _lesson_player import play_all
from _live_browser import browser_page
from faults import Victim
from websockets.exceptions import WebSocketException

from playground.classroom.lesson import Lesson, LessonStep
from playground.classroom.link import encode
from playground.data.plane import user_data
from playground.engine.text_store import in_short

STUDENTS, MEMBERS, WATCH_S = 30, 60, 12.0
MALFORMED = 10_000
WORDS = "the generator follows a discriminator samples mode curve floor score noise density watch predict why"


def with_server(work: Callable[[Victim], Awaitable[list[dict]]]) -> list[dict]:
    """The rows of a part that needs a server of its own."""
    with tempfile.TemporaryDirectory() as runs:
        victim = Victim(Path(runs))
        victim.start()
        try:
            return asyncio.run(work(victim))
        finally:
            victim.kill()


def p95(seconds: list[float]) -> float:
    return float(np.percentile(seconds, 95))


async def _together(victim: Victim) -> list[dict]:
    async with Class(victim.port, STUDENTS) as group:
        await group.train()
        await asyncio.sleep(3)
        moves = [await group.reaction(lambda s, at=at: s.view.get("at") == at, "move", at=at) for at in range(1, 6)]
        pauses = [
            await group.reaction(lambda s, on=on: s.view.get("paused") is on, "pause", on=on)
            for on in (True, False) * 3
        ]
        process, seats = psutil.Process(victim.process.pid), group.teacher
        with_wall, pictures = await _cpu(process, seats)
        seats.first = None
        await seats.socket.close()  # nobody looks at the wall
        without, _ = await _cpu(process, seats)
        return [
            figure("last join until the teacher sees all 30", "<= 2", group.join_s, unit="s"),
            figure(
                "teacher moves on: every student told, p95",
                "<= 1",
                p95(sum(moves, [])),
                unit="s",
                how=f"{len(moves)} moves, {STUDENTS} students in training",
            ),
            figure("pause all, p95", "<= 0.7", p95(sum(pauses, [])), unit="s", how=f"{len(pauses)} times"),
            figure(
                "the wall of 30: share of a core",
                "<= 0.15",
                with_wall - without,
                how=f"{pictures / WATCH_S:.0f} pictures a second; the server with the console {with_wall:.2f}, without "
                f"{without:.2f} of a core",
            ),
        ]


async def _cpu(process: psutil.Process, teacher: Seat) -> tuple[float, int]:
    """The server's share of a core over some seconds, and the pictures that came."""
    before, pictures = process.cpu_times(), teacher.pictures
    await asyncio.sleep(WATCH_S)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / WATCH_S, teacher.pictures - pictures


def together() -> list[dict]:
    """Thirty students, each in training."""
    return with_server(_together)


async def _sixty(victim: Victim) -> list[dict]:
    async with Class(victim.port, MEMBERS) as group:
        asked = time.monotonic()
        await group.train()
        while not all(len(stage.frames) > 1 for stage in group.stages):
            await asyncio.sleep(0.1)
        began = time.monotonic()
        await asyncio.sleep(WATCH_S)
        rates = [stage.rate(began, time.monotonic()) for stage in group.stages]
        first = [stage.frames[0] - asked for stage in group.stages]
        return [
            figure(
                "60 members who all begin at once on a server just started: until each has a picture",
                "",
                max(first),
                unit="s",
                how=f"the first one after {min(first):.1f} s",
            ),
            figure(
                "60 members in training: least frames a second",
                ">= 1",
                min(rates),
                how=f"median {np.median(rates):.1f}, most {max(rates):.1f}",
            ),
        ]


def sixty() -> list[dict]:
    """A full room."""
    return with_server(_sixty)


async def _restart(victim: Victim) -> list[dict]:
    async with Class(victim.port, STUDENTS) as group:
        await group.teacher.tell("move", at=3)
        for number, seat in enumerate(group.students):
            await seat.until(lambda s: s.view.get("at") == 3)
            await seat.tell("answer", at=3, answer=number % 2)
        for seat in group.students:
            await seat.until(lambda s: "answered" in s.heard)
        victim.kill()
        for seat in [group.teacher, *group.students]:
            seat.view = {}
        up = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(None, victim.start)
        for seat in [group.teacher, *group.students]:
            await seat.until(lambda s: "code" in s.view and s.view.get("at") == 3, 60)
        back = max(seat.back_at for seat in [group.teacher, *group.students]) - up
        lost = sum(seat.view["me"]["answers"].get("3") != number % 2 for number, seat in enumerate(group.students))
        return [
            figure(
                "server killed: from its new start until all are back",
                "<= 6",
                max(back, 0.0),
                unit="s",
            ),
            figure("answers lost", "<= 0", lost),
        ]


def restart() -> list[dict]:
    """The server is killed and started again."""
    return with_server(_restart)


async def _malformed(victim: Victim) -> list[dict]:
    chance, accepted = random.Random(0), 0
    async with Class(victim.port, 2) as group:
        code, before = group.teacher.view["code"], dict(group.teacher.view)
        thief = Seat(victim.port)
        task = asyncio.create_task(thief.live())
        await thief.begin("enter", code=code, token="a" * 22)
        for number in range(MALFORMED):
            text = _nonsense(chance, code)
            try:
                await thief.socket.send(text)
            except (OSError, WebSocketException):  # it was shown the door, and comes again
                await asyncio.sleep(0.05)
            if number % 500 == 0:
                await asyncio.sleep(0.05)
        await asyncio.sleep(3)
        accepted = sum(kind in thief.heard for kind in ("opened", "joined", "entered", "room", "link", "results"))
        task.cancel()
        await group.teacher.tell("pause", on=True)
        await group.students[0].until(lambda s: s.view.get("paused") is True)
        changed = {k for k in before if k not in ("members", "here", "paused") and group.teacher.view[k] != before[k]}
        alive = victim.process.poll() is None
    return [
        figure("10,000 malformed messages and foreign tokens: accepted", "<= 0", accepted + len(changed)),
        figure("crashes", "<= 0", not alive),
    ]


def _nonsense(chance: random.Random, code: str) -> str:
    token = "".join(chance.choices(string.ascii_letters, k=22))
    commands = ("move", "kick", "close", "reveal", "votes", "link", "results", "pause", "answer", "state", "order")
    return chance.choice(
        (
            f'{{"do": "enter", "code": "{code}", "token": "{token}"}}',
            f'{{"do": "{chance.choice(commands)}", "at": {chance.randrange(-5, 200)}, "on": true}}',
            f'{{"do": "{chance.choice(commands)}"}}',
            '{"do": "join", "code": 5}',
            "[" * chance.randrange(1, 400),
            "".join(chance.choices(string.printable, k=chance.randrange(0, 300))),
            '{"do": "open", "lesson": "z' + "A" * chance.randrange(70, 900) + '"}',
            "x" * 20_000,
        )
    )


def malformed() -> list[dict]:
    """A stranger on the socket of rooms."""
    return with_server(_malformed)


def link() -> list[dict]:
    """Twelve steps with texts and a drawing."""
    rng = np.random.default_rng(0)
    turn = rng.uniform(0, 2 * np.pi, 400)
    outline = np.stack([2 * np.cos(turn) * (1 + 0.2 * np.sin(5 * turn)), 2 * np.sin(turn)], 1)
    code = user_data.encode(outline + 0.05 * rng.normal(size=outline.shape))
    query = {"gan.data": "own", "gan.own": in_short(code)}
    steps = [
        LessonStep(title=f"Step {i}", text=" ".join(rng.choice(WORDS.split(), 40)), page="gan", query=query)
        for i in range(12)
    ]
    texts = {} if in_short(code) == code else {in_short(code)[1:]: code}
    return [
        figure("12 steps and 400 points as a link", "<= 4096", len(encode(Lesson(title="t", steps=steps, texts=texts))))
    ]


def browsers() -> list[dict]:
    """Three browsers, whose screens follow."""
    with tempfile.TemporaryDirectory() as runs:
        victim = Victim(Path(runs))
        victim.start()
        try:
            return in_browsers(f"http://127.0.0.1:{victim.port}")
        finally:
            victim.kill()


def lessons() -> list[dict]:
    """A browser plays all shipped lessons, in both languages."""
    with tempfile.TemporaryDirectory() as runs, browser_page() as page:
        victim = Victim(Path(runs))
        victim.start()
        try:
            played = play_all(page.context.browser, f"http://127.0.0.1:{victim.port}")
        finally:
            victim.kill()
    dead = [sentence for one in played.values() for sentence in one.dead]
    steps = sum(one.steps for one in played.values())
    words = f"{len(played)} lessons, {steps} steps; {'; '.join(dead)}"
    return [figure("dead steps in all lessons, both languages", "<= 0", len(dead), how=words)]


PARTS = {
    "link": link,
    "browsers": browsers,
    "together": together,
    "sixty": sixty,
    "restart": restart,
    "malformed": malformed,
    "lessons": lessons,
}


def run() -> dict:
    """All figures of the class."""
    return measured(PARTS)


if __name__ == "__main__":
    main(__doc__ or "", PARTS)
