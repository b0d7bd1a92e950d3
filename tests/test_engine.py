"""The engine: timelines, folders, exact replays, forks, limits; all in this process."""

import json
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from playground.core.config import parse
from playground.core.contract import Event
from playground.core.errors import UserError
from playground.engine.limits import Limits
from playground.engine.run import fork, start
from playground.engine.store import Store
from playground.engine.timeline import Scalars, Thinned, mean_row
from playground.engine.worker import ExperimentCache, NotCached
from playground.families.gan.config import GanConfig

SMALL = GanConfig(g_width=8, d_width=8, batch=16)


def move(run, cache, steps, **more):
    progress = cache.run_chunk(run.next_chunk(cached=run.id in cache.experiments, steps=steps, **more))
    run.add(progress)
    return progress


def trained(steps, *, chunk=10, config=SMALL, limits=None):
    run, cache = start("gan", config, "me", limits or Limits()), ExperimentCache()
    move(run, cache, 0)
    for _ in range(0, steps, chunk):
        move(run, cache, chunk)
    return run, cache


@given(some.integers(2, 40), some.integers(1, 2000))
def test_thinning_keeps_the_whole_run_evenly(room, count):
    thinned = Thinned(room)
    for step in range(count):
        thinned.offer(step, step)
    assert len(thinned.items) <= room
    assert thinned.steps[0] == 0
    assert set(np.diff(thinned.steps)) <= {thinned.stride}
    assert count - 1 - thinned.steps[-1] < thinned.stride
    assert all(thinned.items[s] == s for s in thinned.steps)


@given(some.sets(some.integers(0, 500), min_size=1, max_size=30), some.integers(-5, 505))
def test_nearest_and_before_agree_with_brute_force(steps, asked):
    thinned = Thinned(100)
    thinned.restore({s: s for s in steps})
    before = [s for s in steps if s <= asked]
    assert thinned.at_or_before(asked) == (max(before) if before else None)
    assert abs(thinned.nearest(asked) - asked) == min(abs(s - asked) for s in steps)


def test_scalars_leave_gaps_where_half_steps_have_no_value():
    scalars = Scalars()
    scalars.append({"a": np.array([1.0, 3.0])})
    scalars.append({"a": np.array([5.0]), "b": np.array([7.0])})
    scalars.append({"b": np.array([9.0])})
    assert scalars.rows.shape == (4, 2)
    assert mean_row(scalars.names, scalars.rows) == {"a": 3.0, "b": 8.0}
    assert mean_row(scalars.names, scalars.rows[:2]) == {"a": 2.0}


def test_chunks_of_any_size_end_at_the_same_bits():
    one, _ = trained(40, chunk=40)
    many, _ = trained(40, chunk=4)
    assert one.state == many.state
    assert np.array_equal(one.timeline.scalars.rows, many.timeline.scalars.rows)


def test_a_worker_that_lost_the_run_says_so_and_an_old_state_is_enough():
    undisturbed, _ = trained(40)
    run, cache = trained(20)
    move(run, cache, 10, want_state=False)
    assert (run.step, run.state_step) == (30, 20)
    with pytest.raises(NotCached):
        ExperimentCache().run_chunk(run.next_chunk(cached=True, steps=10))
    run.add(ExperimentCache().run_chunk(run.next_chunk(cached=False, steps=10)))
    assert run.step == 40
    assert run.state == undisturbed.state


def test_a_look_at_any_step_shows_exactly_what_was():
    run, cache = trained(40)
    known = run.timeline.frames.items[20]
    run.timeline.states.restore({0: run.timeline.states.items[0]})
    shown = ExperimentCache().run_chunk(run.chunk_at(20, want_state=True))
    assert shown.step == 20
    for name, array in known.arrays.items():
        assert np.array_equal(array, shown.frame.arrays[name])


def test_changes_by_hand_are_part_of_the_past():
    run, cache = trained(10)
    run.events.append(Event(10, {"g_lr": 0.01}))
    move(run, cache, 10)
    run.events.append(Event(20, part="discriminator"))
    move(run, cache, 20)
    assert run.config_now().g_lr == 0.01 and run.config_now(5).g_lr == SMALL.g_lr
    states = run.timeline.states
    states.restore({0: states.items[0]})
    run.state = None
    again = ExperimentCache().run_chunk(run.chunk_at(40, want_state=True))
    assert again.state == move(run, cache, 0).state
    assert np.isnan(run.timeline.scalars.rows[20]).any() and not np.isnan(run.timeline.scalars.rows[21]).any()


def test_a_fork_shares_the_past_and_then_goes_its_own_way():
    run, _ = trained(40)
    at = ExperimentCache().run_chunk(run.chunk_at(25, want_state=True))
    child = fork(run, 25, at.state, at.frame, "you", Limits())
    child.events.append(Event(25, {"d_lr": 0.02}))
    assert child.parent == (run.id, 25) and child.owner == "you"
    assert np.array_equal(child.timeline.scalars.rows, run.timeline.scalars.rows[:25])
    twin = fork(run, 25, at.state, at.frame, "you", Limits())
    for other in (child, twin):
        other.add(ExperimentCache().run_chunk(other.next_chunk(cached=False, steps=15)))
    assert twin.state == run.state
    assert child.state != run.state


