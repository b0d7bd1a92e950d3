"""The hub with real worker processes: crashes, restarts, fairness, ownership."""

import asyncio
import os
import signal
import time

import numpy as np
import pytest
from support.hubs import CONFIG, ME, YOU, a_hub, undisturbed, until, watched

from playground.core.errors import UserError
from playground.engine.limits import Limits
from playground.engine.store import Store
from playground.families.diffusion.config import DiffusionConfig


async def exact_state(hub, live_run, step):
    return (await hub.controls.at_step(live_run, step)).state


def test_a_killed_worker_costs_nothing_but_a_note(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            notes = watched(live_run)
            hub.controls.play(live_run)
            for killed, step in enumerate((200, 400), start=1):
                await until(lambda step=step: live_run.run.step > step)
                (worker,) = live_run.slot.executor._processes
                os.kill(worker, signal.SIGKILL)  # a chunk on its way may still arrive
                await until(lambda killed=killed: len([n for n in notes if n]) >= killed)
            await until(lambda: live_run.run.step > 500)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            assert live_run.run.stopped is None
            rows = live_run.run.timeline.scalars.rows[:480].copy()
            return await exact_state(hub, live_run, 480), rows

    state, rows = asyncio.run(story())
    truth = undisturbed(480)
    assert state == truth.state
    assert np.array_equal(rows, truth.timeline.scalars.rows)


def test_a_new_server_finds_the_run_and_goes_on_with_it(tmp_path):
    async def first():
        async with a_hub(tmp_path, workers=1) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 100 and not live_run.pending_writes)  # what is on disk
            return live_run.run.id, live_run.run.step

    async def second():
        async with a_hub(tmp_path, workers=1) as hub:
            assert hub.find(YOU, "gan", CONFIG) is None
            live_run = hub.find(ME, "gan", CONFIG)
            found = live_run.run.id, live_run.run.step
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > found[1] + 50)
            return found, await exact_state(hub, live_run, found[1] + 40)

    name, step = asyncio.run(first())
    (again, at), state = asyncio.run(second())
    assert again == name and at >= step
    assert state == undisturbed(at + 40).state


def test_runs_advance_only_while_somebody_watches_and_share_fairly(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=2, cold=True) as hub:  # none begins before the other
            runs = [hub.begin(f"{i:032}", "gan", CONFIG) for i in range(6)]
            for live_run in runs:
                watched(live_run)
                hub.controls.play(live_run)
            await until(lambda: min(a.run.step for a in runs) > 20)
            assert {len(slot.runs) for slot in hub.slots} == {3}
            before = [a.run.timeline.frames.offered for a in runs]

            def given():
                return [a.run.timeline.frames.offered - b for a, b in zip(runs, before, strict=True)]

            await until(
                lambda: all(
                    sum(c for a, c in zip(runs, given(), strict=True) if a.slot is slot) >= 24 for slot in hub.slots
                )
            )
            chunks = given()
            for slot in hub.slots:  # who shares a worker gets as much of its time: turns differ on a busy machine
                turns = [c for a, c in zip(runs, chunks, strict=True) if a.slot is slot]
                assert max(turns) <= 2 * min(turns) + 3
            runs[0].listeners.clear()
            runs[1].listeners.clear()
            runs[1].background = True
            await until(lambda: not runs[0].active)
            alone, step = runs[0].run.step, runs[1].run.step
            await asyncio.sleep(1)
            assert runs[1].run.step < step + 200  # the background is last: others always wait
            for live_run in runs[2:]:
                hub.controls.pause(live_run)
            step = runs[1].run.step
            await until(lambda: runs[1].run.step > step + 20)
            assert runs[0].run.step == alone

    asyncio.run(story())


def test_who_came_first_to_a_cold_worker_does_not_pay_for_its_start(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1, cold=True) as hub:
            runs = [hub.begin(f"{i:032}", "gan", CONFIG.changed(seed=i)) for i in range(12)]
            for live_run in runs:  # the first one's chunk waits for imports
                watched(live_run)
                hub.controls.play(live_run)
            await until(lambda: min(a.run.step for a in runs[1:]) > 0)
            chunks = [a.run.timeline.frames.offered for a in runs]
            await until(lambda: min(a.run.timeline.frames.offered - b for a, b in zip(runs, chunks, strict=True)) >= 4)
            turns = [a.run.timeline.frames.offered - b for a, b in zip(runs, chunks, strict=True)]
            assert max(turns) <= 4 * min(turns) + 2

    asyncio.run(story())


