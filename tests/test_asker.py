"""Work for an answer over HTTP ends when its asker leaves; its place is free then."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from playground.live.asker import while_asked
from playground.live.door import Door
from playground.live.exports import GONE, Exports

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/file",
    "query_string": b"",
    "headers": [(b"host", b"localhost")],
    "server": ("127.0.0.1", 80),
    "client": ("127.0.0.1", 1),
}


def exchange(work, leaves):
    """What is sent to a client who asks for what `work` makes and, if it `leaves`, goes once that is under way; and
    the places that are taken at the end."""

    async def story():
        begun, sent = asyncio.Event(), []
        exports = Exports(SimpleNamespace())
        messages = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive():
            if messages:
                return messages.pop()
            await begun.wait()
            if not leaves:
                await asyncio.Event().wait()
            return {"type": "http.disconnect"}

        async def send(message):
            sent.append(message)

        async def file(request):
            return await exports._answer(request, lambda: while_asked(request.receive, exports.turns.take(work(begun))))

        app = Starlette(routes=[Route("/file", file)], middleware=[Middleware(Door)])
        await asyncio.wait_for(app(SCOPE, receive, send), 10)
        return sent, exports.turns.taken

    return asyncio.run(story())


def test_it_ends_when_the_asker_leaves():
    ended = []

    async def work(begun):
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append(True)
            raise

    sent, taken = exchange(work, leaves=True)
    assert ended == [True] and taken == 0
    assert [message.get("status") for message in sent] == [GONE, None]


def test_who_stays_gets_the_answer():
    async def work(begun):
        begun.set()
        await asyncio.sleep(0.05)
        return PlainTextResponse("made")

    sent, taken = exchange(work, leaves=False)
    assert (sent[0]["status"], sent[1]["body"], taken) == (200, b"made", 0)


def test_a_failure_of_the_work_is_the_askers():
    async def wrong():
        raise ValueError("no")

    async def never():
        await asyncio.Event().wait()

    async def left():
        return {"type": "http.disconnect"}

    async def long():
        await asyncio.sleep(60)

    with pytest.raises(ValueError, match="no"):
        asyncio.run(while_asked(never, wrong()))
    with pytest.raises(ClientDisconnect):
        asyncio.run(while_asked(left, long()))
