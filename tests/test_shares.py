"""Shares of what computes: fair by address and owner whatever turns cost, nobody starves, the background is last."""

import asyncio
import heapq
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.core.errors import UserError
from playground.engine.ledger import LAG_S, Ledger
from playground.engine.shares import BACKGROUND, WATCHED, Shares
from playground.engine.visitor import Visitor

ANNA, BORIS = Visitor("10.0.0.1", "anna"), Visitor("10.0.0.2", "boris")


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def served(loads, seconds, most_shares=4, places=1):
    """Seconds that each visitor had when all of `loads` (visitor -> lengths of its turns, in seconds, again and again)
    always wait in front of so many places; and the longest that one had to wait."""
    clock = Clock()
    ledger, had, count = Ledger(most_shares, clock), dict.fromkeys(loads, 0.0), dict.fromkeys(loads, 0)
    since, waited, running = dict.fromkeys(loads, 0.0), 0.0, []
    for visitor in loads:
        ledger.enter(visitor)
    while clock.now < seconds:
        while len(running) < min(places, len(loads)):
            busy = {visitor for _, visitor, _, _ in running}
            visitor = min((one for one in loads if one not in busy), key=ledger.key)
            waited = max(waited, clock.now - since[visitor])
            lengths = loads[visitor]
            length = lengths[count[visitor] % len(lengths)]
            count[visitor] += 1
            heapq.heappush(running, (clock.now + length, visitor, ledger.begin(visitor), length))
        clock.now, visitor, charge, length = heapq.heappop(running)
        ledger.end(charge, length)
        ledger.leave(visitor)
        ledger.enter(visitor)
        had[visitor] += length
        since[visitor] = clock.now
    return had, waited


lengths = st.lists(st.floats(0.005, 1.5), min_size=1, max_size=4)
visitors = st.builds(Visitor, st.sampled_from("abcd"), st.sampled_from("0123456789"))


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(visitors, lengths, min_size=1, max_size=12), st.integers(1, 5))
def test_shares_are_fair_by_address_and_then_by_owner(loads, most_shares):
    seconds = 400.0
    had, _ = served(loads, seconds, most_shares)
    owners = {address: [v for v in loads if v.address == address] for address in {v.address for v in loads}}
    weight = {address: min(len(those), most_shares) for address, those in owners.items()}
    total = sum(had.values())
    for address, those in owners.items():
        share = total * weight[address] / sum(weight.values())
        assert sum(had[v] for v in those) == pytest.approx(share, abs=0.03 * total + 1.5)
        for visitor in those:
            assert had[visitor] == pytest.approx(share / len(those), abs=0.03 * total + 1.5)


@settings(deadline=None, max_examples=40)
@given(st.dictionaries(visitors, lengths, min_size=2, max_size=12), st.integers(1, 3))
def test_nobody_starves(loads, places):
    _, waited = served(loads, 200.0, 4, places)
    longest = max(max(turns) for turns in loads.values())
    shares = sum(min(4, sum(v.address == a for v in loads)) for a in {v.address for v in loads})
    owners = max(sum(v.address == a for v in loads) for a in {v.address for v in loads})
    # each of the others may be one longest turn ahead, and what is charged is ahead by no more than the lag
    assert waited <= (LAG_S + 2 * longest) * (shares + owners)


def test_a_newcomer_is_served_at_once_and_starves_nobody():
    clock = Clock()
    ledger = Ledger(4, clock)
    ledger.enter(ANNA)
    for _ in range(10_000):  # alone for long
        ledger.end(ledger.begin(ANNA), 0.1)
        clock.now += 0.1
    ledger.enter(BORIS)
    had = {ANNA: 0, BORIS: 0}
    for _ in range(100):
        one = min(had, key=ledger.key)
        ledger.end(ledger.begin(one), 0.1)
        had[one] += 1
        clock.now += 0.1
    assert abs(had[ANNA] - had[BORIS]) <= 2


def test_invented_owners_get_no_more_than_the_cap():
    loads = {Visitor("10.0.0.9", f"{i}"): [0.05] for i in range(40)} | {ANNA: [0.05]}
    had, _ = served(loads, 200.0, most_shares=4)
    assert had[ANNA] == pytest.approx(200 / 5, rel=0.05)


def test_accounts_of_long_ago_are_forgotten():
    clock = Clock()
    ledger = Ledger(4, clock)
    for number in range(5_000):
        visitor = Visitor(f"{number}", "x")
        ledger.enter(visitor)
        ledger.end(ledger.begin(visitor), 0.1)
        ledger.leave(visitor)
        clock.now += 0.1
    assert len(ledger.root.members) < 1_000


async def client(shares, line, visitor, seconds, had, until, away=0.0, returns=True, **how):
    """Takes turns of so many seconds, away for a moment after each."""
    while time.monotonic() < until:
        async with shares.turn(visitor, line, **how) as turn:
            turn.returns, turn.seconds = returns, seconds  # whatever it takes on a machine that is busy
            await asyncio.sleep(seconds)
            had.append(time.monotonic())
        await asyncio.sleep(away)