def test_pace_single_steps_and_changes_in_mid_run(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.schedule(live_run)
            await until(lambda: live_run.run.newest is not None)
            hub.controls.step(live_run, None)
            hub.controls.step(live_run, "generator")
            await until(lambda: live_run.run.step == 2)
            with pytest.raises(UserError, match="no part 'referee'"):
                hub.controls.step(live_run, "referee")
            live_run.speed = 20.0
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step >= 4)
            for _ in range(20):  # a busy machine may be slower for a while, never faster
                first, began = live_run.run.step, time.monotonic()
                await asyncio.sleep(2)
                steps, seconds = live_run.run.step - first, time.monotonic() - began
                assert steps <= 20 * (seconds + 0.5) + 4  # half a second's steps and two chunks may be late
                if steps > 12 * seconds:
                    break
            assert steps > 12 * seconds
            assert hub.controls.change(live_run, live_run.config_now().changed(g_lr=0.02))
            assert not hub.controls.change(live_run, live_run.config_now().changed(g_width=16))
            await until(lambda: len(live_run.run.events) == 2)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            by_hand = [(e.part, dict(e.changes)) for e in live_run.run.events]
            assert by_hand == [("generator", {}), (None, {"g_lr": 0.02})]
            step = live_run.run.step + 1
            hub.controls.step(live_run, None)
            await until(lambda: live_run.run.step == step)
            lived = live_run.run.state
            live_run.run.timeline.states.restore({0: live_run.run.timeline.states.items[0]})
            live_run.run.state = None
            assert await exact_state(hub, live_run, step) == lived

    asyncio.run(story())


def test_a_fork_names_its_parent_and_leaves_it_alone(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            for _ in range(6):
                hub.controls.step(live_run, None)
            await until(lambda: live_run.run.step == 6)
            before = live_run.run.state
            child = await hub.fork(live_run, 3, {"g_lr": 0.01}, YOU)
            watched(child)
            hub.controls.step(child, None)
            await until(lambda: child.run.step == 4)
            assert child.run.parent == (live_run.run.id, 3)
            assert child.run.config_now().g_lr == 0.01
            assert (live_run.run.step, live_run.run.state) == (6, before)
            assert hub.store.load(child.run.id).parent == (live_run.run.id, 3)
            with pytest.raises(UserError, match="has not reached step 99"):
                await hub.fork(live_run, 99, {}, YOU)

    asyncio.run(story())


def test_a_visitor_keeps_so_many_runs_and_the_oldest_goes(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, runs_per_visitor=3) as hub:
            made = []
            for seed in range(5):
                live_run = hub.begin(ME, "gan", CONFIG.changed(seed=seed))
                heard = watched(live_run)
                hub.controls.schedule(live_run)
                await until(lambda a=live_run: a.run.newest is not None and not a.active)
                live_run.listeners.discard(heard.append)
                live_run.listeners.clear()
                made.append(live_run.run.id)
            other = hub.begin(YOU, "gan", CONFIG)
            assert set(hub.live_runs) == {*made[2:], other.run.id}
            assert {*hub.store.names()} == set(made[2:])

    asyncio.run(story())


def test_a_run_ends_at_the_most_steps_with_a_sentence(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, steps=30) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.stopped)
            assert live_run.run.step == 30 and not live_run.playing
            with pytest.raises(UserError, match="has reached 30 steps"):
                hub.controls.play(live_run)

    asyncio.run(story())


def test_idle_runs_leave_memory_but_not_the_disk(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, idle_s=0.2) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            heard = watched(live_run)
            hub.controls.step(live_run, None)
            await until(lambda: live_run.run.step == 1)
            name = live_run.run.id
            await asyncio.sleep(0.6)
            assert name in hub.live_runs
            live_run.listeners.clear()
            assert heard
            await until(lambda: name not in hub.live_runs, 5)
            assert hub.get(name).run.step == 1

    asyncio.run(story())


def test_sampling_settings_of_a_paused_run_are_seen(tmp_path):
    """At the newest step, in a fork of the past, and after a restart."""

    async def story():
        config = DiffusionConfig(width=16, batch=32, steps=5)
        async with a_hub(tmp_path, workers=1) as hub:
            live_run = hub.begin(ME, "diffusion", config)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 20)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            step, before = live_run.run.step, live_run.run.newest
            assert hub.controls.change(live_run, live_run.config_now().changed(eta=1.0))
            await until(lambda: not live_run.active and live_run.run.newest is not before)
            after = live_run.run.newest
            assert live_run.run.step == after.step == step
            assert any((before.arrays[name] != after.arrays[name]).any() for name in before.arrays)
            exact = await hub.controls.at_step(live_run, step)
            assert all((exact.frame.arrays[name] == after.arrays[name]).all() for name in after.arrays)
            child = await hub.fork(live_run, 10, {"eta": 0.5}, ME)
            first = child.run.newest
            hub.controls.schedule(child)
            await until(lambda: not child.active and child.run.newest is not first)
            assert child.run.newest.step == child.run.step == 10
        again = Store(tmp_path, Limits()).load(live_run.run.id)
        assert all((again.newest.arrays[name] == after.arrays[name]).all() for name in after.arrays)

    asyncio.run(story())
