"""The socket as a browser meets it: frames, commands, ownership, bad messages, slow viewers."""

import contextlib
import json
import threading
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from support.sockets import ME, YOU, browser, decode

from playground.core.errors import UserError
from playground.core.scene import Heatmap, Points, Scene, Text
from playground.families.gan.config import GanConfig
from playground.live.base_path import BasePath
from playground.live.bundle import bundle
from playground.live.commands import read_command
from playground.live.origin import same_origin
from playground.live.preload import Preload
from playground.live.protocol import encode_frame
from playground.live.replay import RECORDING_S
from playground.live.server import Live


def test_frames_carry_what_was_drawn():
    xy = np.array([[0.5, -1.25], [2.0, 3.0], [-3.0, 0.001]])
    heat = np.linspace(0, 1, 12).reshape(3, 4)
    scene = Scene(
        (
            Heatmap(name="h", title="Heat", values=heat, low_title="cold"),
            Points(name="p", title="Points", xy=xy, values=np.array([0.0, 0.5, 1.0])),
            Text(name="t", title="Words", text="{n} of 8", values={"n": 7}),
        ),
        legend="a [data:b]",
        words="{n} modes",
        values={"n": 3},
    )
    seen = decode(encode_frame({"seq": 1, "step": 9}, scene, "<{}>".format))
    assert seen["step"] == 9 and seen["legend"] == "<a [data:b]>" and seen["words"] == "<3 modes>"
    heatmap, points, text = seen["layers"]
    assert np.abs(heatmap["arrays"]["values"] - heat).max() <= 0.5 / 255
    assert np.abs(points["arrays"]["xy"] - xy).max() < 2e-3
    assert points["arrays"]["values"].tolist() == [0.0, 0.5, 1.0]
    assert (heatmap["title"], heatmap["low_title"]) == ("<Heat>", "<cold>")
    assert text["text"] == "<7 of 8>"


def test_a_run_plays_pauses_steps_and_scrubs(live_server):
    with browser(live_server) as me:
        me.watch(play=True)
        me.until(lambda b: len(b.frames) > 5 and b.status["playing"])
        assert me.latest("watching")["mine"] and me.latest("diagram")["nodes"]
        assert me.frames[0]["step"] == 0
        steps = [f["step"] for f in me.frames]
        assert steps == sorted(steps) and steps[-1] > 0
        assert {layer["name"] for layer in me.frames[-1]["layers"]} >= {"data", "fake", "belief"}
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        me.tell(do="step")
        head = me.status["head"]
        me.until(lambda b: b.status["head"] > head and b.frames[-1]["step"] == b.status["head"])
        me.tell(do="step", part="generator")
        me.until(lambda b: b.status["marks"])
        me.tell(do="seek", step=0)
        me.until(lambda b: b.frames[-1]["step"] == 0 and not b.status["live"])
        me.tell(do="seek", step=7, exact=True)
        me.until(lambda b: b.frames[-1]["step"] == 7)
        me.tell(do="head")
        me.until(lambda b: b.status["live"] and b.frames[-1]["step"] == b.status["head"])


def test_a_returning_visitor_finds_the_run_and_another_only_watches(live_server):
    with browser(live_server) as me:
        me.watch(seed=5, play=True)
        me.until(lambda b: b.status.get("head", 0) > 20)
        me.tell(do="pause")
        me.until(lambda b: not b.status["playing"])
        run, head = me.latest("watching")["run"], me.status["head"]
    with browser(live_server) as again:
        again.watch(seed=5)
        again.until(lambda b: b.frames and b.latest("watching")["run"] == run)
        assert again.frames[-1]["step"] >= head
    with browser(live_server) as other:
        other.watch(owner=YOU, run=run, seed=5)
        other.until(lambda b: b.frames)
        assert not other.latest("watching")["mine"]
        other.tell(do="play")
        other.until(lambda b: b.latest("refused"))
        assert "belongs to someone else" in other.latest("refused")["text"]
        other.tell(do="reset")
        other.until(lambda b: b.latest("watching")["run"] not in (run, None))
        assert other.latest("watching")["mine"]


