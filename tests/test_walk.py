"""Questions to a model while it trains: the right answers, training undisturbed, bounds, the newest wins."""

import asyncio
import time

import numpy as np
import pytest
import torch
from support.hubs import CONFIG, ME, a_hub, undisturbed, until, watched
from support.sockets import browser, serving
from torch.func import functional_call

from playground.core.contract import Chunk
from playground.core.errors import UserError
from playground.engine.worker import ExperimentCache, NotCached
from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment
from playground.live.commands import read_command

PLACES = np.random.default_rng(0).uniform(-3, 3, (64, 2)).astype(np.float32)


def test_the_answer_is_the_shown_generators():
    experiment = GanExperiment(CONFIG)
    for _ in range(20):
        experiment.step()
    before = experiment.state_dict()
    answer = experiment.respond({"z": PLACES})["x"]
    game, weights = experiment.objective, torch.from_numpy(before["g_ema"])
    direct = functional_call(game.generator_net, game.g.views(weights), torch.from_numpy(PLACES)).detach().numpy()
    assert np.allclose(answer, direct, atol=1e-6)
    assert all(np.array_equal(before[name], array) for name, array in experiment.state_dict().items())


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"y": PLACES},
        {"z": PLACES, "y": PLACES},
        {"z": PLACES[:, :1]},
        {"z": PLACES[0]},
        {"z": np.full((1, 2), np.nan)},
    ],
)
def test_what_cannot_be_answered_is_refused(question):
    with pytest.raises(UserError):
        GanExperiment(CONFIG).respond(question)


def test_a_worker_answers_for_the_living_and_for_the_past():
    cache, config = ExperimentCache(), CONFIG.model_dump()
    chunk = Chunk(run="r", family="gan", config=config, step=0, state=None, steps=12)
    done = cache.run_chunk(chunk)
    step, living = cache.respond(Chunk("r", "gan", {}, 0, None), {"z": PLACES})
    again, past = cache.respond(Chunk("", "gan", config, 12, done.state), {"z": PLACES})
    assert step == again == 12
    assert np.array_equal(living["x"], past["x"])
    with pytest.raises(NotCached):
        cache.respond(Chunk("elsewhere", "gan", {}, 0, None), {"z": PLACES})


def test_questions_do_not_disturb_the_training(tmp_path):
    async def story():
        async with a_hub(tmp_path, workers=1) as hub:
            live_run = hub.begin(ME, "gan", CONFIG)
            watched(live_run)
            hub.controls.play(live_run)
            await until(lambda: live_run.run.step > 50)
            took, steps = [], []
            for _ in range(40):
                began = time.perf_counter()
                step, answer = await hub.controls.ask(live_run, None, {"z": PLACES})
                took.append(time.perf_counter() - began)
                steps.append(step)
                assert answer["x"].shape == (64, 2)
            hub.controls.pause(live_run)
            await until(lambda: not live_run.active)
            first, then = await hub.controls.ask(live_run, 40, {"z": PLACES})
            now, fresh = await hub.controls.ask(live_run, None, {"z": PLACES})
            assert first == 40 and now == live_run.run.step
            assert steps == sorted(steps) and steps[-1] > steps[0]
            return live_run.run, (await hub.controls.at_step(live_run, live_run.run.step)).state, then, fresh

    run, state, then, fresh = asyncio.run(story())
    alone = undisturbed(run.step)
    assert state == alone.state
    for step, answer in ((40, then), (run.step, fresh)):
        experiment = GanExperiment(CONFIG)
        for _ in range(step):
            experiment.step()
        assert np.array_equal(answer["x"], experiment.respond({"z": PLACES})["x"])


@pytest.mark.parametrize(
    "z", ["[]", "[[11, 0]]", "[[NaN, 0]]", "[[Infinity, 0]]", "[[]]", "[1, 2]", str([[0, 0]] * 401), '[["0.5x", 0]]']
)
def test_bounds_of_a_question(z):
    with pytest.raises(UserError):
        read_command(f'{{"do": "ask", "id": 1, "question": {{"z": {z}}}}}')


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("runs")) as client:
        yield client


def test_on_the_socket_the_newest_question_wins(server):
    with browser(server) as me:
        me.watch(seed=77, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20)
        for number in range(30):
            me.tell(do="ask", id=number, question={"z": [[number / 10, 0.0], [0.0, 0.0]]})
        me.until(lambda b: (b.latest("answer") or {}).get("id") == 29)
        answers = [said for said in me.said if said["is"] == "answer"]
        assert len(answers) < 30 and [a["id"] for a in answers] == sorted(a["id"] for a in answers)
        assert np.shape(answers[-1]["x"]) == (2, 2) and answers[-1]["step"] > 0
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        me.tell(do="ask", id=50, question={"z": [[0.0, 0.0, 0.0]]})  # three coordinates for noise of two
        refused = me.until(lambda b: b.latest("refused")).latest("refused")
        assert refused["about"] == "ask" and "noise" in refused["text"]
        me.tell(do="seek", step=5, exact=True)
        me.until(lambda b: b.frames[-1]["step"] == 5)
        me.tell(do="ask", id=51, question={"z": [[1.0, 1.0]]})
        me.until(lambda b: b.latest("answer")["id"] == 51)
        assert me.latest("answer")["step"] == 5


def test_a_recording_rests_at_its_end_and_answers(server):
    with browser(server) as me:
        me.tell(do="watch", family="gan", config=GanConfig().model_dump(), owner="w" * 32, run=None, play=False)
        me.until(lambda b: b.latest("watching") and b.latest("watching")["recording"])
        me.tell(do="ask", id=1, question={"z": [[0.0, 0.0]]})
        me.until(lambda b: b.latest("answer") and b.status.get("live"))
        assert me.latest("answer")["run"] is None
        assert me.latest("answer")["step"] == me.status["head"]