def test_a_folder_gives_back_the_run(tmp_path):
    run, cache = trained(30)
    run.events.append(Event(30, {"g_lr": 0.005}))
    move(run, cache, 10, evaluate=True)
    store = Store(tmp_path, Limits())
    store.save(run)
    found = Store(tmp_path, Limits()).load(run.id)
    assert (found.step, found.state, found.events, found.config) == (40, run.state, run.events, run.config)
    assert np.array_equal(found.timeline.scalars.rows, run.timeline.scalars.rows)
    assert found.timeline.frames.steps == run.timeline.frames.steps
    assert found.scores() == run.scores() and found.scores()
    assert Store(tmp_path, Limits()).load("nothing") is None


def test_a_run_that_has_only_begun_is_found_again(tmp_path):
    run, _ = trained(0)
    Store(tmp_path, Limits()).save(run)
    found = Store(tmp_path, Limits()).load(run.id)
    assert found.step == 0 and found.newest.step == 0
    found.add(ExperimentCache().run_chunk(found.next_chunk(cached=False, steps=10)))
    assert found.state == trained(10)[0].state


def test_saving_chunk_by_chunk_equals_saving_once_and_keeps_few_files(tmp_path):
    limits = Limits(frames=8, states=4)
    run, cache, store = start("gan", SMALL, "me", limits), ExperimentCache(), Store(tmp_path, limits)
    for _ in range(30):
        move(run, cache, 2)
        store.save(run)
    assert len(list((tmp_path / run.id / "frames").iterdir())) <= 9
    assert len(list((tmp_path / run.id / "states").iterdir())) <= 5
    assert np.array_equal(Store(tmp_path, limits).load(run.id).timeline.scalars.rows, run.timeline.scalars.rows)


def test_what_a_crash_left_half_written_is_cut_off(tmp_path):
    run, cache = trained(20)
    store = Store(tmp_path, Limits())
    store.save(run)
    told = (tmp_path / run.id / "run.json").read_bytes()
    move(run, cache, 10, evaluate=True)
    store.save(run)
    (tmp_path / run.id / "run.json").write_bytes(told)  # the crash came before the rename
    with open(tmp_path / run.id / "scores.jsonl", "a") as file:
        file.write('[31, {"sliced')
    with open(tmp_path / run.id / json.loads(told)["rows"], "ab") as file:
        file.write(b"torn")
    store = Store(tmp_path, Limits())
    found = store.load(run.id)
    assert (found.step, found.state_step) == (20, 20)
    found.add(ExperimentCache().run_chunk(found.next_chunk(cached=False, steps=10, evaluate=True)))
    store.save(found)
    assert found.state == run.state
    assert np.array_equal(Store(tmp_path, Limits()).load(run.id).timeline.scalars.rows, run.timeline.scalars.rows)


def test_the_disk_budget_takes_the_longest_unused(tmp_path):
    store = Store(tmp_path, Limits(disk_mb=1))
    runs = [trained(10)[0] for _ in range(3)]
    for age, run in enumerate(runs):
        store.save(run)
        (tmp_path / run.id / "ballast").write_bytes(b"0" * 380_000)
        stamp = 1_000_000 - age  # a clock that goes backwards
        os.utime(tmp_path / run.id / "run.json", (stamp, stamp))
    for there in (store, Store(tmp_path, Limits(disk_mb=1))):  # also after a restart
        assert there.folder.surplus({runs[0].id}) == [runs[1].id]
    store.delete(runs[1].id)
    assert store.names() == [runs[0].id, runs[2].id] and store.folder.surplus(set()) == []


def test_divergence_stops_at_the_last_good_state_and_names_quantity_and_step():
    config = parse(GanConfig, {"optimiser": "sgd", "g_lr": 1.0, "d_lr": 1.0, "objective": "least_squares", "r1": 50})
    run, cache = start("gan", config, "me", Limits()), ExperimentCache()
    progress = move(run, cache, 500)
    assert progress.divergence is not None
    assert progress.divergence.step >= run.step
    assert progress.divergence.quantity in run.timeline.scalars.names
    assert np.isfinite(run.timeline.scalars.rows).all()
    assert all(np.isfinite(a).all() for a in progress.frame.arrays.values())
    assert run.step > 0
    assert trained(run.step, chunk=run.step, config=config)[0].state == run.state


def test_limits_come_from_the_environment_with_a_sentence_for_nonsense():
    assert Limits.from_environment({"PLAYGROUND_FRAMES": "12", "HOME": "x"}).frames == 12
    with pytest.raises(UserError, match="PLAYGROUND_FRAMES cannot be 'many'"):
        Limits.from_environment({"PLAYGROUND_FRAMES": "many"})


def test_slices_shrink_with_the_number_of_runs():
    limits = Limits()
    slices = [limits.slice(2, n) for n in (1, 10, 30, 100)]
    assert slices == sorted(slices, reverse=True)
    assert slices[0] == limits.slice_high_s and slices[-1] == pytest.approx(limits.period_s / 50)