def test_who_is_away_for_a_moment_does_not_lose_to_long_turns(monkeypatch):
    monkeypatch.setattr("playground.engine.shares.HOLD_S", 1.0)  # a moment on a machine that is busy

    async def story():
        shares, had, others = Shares(4, 100), [], []
        line, until = shares.line(), time.monotonic() + 4
        await asyncio.gather(
            client(shares, line, ANNA, 0.02, had, until, away=0.005),
            client(shares, line, BORIS, 0.4, others, until),
        )
        return 0.02 * len(had), 0.4 * len(others)

    mine, theirs = asyncio.run(story())
    assert mine > 0.6 * theirs  # half each, but for the moments away


def test_the_background_has_turns_only_while_nothing_else_waits_anywhere():
    async def story():
        shares, until = Shares(4, 1000), time.monotonic() + 2
        lines = [shares.line(movable=True), shares.line(movable=True)]
        had, behind = {0: [], 1: [], 2: []}, []
        watched = [client(shares, lines[0], Visitor("a", f"{i}"), 0.02, had[i], until) for i in range(3)]
        hidden = [
            client(shares, lines[i % 2], Visitor(f"b{i}", "x"), 0.02, behind, until, rank=lambda: BACKGROUND)
            for i in range(40)
        ]
        busy = asyncio.gather(*watched)
        rest = asyncio.gather(*hidden)
        await busy
        during = len(behind)
        await rest
        return sum(map(len, had.values())), during, len(behind)

    watched, during, after = asyncio.run(story())
    assert watched > 20 and during < 5 and after >= 40


def test_the_background_does_not_take_the_place_of_who_comes_back_late():
    """On a busy server what was computed takes a while to be written."""

    async def story():
        shares, had, behind = Shares(4, 100), [], []
        line, until = shares.line(movable=True), time.monotonic() + 3

        async def watched():
            await client(shares, line, ANNA, 0.02, had, until, away=0.25)
            shares.not_back(ANNA, line)

        hidden = client(shares, line, BORIS, 0.4, behind, until + 0.1, rank=lambda: BACKGROUND)
        await asyncio.gather(watched(), hidden)
        return len(had), len(behind)

    watched, hidden = asyncio.run(story())
    assert watched >= 6 and hidden <= 2


def test_what_waits_long_goes_to_a_free_place():
    async def story():
        shares = Shares(4, 100)
        here, there = shares.line(movable=True), shares.line(movable=True)
        async with shares.turn(ANNA, here):
            began = time.monotonic()
            async with shares.turn(BORIS, here, moves=True) as turn:
                return turn.line is there, time.monotonic() - began

    moved, waited = asyncio.run(story())
    assert moved and waited < 1


def test_long_turns_never_have_all_workers_while_others_take_short_ones():
    async def story():
        shares, until = Shares(4, 100), time.monotonic() + 4
        lines = [shares.line(movable=True), shares.line(movable=True)]
        had, dear = [], {0: [], 1: []}

        async def long(number):
            at = lines[number]
            while time.monotonic() < until:
                async with shares.turn(Visitor(f"b{number}", "x"), at, moves=True, long=True) as turn:
                    at, turn.returns = turn.line, True
                    await asyncio.sleep(0.4)
                    dear[number].append(time.monotonic())

        async def short():
            at = lines[0]
            while time.monotonic() < until:
                async with shares.turn(ANNA, at, moves=True) as turn:
                    at, turn.returns = turn.line, True
                    await asyncio.sleep(0.02)
                    had.append(time.monotonic())
                await asyncio.sleep(0.005)

        await asyncio.gather(long(0), long(1), short())
        return had, dear

    had, dear = asyncio.run(story())
    last = [at for at in had if at > had[0] + 1.5]
    assert max(b - a for a, b in zip(last, last[1:], strict=False)) < 0.3
    assert min(len(dear[0]), len(dear[1])) >= 2  # they share the other worker


def test_what_is_not_wanted_any_more_leaves():
    async def story():
        shares, wanted = Shares(4, 100), [WATCHED]
        line = shares.line()
        async with shares.turn(ANNA, line):

            async def waits():
                async with shares.turn(BORIS, line, rank=lambda: wanted[0]) as turn:
                    return turn

            task = asyncio.create_task(waits())
            await asyncio.sleep(0.01)
            wanted[0] = None
            shares.give()
            assert await task is None
            assert await waits() is None  # not wanted from the beginning
            cancelled = asyncio.create_task(waits())
            wanted[0] = WATCHED
            await asyncio.sleep(0.01)
            cancelled.cancel()
            await asyncio.wait([cancelled])
        async with shares.turn(BORIS, line):
            pass
        return [account.busy for account in shares.ledgers[WATCHED].root.members.values()], line.busy

    assert asyncio.run(story()) == ([0, 0], 0)


def test_where_too_much_waits_it_is_taken_from_whoever_has_most():
    async def story():
        shares = Shares(4, 5)
        line, refused = shares.line(), []

        async def waits(visitor):
            try:
                async with shares.turn(visitor, line):
                    return visitor
            except UserError:
                refused.append(visitor)

        async with shares.turn(ANNA, line):
            flood = [asyncio.create_task(waits(Visitor("10.0.0.9", f"{i}"))) for i in range(20)]
            await asyncio.sleep(0)
            late = asyncio.create_task(waits(BORIS))
            await asyncio.sleep(0.01)
        return await late, len(refused), await asyncio.gather(*flood)

    late, refused, flood = asyncio.run(story())
    assert late == BORIS and refused == 16 and sum(one is not None for one in flood) == 4
