"""Several servers on one folder of runs: one owner for each run, the others watch it, and take it over."""

import asyncio

import pytest
from support.class_lesson import LESSON
from support.hubs import CONFIG, ME, a_hub, undisturbed, until, watched

from playground.classroom import room_rules
from playground.classroom.journal import Journals
from playground.classroom.rooms import RoomElsewhere, Rooms
from playground.core.errors import UserError
from playground.engine.ownership import Elsewhere, Ownership, Presence


async def begun(hub, steps=5, **settings):
    """A run that has made some steps, and rests."""
    live_run = hub.begin(ME, "gan", CONFIG.changed(**settings))
    listener = watched(live_run)
    for _ in range(steps):
        hub.controls.step(live_run, None)
    await until(lambda: live_run.run.step == steps and not live_run.busy)
    return live_run, listener


def unwatch(live_run):
    live_run.listeners.clear()


def test_what_is_held_is_refused_to_others_asked_for_and_given_up(tmp_path):
    one, other = Ownership(tmp_path / "owners"), Ownership(tmp_path / "owners")
    assert one.claim("a") and one.claim("a") and not other.claim("a") and other.claim("b")
    other.ask("a")
    assert one.asked() == {"a"} and not other.asked()
    one.release("a")
    assert other.claim("a") and not one.claim("a") and not other.asked()
    other.close()
    assert one.claim("a") and one.claim("b")
    one.close()
    assert not [*(tmp_path / "owners").iterdir()]


def test_what_is_kept_is_let_go_afterwards_unless_it_is_claimed(tmp_path):
    one, other = Ownership(tmp_path), Ownership(tmp_path)
    with one.kept("a") as mine:
        assert mine and not other.claim("a")
    assert other.claim("a")
    with one.kept("a") as mine:
        assert not mine
    with one.kept("b") as mine:
        assert mine and one.claim("b")  # somebody came meanwhile
    assert one.holds("b") and not other.claim("b")
    with one.kept("b"):
        one.release("b")
        assert not other.claim("b")  # not yet
    assert other.claim("b") and not one.holds("b")


def test_what_dead_servers_have_left_is_removed_and_nothing_else(tmp_path):
    one, other = Ownership(tmp_path), Ownership(tmp_path)
    assert one.claim("a") and other.claim("b")
    for left in ("dead", "dead.asked"):
        (tmp_path / left).touch()
    one.clear()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"] and not one.claim("b")


def test_who_lives_is_seen_and_who_is_dead_is_forgotten(tmp_path):
    one, other = Presence(tmp_path), Presence(tmp_path)
    one.begin()
    assert one.others() == 0
    other.begin()
    assert one.others() == other.others() == 1
    (tmp_path / "dead").touch()
    other.close()
    assert one.others() == 0 and [path.name for path in tmp_path.iterdir()] == [one.name]


def test_a_run_has_one_owner_the_others_watch_it_and_get_it(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as first, a_hub(tmp_path, inline=True) as second:
            mine, _ = await begun(first)
            there = second.get(mine.run.id)
            notes = watched(there)
            assert there.elsewhere and there.run.step == 5 and not mine.elsewhere
            for command in (
                lambda: second.controls.play(there),
                lambda: second.controls.step(there, None),
                lambda: second.controls.set_background(there, True),
                lambda: second.controls.change(there, CONFIG.changed(g_lr=1e-4)),
                lambda: second.store.save(there.run),
            ):
                with pytest.raises(Elsewhere):
                    command()
            with pytest.raises(Elsewhere):
                await second.delete(there)
            second.forget(there.run.id)
            assert (tmp_path / mine.run.id / "run.json").exists()
            for _ in range(3):
                first.controls.step(mine, None)
            await until(lambda: there.run.step == 8)
            past = await second.controls.at_step(there, 4)
            assert past.state == undisturbed(4).state
            unwatch(mine)  # nobody watches it there: it comes here, and trains, as was asked for
            await until(lambda: not there.elsewhere and there.run.step > 12)
            assert mine.run.id not in first.live_runs and any(note for note in notes if note)
            second.controls.pause(there)
            await until(lambda: not there.busy)
            return there.run.step, there.run.state, there.run.state_step

    step, state, at = asyncio.run(story())
    assert step > 12 and state == undisturbed(at).state


def test_runs_that_others_begin_and_delete_are_known(tmp_path):
    async def story():
        async with a_hub(tmp_path, inline=True) as first, a_hub(tmp_path, inline=True) as second:
            mine, _ = await begun(first, steps=1)
            await until(lambda: [run.id for run in second.runs_of(ME, "gan")] == [mine.run.id])
            found = second.find(ME, "gan", CONFIG)
            notes = watched(found)
            await first.delete(mine)
            await until(lambda: found.run.stopped is not None and not second.runs_of(ME, "gan"))
            assert notes and mine.run.id not in second.live_runs

    asyncio.run(story())


def test_a_run_that_another_server_is_making_is_not_taken_for_a_damaged_one(tmp_path):
    owners = Ownership(tmp_path / "owners" / "runs")
    for name in ("half", "torn"):
        (tmp_path / name / "frames").mkdir(parents=True)
    assert owners.claim("half")

    async def story():
        async with a_hub(tmp_path, inline=True):
            assert (tmp_path / "half").exists() and not (tmp_path / "torn").exists()

    asyncio.run(story())


def test_where_the_disk_gives_no_locks_a_server_goes_on(tmp_path, caplog):
    (tmp_path / "owners").write_text("no folder")
    owners = Ownership(tmp_path / "owners" / "runs")
    assert owners.claim("a") and owners.claim("a") and owners.holds("a")
    assert len([line for line in caplog.messages if "cannot be locked" in line]) == 1
    (tmp_path / "owners").unlink()
    other = Ownership(owners.folder)
    assert other.claim("a") and owners.unlocked == ["a"] and not owners.claim("a") and not owners.holds("a")


def rooms_in(folder):
    return Rooms(Journals(folder / "rooms", owners=Ownership(folder / "owners" / "rooms")), most=3)


def test_a_room_has_one_owner_and_moves_with_all_that_happened_in_it(tmp_path):
    async def story():
        one, other = rooms_in(tmp_path), rooms_in(tmp_path)
        room, teacher, written = one.open(LESSON)
        written.result(10)
        one.record(room, room_rules.join(room, "Ann", "a" * 64))
        other.load()
        with pytest.raises(RoomElsewhere, match="another server of this site"):
            other.get(room.code)
        assert one.asked() == [room] and not other.asked()
        await one.give_up(room)
        there = other.get(room.code)
        assert [member.name for member in there.members] == ["Ann"] and other.enter(room.code, teacher)[1] == "teacher"
        with pytest.raises(RoomElsewhere):
            one.get(room.code)
        with pytest.raises(UserError, match="closed"):
            one.record(room, room_rules.join(room, "Bob", "b" * 64))
        other.record(there, room_rules.join(there, "Bob", "b" * 64)).result(10)
        await other.give_up(there)
        assert [member.name for member in one.get(room.code).members] == ["Ann", "Bob"]
        one.journals.close()
        other.journals.close()

    asyncio.run(story())
