"""Panels on the socket: the newest question of each is answered, about the present, the past and recordings."""

import numpy as np
import pytest
from support.sockets import CONFIG, browser

from playground.families.gan.config import GanConfig
from playground.families.gan.experiment import GanExperiment


def ask(browser, number, name="noise", **values):
    browser.tell(do="panel", id=number, name=name, values=values)


def answered(browser, number):
    return browser.until(lambda b: b.answers and b.answers[-1]["id"] == number).answers[-1]


def samples(answer):
    return answer["scenes"][1]["layers"][-1]["arrays"]["xy"]


def test_the_newest_question_wins_and_frames_go_on(live_server):
    with browser(live_server) as me:
        me.watch(seed=91, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20)
        frames = len(me.frames)
        for number in range(40):
            ask(me, number, scale=number / 20, count="250")
        last = answered(me, 39)
        assert len(me.answers) < 40 and [a["id"] for a in me.answers] == sorted(a["id"] for a in me.answers)
        assert last["step"] > 0 and last["run"] == me.latest("watching")["run"] and samples(last).shape == (250, 2)
        me.until(lambda b: len(b.frames) > frames + 3)
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        ask(me, 40)
        assert samples(answered(me, 40)).shape == (1000, 2)
        me.tell(do="seek", step=5, exact=True)
        me.until(lambda b: b.frames[-1]["step"] == 5)
        ask(me, 41, scale=0.7)
        past = answered(me, 41)
        assert past["step"] == 5
        experiment = GanExperiment(GanConfig(**CONFIG, seed=91))
        for _ in range(5):
            experiment.step()
        then = experiment.respond({"noise": np.array([0.7, 1, 0], np.float32)})["x"]
        assert np.abs(samples(past) - then).max() < 2e-3  # as float16


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("none", {}, "none"),
        ("noise", {"scale": 3.5}, "scale"),
        ("noise", {"speed": 1}, "speed"),
        ("noise", {"count": "7"}, "count"),
        ("noise", {"count": True}, "count"),
    ],
)
def test_a_refusal_reaches_the_panel_and_nothing_is_lost(live_server, name, values, why):
    with browser(live_server, "zh") as me:
        me.watch(seed=92, play=False)
        me.until(lambda b: b.frames)
        ask(me, 1, name, **values)
        refused = me.until(lambda b: b.latest("panel_refused")).latest("panel_refused")
        assert (refused["id"], refused["name"]) == (1, name) and why in refused["text"]
        assert "。" in refused["text"]
        ask(me, 2, scale=3, count="250")
        assert answered(me, 2)["scenes"][0]["layers"][0]["name"] == "noise"


def test_a_recording_is_asked_at_its_end_and_plays_on(live_server):
    with browser(live_server) as me:
        me.tell(do="watch", family="gan", config=GanConfig().model_dump(), owner="w" * 32, run=None, play=False)
        me.until(lambda b: b.latest("watching") and b.latest("watching")["recording"])
        ask(me, 1, count="250")
        answer = answered(me, 1)
        assert answer["run"] is None and answer["step"] == me.status["head"]
        frames = len(me.frames)
        me.until(lambda b: len(b.frames) > frames + 2)
        assert me.status["playing"]


def test_without_anything_open_there_is_nobody_to_ask(live_server):
    with browser(live_server) as me:
        ask(me, 1)
        assert me.until(lambda b: b.latest("refused")).latest("refused")["about"] == "panel"