def test_live_settings_change_the_run_and_others_begin_another(live_server):
    with browser(live_server) as me:
        me.watch(seed=6, play=True)
        me.until(lambda b: b.status.get("head", 0) > 10)
        run = me.latest("watching")["run"]
        me.configure(seed=6, g_lr=0.004)
        me.until(lambda b: any("Generator: learning rate" in mark["text"] for mark in b.status["marks"]))
        assert "g_lr" in me.status["changed"]
        assert me.latest("watching")["run"] == run
        me.configure(seed=6, g_lr=0.004, g_width=12)
        me.until(lambda b: b.latest("watching")["run"] != run and b.status.get("head", 0) > 0)
        assert me.latest("watching")["config"]["g_width"] == 12
        assert me.status["playing"]


def test_a_live_change_in_the_past_forks(live_server):
    with browser(live_server) as me:
        me.watch(seed=7, play=True)
        me.until(lambda b: b.status.get("head", 0) > 40)
        run = me.latest("watching")["run"]
        me.tell(do="seek", step=11, exact=True)
        me.until(lambda b: b.frames[-1]["step"] == 11 and not b.status["live"])
        me.configure(seed=7, d_lr=0.02)
        me.until(lambda b: b.latest("watching")["run"] != run and b.frames[-1]["step"] == 11)
        assert "Forked at step 11" in me.latest("note")["text"]
        live_run = live_server.live.hub.get(me.latest("watching")["run"])
        assert live_run.run.parent == (run, 11) and live_run.run.config_now().d_lr == 0.02


def test_reset_shows_the_same_initial_weights(live_server):
    with browser(live_server) as me:
        me.watch(seed=8, play=True)
        me.until(lambda b: b.status.get("head", 0) > 5)
        first = me.frames[0]
        me.tell(do="reset")
        me.until(lambda b: b.frames[-1]["step"] == 0 and b.frames[-1]["seq"] > first["seq"])
        for a, b in zip(first["layers"], me.frames[-1]["layers"], strict=True):
            assert all(np.array_equal(a["arrays"][name], b["arrays"][name]) for name in a["arrays"])


def test_a_slow_viewer_gets_the_newest_frame_and_no_queue(live_server):
    with browser(live_server, acknowledge=False) as me:
        me.watch(seed=9, play=True)
        me.until(lambda b: len(b.frames) == 2 and b.status.get("head", 0) > 100)
        head = me.status["head"]
        me.until(lambda b: b.status["head"] > head + 100)
        assert len(me.frames) == 2
        me.tell(do="ack", seq=2)
        me.until(lambda b: len(b.frames) == 3)
        assert me.frames[2]["step"] > 90 and me.frames[2]["seq"] == 3


def test_words_come_in_the_visitors_language(live_server):
    with browser(live_server, lang="zh") as me:
        me.watch(seed=10)
        me.until(lambda b: b.frames)
        titles = [node["title"] for node in me.latest("diagram")["nodes"]]
        assert "生成器" in titles and "判别器" in titles


def test_bad_messages_get_a_reason_and_harm_nothing(live_server):
    bad = [
        "",
        "{",
        "[]",
        "null",
        '{"do":"play"}',
        '{"do":"watch"}',
        '{"do":"seek","step":-1}',
        "x" * 20_000,
        '{"do":"speed","steps_per_second":1e999}',
        '{"do":"play","more":1}',
        '{"do":"configure","config":{}}',
        json.dumps({"do": "watch", "family": "gan", "config": {"g_lr": 99}, "owner": ME}),
        json.dumps({"do": "watch", "family": "nothing", "config": {}, "owner": ME}),
        json.dumps({"do": "watch", "family": "gan", "config": {"evil": 1}, "owner": ME}),
        json.dumps({"do": "watch", "family": "gan", "config": {}, "owner": ME, "run": "abcd1234"}),
        json.dumps({"do": "watch", "family": "gan", "config": {}, "owner": ME, "run": "../../etc"}),
    ]
    with browser(live_server) as me:
        for text in bad:
            told = sum(s["is"] == "refused" for s in me.said)
            me.socket.send_text(text)
            me.until(lambda b, told=told: sum(s["is"] == "refused" for s in b.said) > told)
            assert len(me.latest("refused")["text"]) > 10
        me.socket.send_bytes(b"\0\1")
        me.until(lambda b: "binary" in b.latest("refused")["text"])
        me.watch(seed=11)
        me.until(lambda b: b.frames)


