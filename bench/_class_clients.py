"""A class of scripted clients: each student has a seat in the room and a stage on which a model trains."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from playground.classroom.goals import ReachStep
from playground.classroom.lesson import Lesson, LessonStep
from playground.classroom.link import encode
from playground.classroom.questions import Option, Question

CONFIG = {"g_width": 16, "d_width": 16, "batch": 64}
VOTE = Question(kind="choice", text="More modes?", options=["yes", "no"], truth=Option(kind="option", index=0))
LESSON = encode(
    Lesson(
        title="A class of thirty",
        steps=[
            LessonStep(title=f"Step {i}", page="gan", question=VOTE, goal=ReachStep(kind="step", at_least=100))
            for i in range(12)
        ],
    )
)


class Seat:
    """One connection to the socket of rooms, which comes back with its token."""

    def __init__(self, port: int):
        self.url = f"ws://127.0.0.1:{port}/live/socket/room"
        self.view: dict[str, Any] = {}
        self.heard: dict[str, dict] = {}
        self.pictures = 0
        self.first: dict[str, Any] | None = None
        self.changed = asyncio.Event()
        self.back_at = 0.0
        """When it was let in last."""

    async def live(self) -> None:
        """Call, listen, call again, until cancelled."""
        while True:
            try:
                async with connect(self.url, max_size=None, open_timeout=5, close_timeout=1) as self.socket:
                    if self.first is not None:
                        await self.tell(**self.first)
                    async for message in self.socket:
                        self._hear(message)
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.3 * random.random() + 0.1)

    def _hear(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.pictures += 1
        else:
            said = json.loads(message)
            self.heard[said["is"]] = said
            if said["is"] == "room":
                self.view |= said
                self.back_at = time.monotonic()
            elif said["is"] in ("opened", "joined"):
                self.first = {"do": "enter", "code": said["code"], "token": said["token"]}
        self.changed.set()

    async def tell(self, do: str, **command: Any) -> None:
        await self.socket.send(json.dumps({"do": do, **command}))

    async def begin(self, do: str, **command: Any) -> None:
        """Say this first, as soon as there is a connection."""
        while not hasattr(self, "socket"):
            await asyncio.sleep(0.01)
        self.first = {"do": do, **command}
        with contextlib.suppress(WebSocketException):
            await self.tell(do, **command)

    async def until(self, condition: Callable[["Seat"], bool], seconds: float = 30) -> None:
        """Wait until what it was told says so; TimeoutError."""
        async with asyncio.timeout(seconds):
            while not condition(self):
                self.changed.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.5):
                        await self.changed.wait()


class Stage:
    """A student's model in training, whose frames are acknowledged at once."""

    def __init__(self, port: int, number: int):
        self.url, self.owner = f"ws://127.0.0.1:{port}/live/socket", f"{number:032}"
        self.config = {**CONFIG, "seed": 400 + number}
        self.run: str | None = None
        self.frames: list[float] = []
        self.step = 0

    async def live(self) -> None:
        while True:
            try:
                async with connect(self.url, max_size=None, open_timeout=5, close_timeout=1) as socket:
                    watch = {"family": "gan", "config": self.config, "owner": self.owner, "run": self.run}
                    await socket.send(json.dumps({"do": "watch", "play": True, **watch}))
                    async for message in socket:
                        if isinstance(message, bytes):
                            header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                            self.frames.append(time.monotonic())
                            self.step = header["step"]
                            await socket.send(json.dumps({"do": "ack", "seq": header["seq"]}))
                        elif (said := json.loads(message))["is"] == "watching":
                            self.run = said["run"]
            except (OSError, WebSocketException, TimeoutError):
                await asyncio.sleep(0.3 * random.random() + 0.1)

    def rate(self, since: float, until: float) -> float:
        """Frames a second between two moments."""
        return sum(since <= at < until for at in self.frames) / (until - since)


class Class:
    """A teacher and students, each with a stage; all of it goes on until the block ends."""

    def __init__(self, port: int, students: int):
        self.teacher = Seat(port)
        self.students = [Seat(port) for _ in range(students)]
        self.stages = [Stage(port, number) for number in range(students)]
        self.tasks: list[asyncio.Task] = []
        self.join_s = 0.0
        """Seconds from the last join until the teacher saw everyone."""

    async def __aenter__(self) -> "Class":
        self.tasks = [asyncio.create_task(one.live()) for one in [self.teacher, *self.students]]
        await self.teacher.begin("open", lesson=LESSON)
        await self.teacher.until(lambda seat: "code" in seat.view)
        code = self.teacher.view["code"]
        await asyncio.gather(*(seat.begin("join", code=code) for seat in self.students))
        for seat in self.students:
            await seat.until(lambda s: "me" in s.view)
        joined = time.monotonic()
        await self.teacher.until(lambda seat: len(seat.view.get("members", [])) == len(self.students))
        self.join_s = time.monotonic() - joined
        return self

    async def train(self) -> None:
        """Every student's model trains, and each seat says so."""
        self.tasks += [asyncio.create_task(stage.live()) for stage in self.stages]
        self.tasks.append(asyncio.create_task(self._report()))
        async with asyncio.timeout(120):
            while not all(stage.frames for stage in self.stages):
                await asyncio.sleep(0.1)

    async def _report(self) -> None:
        while True:
            for seat, stage in zip(self.students, self.stages, strict=True):
                with contextlib.suppress(WebSocketException):
                    at = seat.view.get("at", 0)
                    await seat.tell("state", at=at, page="gan", run=stage.run, step=stage.step, playing=True)
            await asyncio.sleep(0.6)

    async def reaction(self, condition: Callable[[Seat], bool], do: str, **command: Any) -> list[float]:
        """Seconds from a teacher's command until each student's seat was told."""
        began = time.monotonic()
        await self.teacher.tell(do, **command)

        async def told(seat: Seat) -> float:
            await seat.until(condition)
            return time.monotonic() - began

        return list(await asyncio.gather(*map(told, self.students)))

    async def __aexit__(self, *error: object) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
