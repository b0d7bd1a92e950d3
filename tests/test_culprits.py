"""One visitor cannot stop the others: steps without end, runs in the background, compiled runs, memory, the disk."""

import asyncio
import os
import time

import pytest
from support.hubs import CONFIG, ME, YOU, a_hub, undisturbed, until, watched

from playground.core.errors import UserError
from playground.engine import workers as workers_module
from playground.engine.compiled import CompiledWorkers
from playground.engine.eviction import first_to_go
from playground.engine.executors import Processes, Slot, TookTooLong
from playground.engine.limits import Limits
from playground.engine.visitor import Addresses, Visitor
from playground.families.gan.config import GanConfig
from playground.live.inbox import Inbox


def test_work_without_end_ends_its_worker_and_a_prepared_one_takes_over():
    async def story():
        make = Processes()
        slot = Slot(make)
        try:
            await slot.call(os.getpid)
            await asyncio.to_thread(make.prepare_spare)
            spare = await asyncio.wrap_future(make._spare.submit(os.getpid))
            with pytest.raises(TookTooLong):
                await slot.call(time.sleep, 600, seconds=1.0)
            began = time.monotonic()
            return await slot.call(os.getpid, seconds=30.0) == spare, time.monotonic() - began
        finally:
            slot.close()

    same, seconds = asyncio.run(story())
    assert same and seconds < 10  # an instant, on a machine that is not busy


def test_a_worker_that_has_grown_stays():
    """The pool's own look for leaks ends a worker with all that it has traced."""
    pytest.importorskip("psutil")  # without it the pool does not look

    async def story():
        slot = Slot(Processes())
        try:
            seen = [await slot.call(os.getpid)]
            await slot.call(exec, "import os; os.held = b'1' * 400_000_000")
            for _ in range(3):
                await asyncio.sleep(1.2)  # it looks once a second
                seen.append(await slot.call(os.getpid))
            return seen
        finally:
            slot.close()

    assert len(set(asyncio.run(story()))) == 1


def test_the_culprit_is_stopped_with_a_sentence_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr("playground.engine.scheduler.PREPARE_S", 60.0)

    async def story():
        async with a_hub(tmp_path, workers=1, spare=True, turn_s=4.0) as hub:
            mine = hub.begin(ME, "gan", CONFIG, address="10.0.0.1")
            notes = watched(mine)
            hub.controls.play(mine)
            theirs = hub.begin(YOU, "gan", CONFIG.changed(seed=9), address="10.0.0.2")
            watched(theirs)
            hub.controls.play(theirs)
            await until(lambda: mine.run.step > 50 and theirs.run.step > 50, 180)
            slot = hub.slots[0]
            await until(lambda: "gan" in slot.make._warm, 180)
            before = await asyncio.wrap_future(slot.make._spare.submit(time.process_time))
            real = theirs.next_work

            def endless(*about):
                work = real(*about)
                return work and {"steps": 100_000_000, "want_state": True}

            theirs.next_work = endless
            await until(lambda: theirs.run.stopped)
            step, began = mine.run.step, time.monotonic()
            await until(lambda: mine.run.step > step)
            again = time.monotonic() - began
            computed = await hub.workers.call(Visitor("", ""), time.process_time, slot=slot) - before
            await until(lambda: mine.run.step > step + 100)
            hub.controls.pause(mine)
            await until(lambda: not mine.active)
            state = (await hub.controls.at_step(mine, step + 50)).state
            return (
                theirs.run.stopped,
                mine.run.stopped,
                [note for note in notes if note],
                again,
                computed,
                step + 50,
                state,
            )

    stopped, mine, notes, again, computed, step, state = asyncio.run(story())
    assert "longer than this server allows" in stopped[0] and stopped[1] == {"seconds": "4"}
    assert mine is None and notes == [] and again < 20  # half a second, on a machine that is not busy
    assert computed < 1.5  # seconds of its core that the new worker took for this; imports alone take more
    assert state == undisturbed(step).state


def test_a_question_without_end_is_refused(tmp_path, monkeypatch):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            (slot,) = hub.slots
            with pytest.raises(UserError, match="longer than this server allows"):
                await hub.workers.call(Visitor("a", "b"), time.sleep, 600, slot=slot, seconds=0.5)
            assert workers_module.CALL_S < 60
            return await hub.workers.call(Visitor("a", "b"), os.getpid, slot=slot)

    assert asyncio.run(story()) != os.getpid()