@settings(max_examples=300, deadline=None)
@given(
    some.text(max_size=200)
    | some.recursive(
        some.none() | some.booleans() | some.floats() | some.text(max_size=20) | some.integers(),
        lambda inner: (
            some.lists(inner, max_size=4)
            | some.dictionaries(
                some.sampled_from(["do", "step", "part", "config", "owner", "run", "family", "seq", "on", "x"]),
                inner,
                max_size=5,
            )
        ),
        max_leaves=8,
    ).map(json.dumps)
)
def test_whatever_is_sent_is_a_command_or_refused(text):
    with contextlib.suppress(UserError):
        assert read_command(text).do


def test_only_pages_of_this_server_may_open_the_socket(live_server):
    with (
        pytest.raises(WebSocketDisconnect),
        live_server.websocket_connect("/live/socket", headers={"origin": "https://evil.example"}) as socket,
    ):
        socket.receive()
    assert same_origin({"host": "a:1", "origin": "http://a:1"}, {})
    assert same_origin({"host": "in:1", "x-forwarded-host": "a.space", "origin": "https://a.space"}, {})
    assert same_origin({"host": "a", "origin": "https://b"}, {"PLAYGROUND_ORIGINS": "c, b"})
    assert same_origin({"host": "a", "origin": "http://a:2"}, {})  # a proxy that leaves the port out
    assert same_origin({"host": "127.0.0.1:8501", "origin": "http://localhost:80"}, {})  # one on the same machine
    assert not same_origin({"host": "127.0.0.1:8501", "origin": "http://a"}, {})
    assert not same_origin({"host": "a:1", "origin": "http://localhost:1"}, {})
    assert not same_origin({"host": "[", "origin": "http://localhost:1"}, {})
    assert not same_origin({"host": "a", "origin": "http://["}, {})
    assert same_origin({"host": "in:1", "origin": "http://a:2", "sec-fetch-site": "same-origin"}, {})
    assert not same_origin({"host": "a:1", "origin": "http://a:2", "sec-fetch-site": "same-site"}, {})
    assert not same_origin({"host": "a:1", "origin": "http://a:2"}, {})
    assert not same_origin({"host": "a:1", "origin": "null"}, {})


def test_the_stage_gets_its_files_and_nothing_else(live_server):
    assert live_server.get("/live/stage/mount.js").status_code == 200
    assert live_server.get("/live/stage/__init__.py").status_code == 404
    assert live_server.get("/live/pad/pad.js").status_code == 200
    assert live_server.get("/live/pad/__init__.py").status_code == 404
    assert live_server.get("/live/stage/..%2fserver.py").status_code == 404
    assert b"plotly.js" in live_server.get("/live/plotly.min.js").content[:2000]
    pictures = live_server.get("/live/thumbnails.json").json()
    assert set(pictures) >= set(GanConfig.model_fields["data"].annotation.__args__) - {"own"}  # drawn by its settings


def test_lessons_name_the_stages_files_in_their_head_and_all_else_passes_unchanged():
    async def page(request):
        return Response("<html><head></head>ü</html>", media_type="text/html")

    async def data(request):
        return Response(b"</head>", media_type="application/json")

    client = TestClient(
        Starlette(
            routes=[Route("/gan", page), Route("/", page), Route("/arena", page), Route("/data", data)],
            middleware=[Middleware(Preload)],
        )
    )
    html = {"accept": "text/html,*/*"}
    lesson = client.get("/gan", headers=html)
    assert f'<link rel="modulepreload" href="./live/all.js?v={bundle().version}">' in lesson.text
    assert "__streamlit={BACKEND_BASE_URL:new URL('.',location.href).href}" in lesson.text
    assert 'watchEarly("gan", {' in lesson.text
    arena = client.get("/arena", headers=html)  # has no stage
    assert "live/all.js" in arena.text and "watchEarly" not in arena.text
    assert lesson.text.endswith("ü</html>")
    assert int(lesson.headers["content-length"]) == len(lesson.content)
    assert client.get("/gan").text == client.get("/", headers=html).text == "<html><head></head>ü</html>"  # no site
    assert client.get("/data", headers=html).content == b"</head>"


