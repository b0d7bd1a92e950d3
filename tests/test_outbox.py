"""What waits for a browser that reads little is bounded, and commands wait with it."""

import asyncio

import pytest

from playground.live.outbox import MOST, ROOM, Gone, Outbox
from playground.live.pace import Pace


def made() -> tuple[Outbox, list]:
    sent: list = []

    async def send(message) -> None:
        sent.append(message)

    return Outbox(send, send, str), sent


def test_commands_wait_until_most_answers_are_read():
    async def story():
        outbox, sent = made()
        for number in range(ROOM):
            outbox.add({"is": "note", "text": str(number)})
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(outbox.room(), 0.05)
        await outbox.wait(0)
        await asyncio.wait_for(outbox.room(), 1)
        assert len(sent) == ROOM and outbox.farewell is None

    asyncio.run(story())


@pytest.mark.parametrize("message", [{"is": "note"}, bytes(1_000_000)])
def test_too_much_ends_the_connection_and_is_dropped(message):
    async def story():
        outbox, sent = made()
        for _ in range(MOST + 1):
            outbox.add(message)
            if outbox.farewell:
                break
        assert outbox.farewell
        with pytest.raises(Gone):
            await outbox.wait(0)
        assert sent == []

    asyncio.run(story())


def test_a_pace_lets_some_through_at_once_and_the_rest_in_time():
    async def story():
        pace = Pace(100, 20)
        begun = asyncio.get_running_loop().time()
        for _ in range(20):
            await pace.wait()
        assert asyncio.get_running_loop().time() - begun < 0.05
        for _ in range(20):
            await pace.wait()
        assert asyncio.get_running_loop().time() - begun > 0.15

    asyncio.run(story())