def test_steps_of_the_past_are_recomputed_in_pieces_that_give_turns(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1, slice_high_s=0.02, slice_low_s=0.01) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 400)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            states = live_run.run.timeline.states
            states.restore({0: states.items[0]})
            live_run.run.state, calls = None, []
            real = hub.slots[0].call

            async def counted(fn, *args, **how):
                calls.append(fn.__name__)
                return await real(fn, *args, **how)

            hub.slots[0].call = counted
            state = (await hub.controls.at_step(live_run, 400)).state
            count = len(calls)
            await hub.controls.at_step(live_run, 400)
            return state, count, len(calls)

    state, count, after = asyncio.run(story())
    assert state == undisturbed(400).state
    assert count > 1 and after == count  # several turns; asked again, it is known


def test_a_look_at_the_past_ends_when_its_asker_leaves(tmp_path):
    class Socket:
        """The browser says two things more, and leaves."""

        def __init__(self):
            self.messages = [{"type": "websocket.receive"}] * 2 + [{"type": "websocket.disconnect"}]

        async def receive(self):
            while not calls:
                await asyncio.sleep(0.01)
            return self.messages.pop(0)

    calls = []

    async def story():
        async with a_hub(tmp_path, workers=1, slice_high_s=0.02, slice_low_s=0.01) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 600)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            states = live_run.run.timeline.states
            states.restore({0: states.items[0]})
            live_run.run.state = None
            real = hub.slots[0].call

            async def counted(fn, *args, **how):
                calls.append(fn.__name__)
                return await real(fn, *args, **how)

            hub.slots[0].call = counted
            inbox = Inbox(Socket())
            await inbox.while_there(hub.controls.at_step(live_run, 600))
            count = len(calls)
            await asyncio.sleep(0.3)
            still = len(calls)
            heard = [await inbox.next() for _ in range(3)]
            await hub.controls.at_step(live_run, 600)
            return count, still, len(calls), heard

    count, still, whole, heard = asyncio.run(story())
    assert count == still <= 3 and whole - count > 3
    assert heard[2] is None and all(heard[:2])


def test_caps_of_active_and_background_runs_by_address(tmp_path):
    async def story():
        async with a_hub(
            tmp_path, inline=True, active=4, active_per_address=2, background=3, background_per_address=1
        ) as hub:

            def run(number, address):
                return hub.begin(f"{number:032}", "gan", CONFIG, address=address)

            here = [run(number, "10.0.0.1") for number in range(3)]
            refused = []
            for live_run in here:
                watched(live_run)
                live_run.speed = 1.0
                try:
                    hub.controls.set_background(live_run, True)
                    hub.controls.play(live_run)
                except UserError as refusal:
                    refused.append(str(refusal))
                    live_run.background = False
                    try:
                        hub.controls.play(live_run)
                    except UserError as other:
                        refused.append(str(other))
            elsewhere = run(7, "10.0.0.2")
            watched(elsewhere)
            elsewhere.speed = 1.0
            hub.controls.set_background(elsewhere, True)
            hub.controls.play(elsewhere)
            playing = [one.playing for one in [*here, elsewhere]]
            for one in [*here, elsewhere]:
                hub.controls.pause(one)
            return refused, playing

    refused, playing = asyncio.run(story())
    assert playing == [True, True, False, True]
    assert (
        "Only 1 run at a time" in refused[0]
        and all("At most 2 runs" in text for text in refused[1:])
        and len(refused) == 3
    )


def test_compiled_runs_are_refused_unless_the_operator_allows_them(tmp_path):
    compiled = CONFIG.changed(execution="compiled")

    async def refused():
        async with a_hub(tmp_path, inline=True) as hub:
            with pytest.raises(UserError, match="does not compile.*traced"):
                hub.begin(ME, "gan", compiled)

    async def allowed():
        async with a_hub(tmp_path, workers=1, compiled=True) as hub:
            (apart,) = hub.workers.slots_for(compiled)
            assert apart not in hub.slots and hub.workers.slots_for(CONFIG) == hub.slots
            names = ("TORCHINDUCTOR_CACHE_DIR", "TRITON_CACHE_DIR", "TORCH_EXTENSIONS_DIR")
            folders = [await hub.workers.call(Visitor("", ""), os.getenv, name, slot=apart) for name in names]
            nice = await hub.workers.call(Visitor("", ""), os.nice, 0, slot=apart)
            return folders, nice, hub.workers.compiled.folder

    asyncio.run(refused())
    folders, nice, folder = asyncio.run(allowed())
    assert all(os.path.dirname(one) == str(folder) for one in folders) and nice == 19
    assert folder.stat().st_mode & 0o777 == 0o700 and folder.is_relative_to(tmp_path)