@pytest.mark.parametrize("option", ["play", "/play", "/play/", "a/b"])
def test_live_routes_and_lessons_are_found_below_the_servers_path(monkeypatch, option):
    monkeypatch.setattr("playground.live.base_path.st.get_option", {"server.baseUrlPath": option}.__getitem__)
    base = f"/{option.strip('/')}"

    async def page(request):
        return Response("<html><head></head></html>", media_type="text/html")

    async def greet(socket):
        await socket.accept()
        await socket.send_text("hello")
        await socket.close()

    routes = [*Live().routes(), WebSocketRoute("/live/greet", greet), Route(f"{base}/gan", page), Route(base, page)]
    client = TestClient(Starlette(routes=routes, middleware=[Middleware(BasePath), Middleware(Preload)]))
    assert client.get(f"{base}/live/stage/mount.js").text == client.get("/live/stage/mount.js").text != ""
    assert client.get(f"{base}/live/thumbnails.json").json()
    assert client.get(f"{base}x/live/thumbnails.json").status_code == 404
    with client.websocket_connect(f"{base}/live/greet") as socket:
        assert socket.receive_text() == "hello"
    html = {"accept": "text/html"}
    assert "all.js" in client.get(f"{base}/gan", headers=html).text
    assert "all.js" not in client.get(base, headers=html).text


def test_a_page_that_opens_waits_for_a_button(live_server):
    with browser(live_server) as me:
        me.watch(seed=41)
        me.until(lambda b: b.frames and b.status.get("playing") is False)
        assert me.status["head"] == 0 and me.latest("watching")["run"]
        me.configure(seed=42)  # a change of a paused page's settings does not train, either
        me.until(lambda b: b.latest("watching")["config"]["seed"] == 42 and b.frames[-1]["step"] == 0)
        assert not me.status["playing"] and not me.status["recorded"]
        me.tell(do="recorded")
        me.until(lambda b: b.latest("refused"))
        assert "no recorded training" in me.latest("refused")["text"]


def test_recorded_training_and_own_run(live_server):
    """A recording plays once, in the time it is given, and rests; it is there again after a run of one's own."""
    with browser(live_server) as me:
        began = time.monotonic()
        me.tell(do="watch", family="gan", config={}, owner=YOU)
        me.until(lambda b: b.frames and b.status.get("playing"))
        assert me.latest("watching")["recording"] and me.status["recorded"]
        me.until(lambda b: not b.status["playing"] and b.frames[-1]["step"] == b.status["head"])
        assert 0.8 * RECORDING_S < time.monotonic() - began < 3 * RECORDING_S
        assert len(me.frames) > 10
        me.tell(do="own", play=True)
        me.until(lambda b: b.latest("watching")["run"] and b.status["head"] > 5)
        run = me.latest("watching")["run"]
        me.tell(do="recorded")
        me.until(lambda b: b.latest("watching")["recording"] and b.status["playing"])
        assert not live_server.live.hub.get(run).playing
        me.tell(do="own")
        me.until(lambda b: b.latest("watching")["run"] == run and not b.status["playing"])


def test_what_prepares_pages_is_called_beside_the_server(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path))
    monkeypatch.setenv("PLAYGROUND_WORKERS", "1")
    called, go_on = threading.Event(), threading.Event()

    def slow():
        called.set()
        go_on.wait(30)

    live = Live(slow)
    with TestClient(Starlette(routes=live.routes(), lifespan=live.lifespan)) as client:
        assert called.wait(10)
        assert client.get("/live/health").status_code == 200  # does not wait for it
        go_on.set()
