"""A client that reconnects as the stage does, and remembers everything that it was told."""

import asyncio
import json
import random
import time

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

CONFIG = {"g_width": 8, "d_width": 8, "batch": 16}


class Client:
    """One visitor with a run of its own, who changes a setting now and then."""

    def __init__(self, port: int, number: int, chance: random.Random):
        self.url, self.owner, self.chance = f"ws://127.0.0.1:{port}/live/socket", f"{number:032}", chance
        self.config = {**CONFIG, "seed": 100 + number}
        self.run: str | None = None
        self.head = 0
        """The newest step it was ever told of."""
        self.marks: dict[int, str] = {}
        self.stopped: str | None = None
        self.stops = 0
        """How often it was told that its run had to be stopped."""
        self.changed = asyncio.Event()
        self.calls = self.lost_runs = self.lost_steps = self.lost_marks = self.refused = 0
        self.stuck = 0
        self.shown = 0
        """Steps seen since the last call."""
        self.restless = True
        """Whether it changes a setting now and then."""

    @property
    def reconnects(self) -> int:
        return max(0, self.calls - 1)

    @property
    def marked(self) -> int:
        return len(self.marks)

    async def live(self) -> None:
        """Call, listen, call again, until cancelled."""
        while True:
            try:
                async with connect(self.url, max_size=None, open_timeout=5, close_timeout=1) as self.socket:
                    self.calls += 1
                    self.fresh, self.shown = True, 0
                    await self.tell(
                        do="watch", family="gan", config=self.config, owner=self.owner, run=self.run, play=True
                    )
                    await self.listen()
            except (OSError, WebSocketException, TimeoutError):
                self.left_alone()
                await asyncio.sleep(0.2 + 0.3 * self.chance.random())

    def left_alone(self) -> None:
        """The connection broke, or none was to be had."""

    async def listen(self) -> None:
        turn = time.monotonic() + 2 + 4 * self.chance.random()
        async for message in self.socket:
            if isinstance(message, bytes):
                header = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                self.know(header["step"])
                await self.tell(do="ack", seq=header["seq"])
            else:
                await self.hear(json.loads(message))
            self.changed.set()
            if self.restless and time.monotonic() > turn:
                turn = time.monotonic() + 2 + 4 * self.chance.random()
                self.config["g_lr"] = round(self.chance.uniform(5e-4, 2e-3), 6)
                await self.tell(do="configure", config=self.config)

    async def hear(self, said: dict) -> None:
        if said["is"] == "watching":
            if self.run is not None and said["run"] != self.run:
                self.lost_runs, self.head, self.marks = self.lost_runs + 1, 0, {}
            self.run = said["run"]
        elif said["is"] == "status":
            if self.fresh:
                self.fresh = False
                self.compare(said["head"], [mark["step"] for mark in said["marks"]])
            self.marks |= {mark["step"]: mark["text"] for mark in said["marks"]}
            self.stops += said["stopped"] is not None and self.stopped is None
            self.stopped = said["stopped"]
            self.know(said["head"])
        elif said["is"] == "refused":
            self.refused += 1
            if said["about"] == "watch" and self.run is not None:  # as the stage does: begin anew
                self.lost_runs, self.run, self.head, self.marks = self.lost_runs + 1, None, 0, {}
                await self.tell(do="watch", family="gan", config=self.config, owner=self.owner, play=True)

    def know(self, step: int) -> None:
        self.shown += step > self.head
        self.head = max(self.head, step)

    def compare(self, head: int, marks: list[int]) -> None:
        """What is there now against what was told before. (A status carries the newest hundred marks.)"""
        self.lost_steps += max(0, self.head - head)
        self.lost_marks += len(set(sorted(self.marks)[-50:]) - set(marks))

    async def tell(self, **command) -> None:
        await self.socket.send(json.dumps(command))

    async def until(self, condition, seconds: float = 90) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def recovered(self) -> None:
        """Wait until the run is seen to go on, a minute at most."""
        head = self.head
        try:
            await self.until(lambda: self.stopped or self.shown > 3 and self.head > head, 60)
        except TimeoutError:
            self.stuck = 1