def test_a_compiled_run_of_an_earlier_server_waits_until_compiling_is_allowed(tmp_path):
    compiled = CONFIG.changed(execution="compiled")

    async def story():
        async with a_hub(tmp_path, inline=True, compiled=True) as hub:
            name = hub.begin(ME, "gan", compiled).run.id
            await until(lambda: not hub.live_runs[name].pending_writes)
        async with a_hub(tmp_path, inline=True) as hub:
            watched(kept := hub.get(name))
            for command in (hub.controls.play, lambda run: hub.controls.step(run, None)):
                with pytest.raises(UserError, match="does not compile"):
                    command(kept)
            hub.controls.schedule(kept)  # it has no picture yet
            await until(lambda: not kept.active)
            await hub.saver.save_for_visitor(kept.run)
        async with a_hub(tmp_path, inline=True, compiled=True) as hub:
            return kept.run.stopped, hub.get(name).run.stopped

    assert asyncio.run(story()) == (None, None)


def test_a_step_that_is_allowed_is_not_stopped_for_its_length():
    assert Limits().longest_turn_s == 5
    assert Limits(step_ms=20_000).longest_turn_s == 60
    assert Limits(step_ms=0, turn_s=2).longest_turn_s == 2


def test_compiled_code_is_bounded(tmp_path):
    compiled = CompiledWorkers(tmp_path, Limits(compiled_mb=1))
    compiled.sweep()  # there is no folder yet
    place = tmp_path / "compiled" / "inductor"
    place.mkdir(parents=True)
    for number in range(4):
        (place / f"{number}").write_bytes(bytes(400_000))
        os.utime(place / f"{number}", (number, number))
    compiled.sweep()
    assert sorted(path.name for path in place.iterdir()) == ["2", "3"]


def test_those_who_have_most_go_first():
    flood = {f"f{i}": 10 for i in range(40)}
    sizes = {"mine": 50, **flood}
    owners = {"mine": Visitor("10.0.0.1", "me")} | {name: Visitor("10.0.0.9", name) for name in flood}
    gone = first_to_go(sizes, ["mine", *flood], owners, 150)
    assert "mine" not in gone and len(gone) == 30
    assert first_to_go(sizes, ["mine"], owners, 400) == ["mine"]  # what is in use stays, whoever's it is
    assert first_to_go(sizes, list(sizes), owners, 450) == []


def test_runs_leave_memory_where_all_together_take_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("playground.engine.housekeeping.MEMORY_S", 0.1)
    monkeypatch.setattr("playground.engine.caps.held", lambda run: 600_000)

    async def story():
        async with a_hub(tmp_path, inline=True, memory_mb=1) as hub:
            watched(first := hub.begin(ME, "gan", CONFIG))
            second = hub.begin(YOU, "gan", CONFIG)
            await until(lambda: second.run.id not in hub.live_runs)
            assert first.run.id in hub.live_runs
            back = hub.get(second.run.id)
            watched(back)
            await until(lambda: hub.caps.memory > 1_000_000)
            with pytest.raises(UserError, match="memory"):
                hub.begin(ME, "gan", GanConfig(**CONFIG.changed(seed=8).model_dump()))

    asyncio.run(story())


def test_addresses_are_bounded_and_the_latest_counts(monkeypatch):
    monkeypatch.setattr("playground.engine.visitor.MAX_ADDRESSES", 2)
    addresses = Addresses()
    for address, owner in (("1", "a"), ("2", "b"), ("3", "a"), ("4", "c")):
        addresses.came_from(Visitor(address, owner))
    assert [addresses.visitor(owner).address for owner in "abc"] == ["3", "", "4"]
