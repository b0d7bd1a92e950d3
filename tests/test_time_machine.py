"""The time machine on the socket: exact steps, forks, the tree of runs, deleting."""

import time

import numpy as np
from support.sockets import ME, YOU, browser


def trained(me, head, **config):
    """A run of the visitor's own, paused beyond step `head`; its id."""
    me.said, me.status = [], {}
    me.watch(play=True, **config)
    me.until(lambda b: b.latest("watching") and b.status.get("head", 0) > head, 90)
    me.tell(do="pause")
    me.until(lambda b: b.frames and not b.status["playing"])
    return me.latest("watching")["run"]


def entry(me, run):
    found = me.latest("tree")
    return next((r for r in found["runs"] if r["id"] == run), None) if found else None


def test_a_step_typed_in_is_shown_exactly_and_again_the_same(live_server):
    with browser(live_server) as me:
        trained(me, 60, seed=101)
        seen = []
        for step in (37, 5, 37):
            me.tell(do="seek", step=step, exact=True)
            me.until(lambda b, step=step: b.frames[-1]["step"] == step and not b.status["live"])
            seen.append(me.frames[-1])
        first, again = seen[0], seen[2]
        for a, b in zip(first["layers"], again["layers"], strict=True):
            assert all(np.array_equal(a["arrays"][name], b["arrays"][name]) for name in a["arrays"])


def test_a_fork_begins_at_the_moment_shown_and_the_page_takes_its_settings_over(live_server):
    with browser(live_server) as me:
        run = trained(me, 40, seed=102)
        me.tell(do="seek", step=21, exact=True)
        me.until(lambda b: b.frames[-1]["step"] == 21)
        me.tell(do="fork")
        me.until(lambda b: b.latest("watching")["run"] != run and b.frames[-1]["step"] == 21)
        child = me.latest("watching")["run"]
        assert me.latest("watching")["follow"] and not me.status["playing"]
        me.until(lambda b: entry(b, child))
        assert (entry(me, child)["parent"], entry(me, child)["at"]) == (run, 21)
        me.until(lambda b: (entry(b, child) or {}).get("current"))  # the tree comes after the picture
        assert entry(me, child)["differs"] == []
        me.configure(seed=102, g_lr=0.004)  # what the visitor changes now is the fork's, from its next step on
        me.until(lambda b: entry(b, child)["differs"])
        assert entry(me, child)["differs"] == ["Generator: learning rate: 0.004"]
        assert me.latest("watching")["run"] == child
        assert live_server.live.hub.get(run).run.config_now().g_lr == 0.001
        me.tell(do="play")
        me.until(lambda b: b.status["head"] > 30)


def test_forks_may_change_live_settings_and_only_those(live_server):
    with browser(live_server) as me:
        run = trained(me, 30, seed=103)
        me.tell(do="fork", step=12, changes={"d_lr": 0.02, "r1": 0})
        me.until(lambda b: b.latest("watching")["run"] != run)
        child = live_server.live.hub.get(me.latest("watching")["run"]).run
        assert child.parent == (run, 12) and (child.config_now().d_lr, child.config_now().r1) == (0.02, 0)
        assert me.latest("watching")["config"]["d_lr"] == 0.02
        for changes in ({"g_width": 12}, {"d_lr": 99}, {"evil": 1}):
            me.said.clear()
            me.tell(do="fork", step=12, changes=changes)
            me.until(lambda b: b.latest("refused"))
            assert me.latest("refused")["about"] == "fork"
        me.tell(do="fork", step=10_000)
        me.until(lambda b: "not reached step 10000" in b.latest("refused")["text"])


def test_the_tree_is_sent_when_it_changes_and_not_with_every_chunk(live_server):
    with browser(live_server) as me:
        me.watch(seed=104, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20 and b.latest("tree"))
        me.said.clear()
        frames = len(me.frames)
        me.until(lambda b: len(b.frames) > frames + 10)
        assert me.latest("tree") is None
        me.tell(do="step", part="generator")
        half = "Half a step: Generator only"
        me.until(lambda b: b.latest("tree") and b.latest("tree")["runs"][-1]["differs"][-1] == half)
        (done,) = me.latest("tree")["runs"][-1]["halves"]  # it counts as half a step
        me.until(lambda b: b.status["halves"] == [done])


def test_opening_a_run_from_the_tree_brings_its_settings(live_server):
    with browser(live_server) as me:
        first = trained(me, 20, seed=105, g_width=12)
        trained(me, 20, seed=106)
        me.watch(run=first, seed=106)
        me.until(lambda b: b.latest("watching")["run"] == first and b.frames[-1]["run"] == first)
        opened = me.latest("watching")
        assert opened["follow"] and opened["config"]["g_width"] == 12 and opened["config"]["seed"] == 105
        runs = len(me.latest("tree")["runs"])
        me.configure(**{k: opened["config"][k] for k in ("seed", "g_width")})  # the page has taken them over
        me.tell(do="step")
        me.until(lambda b: b.status["head"] > 20 and b.frames[-1]["step"] == b.status["head"])
        assert me.latest("watching")["run"] == first and len(me.latest("tree")["runs"]) == runs


def test_only_the_owner_deletes_a_run_and_its_children_stay(live_server):
    with browser(live_server) as me, browser(live_server) as other:
        run = trained(me, 30, seed=107)
        me.tell(do="fork", step=15)
        me.until(lambda b: b.latest("watching")["run"] != run)
        child = me.latest("watching")["run"]
        other.watch(owner=YOU, run=run, seed=107)
        other.until(lambda b: b.frames)
        assert other.latest("tree")["runs"] == [] or run not in {r["id"] for r in other.latest("tree")["runs"]}
        other.tell(do="forget", run=run)
        other.until(lambda b: b.latest("refused"))
        assert live_server.live.hub.get(run).run.step > 15
        me.tell(do="forget", run=run)
        me.until(lambda b: entry(b, run) is None)
        assert entry(me, child)["parent"] is None and entry(me, child)["at"] == 15
        assert not (live_server.live.hub.store.root / run).exists()
        other.until(lambda b: b.status["stopped"])
        assert "deleted" in other.status["stopped"]
        me.tell(do="forget", run=child)  # the run looked at: a new one takes its place
        me.until(lambda b: b.latest("watching")["run"] not in (run, child) and entry(b, child) is None)


def test_a_run_under_way_can_be_deleted_and_leaves_nothing(live_server):
    with browser(live_server) as me:
        me.watch(seed=108, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20)
        run = me.latest("watching")["run"]
        me.tell(do="forget", run=run)
        me.until(lambda b: b.latest("watching")["run"] != run)
        time.sleep(0.5)
        assert not (live_server.live.hub.store.root / run).exists()


def test_runs_of_an_earlier_server_are_in_the_tree_without_being_read_whole(live_server):
    with browser(live_server) as me:
        run = trained(me, 10, seed=109)
        me.watch(seed=110)
        me.until(lambda b: b.latest("watching")["run"] != run)
    hub = live_server.live.hub
    live_server.portal.call(_leave_memory, hub, run)
    found = {r.id: r for r in live_server.portal.call(hub.runs_of, ME, "gan")}
    assert found[run].step > 10 and found[run].config.seed == 109 and run not in hub.live_runs


async def _leave_memory(hub, run):
    hub.live_runs.pop(run)
