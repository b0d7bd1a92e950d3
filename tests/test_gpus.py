"""Runs on a machine with GPUs: which worker they have, and what happens where a GPU's memory is full.

This machine has none. Its workers stand for those of GPUs, for all that the server knows of a GPU is which worker has
it; that a memory is full is said to them in torch's words.
"""

import asyncio
import pickle
import stat
from typing import Any

import pytest
import torch
from support.hubs import CONFIG, ME, YOU, a_hub, undisturbed, until, watched

from playground.core.contract import Event
from playground.core.errors import UserError
from playground.engine import gpus, worker
from playground.engine.cost import cost
from playground.engine.executors import Inline, Slot
from playground.engine.gpus import GPU_FULL
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.rates import USUAL, Rates
from playground.engine.step_cost import StepCosts, estimate
from playground.engine.store import Store
from playground.families.gan.config import GanConfig
from playground.training.learner import device

FULL = RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB.")
ON_CPU: Any = CONFIG.changed(device="cpu")


# ---- which worker ----------------------------------------------------------------------------------


def test_gpus_are_asked_for_only_where_there_is_a_driver(monkeypatch, tmp_path):
    monkeypatch.setattr(gpus, "ASK", "print(3)")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gpus.gpu_count(Limits()) == 0
    driver = tmp_path / "nvidia-smi"
    driver.write_text("#!/bin/sh\n")
    driver.chmod(driver.stat().st_mode | stat.S_IXUSR)
    assert gpus.gpu_count(Limits()) == 3
    assert gpus.gpu_count(Limits(gpus=1)) == 1 and gpus.gpu_count(Limits(gpus=0)) == 0
    for broken in ("print('none')", "raise SystemExit(1)"):
        monkeypatch.setattr(gpus, "ASK", broken)
        assert gpus.gpu_count(Limits()) == 0


