"""What threads do takes turns as the workers do: whoever has had least is next, however much another one asks for."""

import asyncio
import time
from types import SimpleNamespace

import pytest
from support.hubs import a_hub, until

from playground.core.errors import UserError
from playground.engine.limits import Limits
from playground.engine.pipelines.loader import Request
from playground.engine.pipelines.service import PipelineService
from playground.engine.shares import Shares
from playground.engine.thread_turns import ThreadTurns, serving
from playground.engine.visitor import Visitor
from playground.live.exports import THREADS, Exports

GREEDY, OTHER = Visitor("10.0.0.9", "g"), Visitor("10.0.0.1", "o")


def test_pipelines_of_one_visitor_do_not_make_another_wait_for_all_of_them(monkeypatch):
    service, order = PipelineService(Limits(), SimpleNamespace(find=lambda text, is_local: text)), []
    monkeypatch.setattr(service, "_draw", lambda text, request, seconds: (order.append(text), time.sleep(0.05)))

    async def story():
        shares = Shares(4, 100)
        with serving(shares):

            def ask(visitor, text):
                return asyncio.create_task(asyncio.to_thread(service.draw, text, False, Request(), visitor))

            greedy = [ask(GREEDY, "greedy") for _ in range(4)]
            await until(lambda: order)
            await until(lambda: len(shares._waiting) == 3)
            await asyncio.gather(*greedy, ask(OTHER, "other"))
        return shares.lines[0].busy

    assert asyncio.run(story()) == 0
    assert order.index("other") <= 2 and len(order) == 5


def test_a_thread_that_waits_in_vain_leaves_no_turn_behind():
    async def story():
        turns = ThreadTurns(Shares(4, 1))

        def hold(visitor, seconds, work):
            with turns.turn(visitor, seconds):
                time.sleep(work)

        first = asyncio.create_task(asyncio.to_thread(hold, GREEDY, 5, 0.6))
        await until(lambda: turns.line.busy)
        late = asyncio.create_task(asyncio.to_thread(hold, OTHER, 0.2, 0))
        await until(lambda: turns.shares._waiting)
        with pytest.raises(UserError, match="busy"):
            await asyncio.to_thread(hold, OTHER, 5, 0)
        with pytest.raises(TimeoutError):
            await late
        await until(lambda: not turns.shares._waiting)
        await first
        await asyncio.to_thread(hold, OTHER, 5, 0)
        return turns.line.busy

    assert asyncio.run(story()) == 0


def test_exports_of_one_visitor_do_not_make_another_wait_for_all_of_them(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            exports, order = Exports(SimpleNamespace(hub=hub)), []

            def make(name):
                order.append(name)
                time.sleep(0.05)

            greedy = [asyncio.create_task(exports._in_thread(GREEDY, make, "greedy")) for _ in range(8)]
            await until(lambda: order)
            await asyncio.gather(*greedy, exports._in_thread(OTHER, make, "other"))
            return order.index("other")

    assert asyncio.run(story()) <= 2 * THREADS
