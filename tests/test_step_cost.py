"""Steps that would take too long, or too much memory, are refused and smaller ones offered."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from support.hubs import ME, a_hub
from support.sockets import browser, serving

from playground.core.config import parse, specs
from playground.core.contract import Progress
from playground.core.errors import UserError
from playground.core.i18n import translator
from playground.core.registry import FAMILIES, family
from playground.engine.executors import Inline, Slot
from playground.engine.limits import Limits
from playground.engine.rates import USUAL, Rates, measure_rates
from playground.engine.recording import shipped
from playground.engine.run import start
from playground.engine.smaller import TooDear
from playground.engine.step_cost import StepCosts, in_bytes, in_seconds
from playground.families.diffusion import step_work
from playground.families.diffusion.config import DiffusionConfig
from playground.families.diffusion.images import view as images
from playground.families.diffusion.plane import view as plane
from playground.families.gan.config import GanConfig
from playground.families.vae.config import VaeConfig

DEAREST = VaeConfig(data="digits", likelihood="bernoulli", batch=2048, samples=50, width=512, depth=4)
LARGE = {"batch": 2048, "g_width": 256, "d_width": 256, "g_depth": 5, "d_depth": 5, "d_steps": 10, "g_steps": 10}


class Elsewhere:
    """A slot whose work is done in another process."""

    executor = None


ELSEWHERE = (Elsewhere(),)


def costs_of(runs=(), slots=ELSEWHERE, **limits):
    return StepCosts(Limits(**limits), slots, lambda: runs)


def all_shipped():
    for name, found in FAMILIES.items():
        for key, preset in found.presets.items():
            yield name, parse(found.Config, preset.settings), f"preset {key}"
        for recording in shipped(name):
            yield name, recording.config, recording.name
        for key, data in found.Config.data_defaults.items() if hasattr(found.Config, "data_defaults") else ():
            yield name, parse(found.Config, {"data": key, **data}), f"data {key}"
        for entry in found.about.arena:
            yield name, parse(found.Config, entry.settings), f"arena {entry.name}"


def test_what_is_shipped_is_far_from_the_limits_even_on_a_slow_machine():
    costs, most = costs_of(), Limits()
    costs.rates = Rates(USUAL.products / 2, USUAL.numbers / 2, USUAL.operation * 2)
    for name, config, what in all_shipped():
        costs.check(name, config)
        cost = costs.of(name, config)
        assert cost.ms < most.step_ms and cost.mb <= most.step_mb, what


def test_the_dearest_settings_are_refused_in_words_that_name_a_way_out():
    with pytest.raises(TooDear) as refused:
        costs_of().check("vae", DEAREST)
    text = refused.value.sentence()
    assert "One step would take about" in text and "this server allows 1 s" in text
    assert "(instead of " in text and refused.value.offer
    said = refused.value.sentence(translator("zh"))
    assert "One step" not in said and "Smaller" not in said
    costs_of().check("vae", DEAREST.changed(**refused.value.offer))


PICTURES = {
    "diffusion": {"data": "digits", "width": 512, "batch": 16, "steps": 1000},
    "normalizing_flow": {"flow": "ffjord", "ode_steps": 32, "batch": 16, "width": 256, "depth": 4},
}
"""Steps that are allowed, beside a picture that takes seconds: here 3 and 4, on a core of its own."""


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_takes_seconds_is_refused_where_its_step_is_not(name):
    config, costs = parse(family(name).Config, PICTURES[name]), costs_of()
    assert costs.of(name, config).ms < Limits().step_ms
    with pytest.raises(TooDear, match="One picture of this model would take about") as refused:
        costs.check(name, config)
    assert refused.value.offer
    costs.check(name, config.changed(**refused.value.offer))
    costs_of(picture_ms=0).check(name, config)


def test_a_sampler_that_is_chosen_during_training_is_refused_where_its_pictures_are_too_slow(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            config = parse(DiffusionConfig, {"data": "digits", "width": 128, "batch": 16, "process": "vp"})
            live_run = hub.begin(ME, "diffusion", config)
            with pytest.raises(TooDear, match="One picture"):
                hub.controls.change(live_run, config.changed(sampler="adaptive"))
            assert live_run.config_now() == config

    asyncio.run(story())


def test_what_a_picture_consists_of_is_what_is_drawn():
    assert (step_work.PLANE_CALLS, step_work.IMAGE_CALLS) == (plane.MAX_CALLS, images.MAX_CALLS)
    assert (step_work.SHOWN_POINTS, step_work.SHOWN_IMAGES) == (plane.SHOWN_COUNT, images.SHOWN_COUNT)


def test_memory_is_refused_too():
    with pytest.raises(TooDear, match="of memory"):
        costs_of(step_ms=0).check("vae", DEAREST)


def test_what_was_chosen_last_stays_where_it_can():
    before = DEAREST.changed(batch=64)
    for name, old in {"batch": 64, "samples": 1, "width": 64}.items():
        before = VaeConfig(data="digits", likelihood="bernoulli").changed(samples=8, width=512, batch=512, depth=3)
        config = before.changed(**{name: DEAREST.model_dump()[name]})
        with pytest.raises(TooDear) as refused:
            costs_of(step_ms=100).check("vae", config, before.changed(**{name: old}))
        assert name not in refused.value.offer, refused.value.offer


@settings(max_examples=40, deadline=None, suppress_health_check=[*HealthCheck], derandomize=True)
@given(some.data())
def test_every_offer_is_allowed_and_only_smaller(data):
    name = data.draw(some.sampled_from([*FAMILIES]))
    kind, costs = family(name).Config, costs_of(step_ms=data.draw(some.sampled_from((20, 100, 1000))))
    base = dict(parse(kind, data.draw(some.sampled_from([*family(name).presets.values()])).settings))
    sizes = {s.name: s.bounds[1] for s in specs(kind) if s.kind == "int" and s.name != "seed"}
    sizes |= {s.name: max(s.choices) for s in specs(kind) if s.choices and all(type(c) is int for c in s.choices)}
    chosen = data.draw(some.sets(some.sampled_from(sorted(sizes)), min_size=1, max_size=4))
    try:
        config = parse(kind, {**base, **{name: int(sizes[name]) for name in chosen}})
    except UserError:
        return
    try:
        costs.check(name, config)
    except TooDear as refused:
        if refused.offer:  # with the smallest values of all, some stay too dear for the lowest limit
            costs.check(name, config.changed(**refused.offer))
            assert all(value < getattr(config, setting) for setting, value in refused.offer.items())
        else:
            assert costs.most.ms < 1000
        assert refused.sentence()


def test_there_is_no_limit_where_nobody_waits_or_none_is_wanted():
    costs_of(slots=[Slot(Inline)]).check("vae", DEAREST)
    costs_of(step_ms=0, step_mb=0).check("vae", DEAREST)


def test_steps_that_wait_for_a_busy_machine_are_not_dear():
    run = start("gan", GanConfig(), "", Limits())
    for step in (5, 10, 15):
        run.add(Progress(step, None, None, {}, {}, stepping=12.0, seconds=12.0, spent=0.01))
    assert run.step_ms > 1_000 > run.computing_ms
    costs_of([run]).check("gan", run.config)


def test_a_measured_step_overrules_the_estimate():
    class Run:
        family, computing_ms = "vae", 90.0

        def config_now(self):
            return DEAREST

    assert costs_of([Run()]).of("vae", DEAREST).ms == 90.0
    costs_of([Run()], step_mb=0).check("vae", DEAREST)


def test_a_worker_tells_its_rates_and_the_best_counts():
    costs, found = costs_of(), measure_rates()
    assert found.products > 1e8 and found.numbers > 1e7 and 1e-8 < found.operation < 1e-2
    costs.learn(found)
    assert costs.rates == found
    costs.learn(found._replace(products=found.products / 9))
    assert costs.rates == found


def test_nothing_that_begins_or_changes_a_run_gets_past_the_limit(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            with pytest.raises(TooDear):
                hub.begin(ME, "gan", GanConfig(**LARGE))
            assert not hub.live_runs and not hub.runs_of(ME, "gan")
            # a batch of middle size, with which ten updates of the discriminator are too many
            config = GanConfig(**{**LARGE, "d_steps": 1, "g_steps": 1, "batch": 1024})
            live_run = hub.begin(ME, "gan", config)
            changed = config.changed(d_steps=10, g_steps=10)
            with pytest.raises(TooDear):
                hub.controls.change(live_run, changed)
            with pytest.raises(TooDear):
                await hub.fork(live_run, 0, {"d_steps": 10, "g_steps": 10}, ME)
            assert live_run.config_now() == config and len(hub.live_runs) == 1
            hub.controls.step_costs.most = hub.controls.step_costs.most._replace(ms=1)  # restarted with less
            for command in (hub.controls.play, lambda one: hub.controls.step(one, None)):
                with pytest.raises(TooDear):
                    command(live_run)

    asyncio.run(story())


def test_a_browser_is_told_and_offered_smaller_settings_and_its_run_goes_on(tmp_path):
    with serving(tmp_path) as server, browser(server) as me:
        me.watch(play=True)
        me.until(lambda b: b.status.get("playing") and b.frames)
        run = me.latest("watching")["run"]
        me.configure(**LARGE)
        me.until(lambda b: b.latest("refused"))
        refused = me.latest("refused")
        assert "One step would take about" in refused["text"] and refused["settings"]
        assert me.latest("watching")["run"] == run
        seen = len(me.frames)
        me.until(lambda b: len(b.frames) > seen + 2)  # nothing has changed
        me.configure(play=True, **{**LARGE, **refused["settings"]})
        me.until(lambda b: b.latest("watching")["run"] != run)


def test_a_link_to_too_dear_settings_is_told_so_and_may_go_on_with_the_offer(tmp_path):
    with serving(tmp_path) as server, browser(server, lang="zh") as me:
        me.watch(play=True, **LARGE)
        me.until(lambda b: b.latest("refused"))
        offer = me.latest("refused")["settings"]
        told = len(me.said)
        me.configure(**{**LARGE, **offer})
        me.until(lambda b: any(said["is"] in ("watching", "refused") for said in b.said[told:]))
        assert me.latest("watching"), me.said[told:]


def test_no_cell_of_a_sweep_begins_if_one_of_them_is_too_dear(tmp_path):
    with serving(tmp_path) as server:
        path, origin = "/live/socket/sweep", {"origin": "http://testserver"}
        with server.websocket_connect(path, headers=origin) as socket:
            grid = {"batch": [16, 2048]}
            socket.send_json({"do": "sweep", "family": "gan", "config": {**LARGE, "batch": 16}, "grid": grid,
                              "owner": ME})  # fmt: skip
            while (said := socket.receive_json())["is"] != "refused":
                pass
            assert "One step would take about" in said["text"]
        assert not server.live.hub.live_runs


def test_figures_have_two_digits_and_a_unit():
    assert [in_seconds(ms) for ms in (123, 812, 40_321, 1.9e5)] == ["0.12 s", "0.81 s", "40 s", "3.2 min"]
    assert [in_bytes(mb) for mb in (812, 2_540)] == ["810 MB", "2.5 GB"]