def test_each_worker_sees_one_of_the_gpus_that_the_server_sees(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert [gpus.environment(k)["CUDA_VISIBLE_DEVICES"] for k in range(2)] == ["0", "1"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")
    assert [gpus.environment(k)["CUDA_VISIBLE_DEVICES"] for k in range(2)] == ["5", "7"]


def test_what_chooses_no_gpu_has_another_worker():
    first, second = Slot(Inline), Slot(Inline, gpu=True)
    for name, wanted in (("auto", second), ("cuda", second), ("cpu", first), ("mps", first)):
        assert gpus.fitting([first, second], CONFIG.changed(device=name)) == [wanted]
    assert gpus.fitting([first], GanConfig(device="cuda")) == [first]


def test_runs_share_the_process_of_a_gpu_and_others_see_none(tmp_path):
    async def story():
        async with a_hub(tmp_path, cold=True, workers=1, gpus=1) as hub:
            ordinary, gpu = hub.slots
            assert (ordinary.gpu, gpu.gpu) == (False, True)
            runs = [hub.begin(owner, "gan", CONFIG) for owner in (ME, YOU)] + [hub.begin(ME, "gan", ON_CPU)]
            for live_run in runs:
                watched(live_run)
                hub.controls.play(live_run)
            await until(lambda: all(live_run.run.step > 60 for live_run in runs))
            assert [live_run.slot for live_run in runs] == [gpu, gpu, ordinary]
            seen = [await slot.call(visible_devices) for slot in hub.slots]
            assert seen == ["", "0"]

    asyncio.run(story())


def test_what_a_run_costs_is_told_of_the_workers_that_may_compute_it(tmp_path):
    async def story():
        hub = a_gpu_hub(tmp_path, ordinary=3)
        told = [cost(hub.begin(ME, "gan", config), hub.slots, 2, hub.limits) for config in (CONFIG, ON_CPU)]
        assert [one["workers"] for one in told] == [1, 3]
        assert [one["slice_ms"] for one in told] == [round(1000 * hub.limits.slice(n, 2)) for n in (1, 3)]
        await hub.close()

    asyncio.run(story())


def visible_devices() -> str:
    import os

    return os.environ["CUDA_VISIBLE_DEVICES"]


def test_what_is_dear_on_a_processor_need_not_be_so_on_a_gpu():
    costs, fast = StepCosts(Limits(), []), Rates(1e13, 1e11, 5e-6)
    costs.learn(USUAL)
    costs.learn(fast, gpu=True)
    assert costs.of("gan", GanConfig()) == estimate("gan", GanConfig(), fast)
    assert costs.of("gan", GanConfig(device="cpu")) == estimate("gan", GanConfig(device="cpu"), USUAL)


# ---- no such device --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_not_here_is_refused_in_a_sentence(tmp_path, name):
    if device("auto").type == name:
        pytest.skip("it is here")
    with pytest.raises(UserError, match=f"There is no {name.upper()} GPU here"):
        device(name)

    async def story():
        async with a_hub(tmp_path, inline=True) as hub:
            live_run = hub.begin(ME, "gan", CONFIG.changed(device=name))
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.stopped)
            assert live_run.run.stopped and "There is no {name} GPU here" in live_run.run.stopped[0]

    asyncio.run(story())


# ---- a full memory ---------------------------------------------------------------------------------


class FullAbove:
    """The cache of a worker whose GPU is too small for a run from some step on; with `times`, only so often."""

    def __init__(self, monkeypatch, step: int, times: float = float("inf")):
        self.step, self.left, self.refused = step, times, 0
        self.original = {name: getattr(worker._cache, name) for name in ("run_chunk", "recompute", "respond")}
        for name in self.original:
            monkeypatch.setattr(worker._cache, name, self._limited(name))

    def _limited(self, name: str):
        def call(chunk, *rest):
            on_gpu = chunk.config.get("device", "auto") == "auto"
            if on_gpu and chunk.step >= self.step and self.left > 0:
                self.left -= 1
                self.refused += 1
                raise FULL
            return self.original[name](chunk, *rest)

        return call


def a_gpu_hub(path, ordinary: int = 1) -> Hub:
    limits = Limits()
    slots = [Slot(Inline) for _ in range(ordinary)] + [Slot(Inline, gpu=True)]
    return Hub(limits, slots, Store(path, limits))


async def trained(hub: Hub, live_run, steps: int) -> None:
    for _ in range(steps):
        hub.controls.step(live_run, None)
        await until(lambda: not live_run.queued_steps and live_run.task is None)


def test_a_run_whose_gpu_is_too_small_goes_on_with_the_processor(tmp_path, monkeypatch):
    full = FullAbove(monkeypatch, 6)

    async def story():
        hub = a_gpu_hub(tmp_path)
        live_run = hub.begin(ME, "gan", CONFIG)
        notes = watched(live_run)
        await trained(hub, live_run, 12)
        assert live_run.run.step == 12 and not live_run.run.stopped and full.refused == 2
        assert notes.count(GPU_FULL) == 1 and live_run.run.on_processor
        assert live_run.slot is hub.slots[0] and live_run.run.config.device == "auto"
        assert live_run.run.state == undisturbed(12, ON_CPU).state
        past = await hub.controls.at_step(live_run, 9, live_run.visitor)
        assert past.step == 9
        await hub.close()

    asyncio.run(story())


def test_where_others_filled_it_the_run_stays(tmp_path, monkeypatch):
    full = FullAbove(monkeypatch, 6, times=1)

    async def story():
        hub = a_gpu_hub(tmp_path)
        live_run = hub.begin(ME, "gan", CONFIG)
        notes = watched(live_run)
        await trained(hub, live_run, 12)
        assert live_run.run.step == 12 and full.refused == 1 and GPU_FULL not in notes
        assert live_run.slot is hub.slots[1] and live_run.run.state == undisturbed(12).state
        await hub.close()

    asyncio.run(story())


def test_half_a_step_is_not_lost_with_it(tmp_path, monkeypatch):
    FullAbove(monkeypatch, 3)

    async def story():
        hub = a_gpu_hub(tmp_path)
        live_run = hub.begin(ME, "gan", CONFIG)
        watched(live_run)
        await trained(hub, live_run, 3)
        hub.controls.step(live_run, "generator")
        await until(lambda: live_run.run.step == 4)
        assert live_run.run.events == [Event(3, part="generator")]
        await hub.close()

    asyncio.run(story())


@pytest.mark.parametrize("what", ["at_step", "ask"])
def test_looks_at_the_past_have_the_processor_too(tmp_path, monkeypatch, what):
    async def story():
        hub = a_gpu_hub(tmp_path)
        live_run = hub.begin(ME, "gan", CONFIG)
        notes = watched(live_run)
        await trained(hub, live_run, 8)
        FullAbove(monkeypatch, 0)
        if what == "at_step":
            assert (await hub.controls.at_step(live_run, 5, live_run.visitor)).step == 5
        else:
            z = {"z": torch.zeros(2, CONFIG.noise_dim).numpy()}
            step, answer = await hub.controls.ask(live_run, None, z, live_run.visitor)
            assert step == 8 and answer["x"].shape == (2, 2)
        assert GPU_FULL in notes
        await trained(hub, live_run, 2)
        assert live_run.run.step == 10 and live_run.run.state == undisturbed(10, ON_CPU).state
        await hub.close()

    asyncio.run(story())


def test_what_torch_says_becomes_a_sentence_and_other_errors_stay():
    @worker.device_room()
    def work(error):
        raise error

    with pytest.raises(worker.DeviceFull, match="memory is not enough"):
        work(FULL)
    with pytest.raises(RuntimeError, match="shapes"):
        work(RuntimeError("shapes do not fit"))
    try:
        work(FULL)
    except worker.DeviceFull as error:
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is worker.DeviceFull and str(again) == str(error)
