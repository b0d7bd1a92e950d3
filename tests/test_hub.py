"""The hub with real worker processes: crashes, restarts, fairness, ownership."""

import asyncio
import os
import signal
import time

import numpy as np
import pytest
from support.hubs import CONFIG, ME, YOU, a_hub, undisturbed, until, watched

from playground.core.errors import UserError


async def exact_state(hub, activity, step):
    return (await hub.look(activity, step)).state


def test_a_killed_worker_costs_nothing_but_a_note(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            notes = watched(activity)
            hub.play(activity)
            for killed, step in enumerate((200, 400, 600), start=1):
                await until(lambda step=step: activity.run.step > step)
                (worker,) = activity.slot.executor._processes
                os.kill(worker, signal.SIGKILL)  # a chunk on its way may still arrive
                await until(lambda killed=killed: len([n for n in notes if n]) >= killed)
            await until(lambda: activity.run.step > 900)
            hub.pause(activity)
            await until(lambda: not activity.active)
            assert activity.run.stopped is None
            rows = activity.run.timeline.scalars.rows[:800].copy()
            return await exact_state(hub, activity, 800), rows

    state, rows = asyncio.run(story())
    truth = undisturbed(800)
    assert state == truth.state
    assert np.array_equal(rows, truth.timeline.scalars.rows)


def test_a_new_server_finds_the_run_and_goes_on_with_it(tmp_path):
    async def first():
        async with a_hub(tmp_path, workers=1) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            watched(activity)
            hub.play(activity)
            await until(lambda: activity.run.step > 100)
            return activity.run.id, activity.run.step

    async def second():
        async with a_hub(tmp_path, workers=1) as hub:
            assert hub.find(YOU, "gan", CONFIG) is None
            activity = hub.find(ME, "gan", CONFIG)
            found = activity.run.id, activity.run.step
            watched(activity)
            hub.play(activity)
            await until(lambda: activity.run.step > found[1] + 50)
            return found, await exact_state(hub, activity, found[1] + 40)

    name, step = asyncio.run(first())
    (again, at), state = asyncio.run(second())
    assert again == name and at >= step
    assert state == undisturbed(at + 40).state


def test_runs_advance_only_while_somebody_watches_and_share_fairly(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=2) as hub:
            runs = [hub.begin(f"{i:032}", "gan", CONFIG) for i in range(6)]
            for activity in runs:
                watched(activity)
                hub.play(activity)
            await until(lambda: min(a.run.step for a in runs) > 20)
            assert {len(slot.runs) for slot in hub.slots} == {3}
            before = [a.run.timeline.frames.offered for a in runs]
            await asyncio.sleep(3)
            chunks = [a.run.timeline.frames.offered - b for a, b in zip(runs, before, strict=True)]
            for slot in hub.slots:  # who shares a worker gets as many turns
                turns = [c for a, c in zip(runs, chunks, strict=True) if a.slot is slot]
                assert max(turns) - min(turns) <= 2
            runs[0].listeners.clear()
            runs[1].listeners.clear()
            runs[1].background = True
            await until(lambda: not runs[0].active)
            alone, step = runs[0].run.step, runs[1].run.step
            await until(lambda: runs[1].run.step > step + 20)
            assert runs[0].run.step == alone

    asyncio.run(story())


def test_pace_single_steps_and_changes_in_mid_run(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            watched(activity)
            hub.wake(activity)
            await until(lambda: activity.run.newest is not None)
            hub.step(activity, None)
            hub.step(activity, "generator")
            await until(lambda: activity.run.step == 2)
            with pytest.raises(UserError, match="no part 'referee'"):
                hub.step(activity, "referee")
            activity.speed = 20.0
            hub.play(activity)
            await until(lambda: activity.run.step >= 4)
            first, began = activity.run.step, time.monotonic()
            await asyncio.sleep(2)
            rate = (activity.run.step - first) / (time.monotonic() - began)
            assert 14 < rate < 24
            assert hub.change(activity, activity.config_now().changed(g_lr=0.02))
            assert not hub.change(activity, activity.config_now().changed(g_width=16))
            await until(lambda: len(activity.run.events) == 2)
            hub.pause(activity)
            await until(lambda: not activity.active)
            by_hand = [(e.part, dict(e.changes)) for e in activity.run.events]
            assert by_hand == [("generator", {}), (None, {"g_lr": 0.02})]
            step = activity.run.step + 1
            hub.step(activity, None)
            await until(lambda: activity.run.step == step)
            lived = activity.run.state
            activity.run.timeline.states.restore({0: activity.run.timeline.states.items[0]})
            activity.run.state = None
            assert await exact_state(hub, activity, step) == lived

    asyncio.run(story())


def test_a_fork_names_its_parent_and_leaves_it_alone(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            watched(activity)
            for _ in range(6):
                hub.step(activity, None)
            await until(lambda: activity.run.step == 6)
            before = activity.run.state
            child = await hub.fork(activity, 3, {"g_lr": 0.01}, YOU)
            watched(child)
            hub.step(child, None)
            await until(lambda: child.run.step == 4)
            assert child.run.parent == (activity.run.id, 3)
            assert child.run.config_now().g_lr == 0.01
            assert (activity.run.step, activity.run.state) == (6, before)
            assert hub.store.load(child.run.id).parent == (activity.run.id, 3)
            with pytest.raises(UserError, match="has not come to step 99"):
                await hub.fork(activity, 99, {}, YOU)

    asyncio.run(story())


def test_a_visitor_keeps_so_many_runs_and_the_oldest_goes(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, runs_per_visitor=3) as hub:
            made = []
            for seed in range(5):
                activity = hub.begin(ME, "gan", CONFIG.changed(seed=seed))
                heard = watched(activity)
                hub.wake(activity)
                await until(lambda a=activity: a.run.newest is not None and not a.active)
                activity.listeners.discard(heard.append)
                activity.listeners.clear()
                made.append(activity.run.id)
            other = hub.begin(YOU, "gan", CONFIG)
            assert set(hub.activities) == {*made[2:], other.run.id}
            assert {name for _, name in hub.store.names()} == set(made[2:])

    asyncio.run(story())


def test_a_run_ends_at_the_most_steps_with_a_sentence(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, steps=30) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            watched(activity)
            hub.play(activity)
            await until(lambda: activity.run.stopped)
            assert activity.run.step == 30 and not activity.playing
            with pytest.raises(UserError, match="has reached 30 steps"):
                hub.play(activity)

    asyncio.run(story())


def test_idle_runs_leave_memory_but_not_the_disk(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True, idle_s=0.2) as hub:
            activity = hub.begin(ME, "gan", CONFIG)
            heard = watched(activity)
            hub.step(activity, None)
            await until(lambda: activity.run.step == 1)
            name = activity.run.id
            await asyncio.sleep(0.6)
            assert name in hub.activities
            activity.listeners.clear()
            assert heard
            await until(lambda: name not in hub.activities, 5)
            assert hub.get(name).run.step == 1

    asyncio.run(story())
