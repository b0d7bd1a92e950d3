"""What those who run a server are told: figures, whether it lives and is ready, a log that nobody can flood."""

import asyncio
import json
import logging
import os
import re
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families
from support.server import Server
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from playground.core.errors import UserError
from playground.live.logs import THEIRS, Bound, Line, Log, entry, logfmt, without_addresses
from playground.live.metrics import token
from playground.live.probes import can_be_written

TOKEN = "t" * 32


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations")
    server = Server(folder / "runs", "/play")
    with open(folder / "log", "w") as log:
        server.start(log=log, PLAYGROUND_METRICS_TOKEN=TOKEN, PLAYGROUND_HOSTS="play.example.org")
        server.log = folder / "log"
        yield server
        server.stop()


def asked(server, path, **headers):
    """(status, text) at this path beside the server's own."""
    root = server.url.removesuffix(server.base)
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{root}{path}", headers=headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def figures(server):
    status, text = asked(server, "/play/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def trained(server, frames=5):
    """What a visitor makes the server do: some frames, two invalid commands; then invalid messages to a page."""
    root = server.url.replace("http", "ws")
    config = {"g_width": 8, "d_width": 8, "batch": 16}
    async with connect(f"{root}/live/socket", max_size=None) as socket:
        await socket.send(json.dumps({"do": "nonsense"}))
        await socket.send("{")
        await socket.send(
            json.dumps({"do": "watch", "family": "gan", "config": config, "owner": "o" * 32, "run": None, "play": True})
        )
        seen = 0
        async with asyncio.timeout(60):
            while seen < frames:
                message = await socket.recv()
                if isinstance(message, bytes):
                    seen += 1
                    head = json.loads(message[8 : 8 + int.from_bytes(message[4:8], "little")])
                    await socket.send(json.dumps({"do": "ack", "seq": head["seq"]}))
    for text in [False] * 4 * THEIRS + [True] * 2 * THEIRS:
        try:
            async with connect(f"{root}/_stcore/stream") as page:
                await page.send(b"\xff\xff\xff", text=text)
                await page.recv()
        except WebSocketException:
            pass


def test_the_figures_tell_what_the_server_does_and_the_log_is_not_flooded(server):
    asyncio.run(trained(server))
    found = figures(server)
    assert found["playground_workers",] == found["playground_workers_ready",] == 1
    assert found["playground_chunks_total",] >= 5 and found["playground_steps_total",] > 20
    assert found["playground_frame_latency_seconds_count",] >= 4 <= found["playground_queue_wait_seconds_count",]
    assert found["playground_frame_latency_seconds_sum",] < 5 * found["playground_frame_latency_seconds_count",]
    assert found["playground_runs", "memory"] == 1 and found["playground_servers",] == 1
    assert found["playground_worker_restarts_total",] == 0 and found["playground_dead_loops",] == 0
    assert found["playground_invalid_messages_total", "socket"] == 2
    assert found["playground_invalid_page_messages_total",] == 6 * THEIRS
    assert found["playground_log_suppressed_total",] == 4 * THEIRS
    assert found["playground_worker_memory_bytes", "0"] > 5e7 < found["process_resident_memory_bytes",]
    lines = server.log.read_text().splitlines()
    for refusal in ("Error deserializing", "Invalid UTF-8 sequence"):
        about = [line for line in lines if refusal in line]
        assert len(about) == THEIRS and all(line.startswith("time=2") and " trace=" in line for line in about)
    assert not [line for line in lines if line.startswith(("Traceback", '  File "'))]


@pytest.mark.parametrize("path", ["/metrics", "/play/metrics"])
def test_the_figures_are_for_those_who_have_the_token(server, path):
    for headers in ({}, {"Authorization": "Bearer " + "u" * 32}, {"Authorization": "Bearer "}):
        status, text = asked(server, path, **headers)
        assert status == 403 and "PLAYGROUND_METRICS_TOKEN" in text and "playground_" not in text
    assert asked(server, path, Authorization=f"Bearer {TOKEN}")[0] == 200


def test_probes_answer_to_every_name_and_pages_do_not(server):
    for base in ("", "/play"):
        assert asked(server, f"{base}/livez", Host="10.0.0.7:8501") == (200, "alive")
        status, text = asked(server, f"{base}/readyz", Host="10.0.0.7:8501")
        assert status == 200 and json.loads(text) == {"ready": True, "workers": 1, "workers_ready": 1, "disk": True}
    for path in ("/play/", "/play/metrics", "/play/live/health", "/play/x/livez"):
        assert asked(server, path, Host="10.0.0.7:8501")[0] == 403


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write anywhere")
def test_a_folder_that_cannot_be_written_to_is_not_ready(tmp_path):
    tmp_path.chmod(0o500)
    assert not can_be_written(tmp_path)


def test_a_missing_folder_is_not_ready(tmp_path):
    assert can_be_written(tmp_path) and not [*tmp_path.iterdir()]
    assert not can_be_written(tmp_path / "gone")


def test_a_token_is_long(monkeypatch):
    assert token({}) == "" and token({"PLAYGROUND_METRICS_TOKEN": TOKEN}) == TOKEN
    with pytest.raises(UserError, match="PLAYGROUND_METRICS_TOKEN is too short: at least 16"):
        token({"PLAYGROUND_METRICS_TOKEN": "short"})


def record(name="uvicorn.error", message="%s is bad", args=("it",), line=1, error=None):
    info = (type(error), error, None) if error else None
    made = logging.LogRecord(name, logging.ERROR, "file.py", line, message, args, info)
    made.created = 0.0
    return made


@pytest.mark.parametrize("form", ["logfmt", "json"])
def test_an_event_is_one_line(form):
    log = Log({"PLAYGROUND_LOG": form})
    try:
        raise ValueError('of "two"\nlines')
    except ValueError as error:
        given = logging.LogRecord(
            "playground.x", logging.ERROR, "f", 1, "a\nb", None, (ValueError, error, error.__traceback__)
        )
    line = Line(log).format(given)
    assert "\n" not in line
    if form == "json":
        said = json.loads(line)
    else:
        said = {
            name: json.loads(v) if v[0] == '"' else v for name, v in re.findall(r'(\w+)=("(?:\\.|[^"])*"|\S+)', line)
        }
    assert said["level"] == "error" and said["logger"] == "playground.x" and said["event"] == "a\nb"
    assert said["error"] == 'ValueError: of "two"\nlines' and said["trace"].startswith("Traceback")


def test_the_log_names_no_visitor():
    for address in ("203.0.113.9", "203.0.113.9:52311", "2001:db8::17", "('203.0.113.9', 52311)", "[2001:db8:1::9]:44"):
        said = logfmt(entry(record(message="%s - opened", args=(address,), error=OSError(f"from {address}"))))
        assert "203" not in said and "db8" not in said and "opened" in said
    for kept in ("Uvicorn running on http://127.0.0.1:8501", "at 12:30:05 step 1.67.0", "GMT 10:00"):
        assert without_addresses(kept) == kept


def test_lines_from_one_place_are_bounded_and_the_rest_is_counted(monkeypatch):
    now, log = [100.0], Log({})
    monkeypatch.setattr("playground.live.logs.time.monotonic", lambda: now[0])
    bound = Bound(log)
    passed = [bound.filter(record()) for _ in range(50)]
    assert sum(passed) == THEIRS and log.suppressed == 50 - THEIRS and log.written["error"] == THEIRS
    assert bound.filter(record(line=2))
    now[0] += 61
    later = record()
    assert bound.filter(later) and "repeated=47" in Line(log).format(later)
    assert bound.filter(later) and log.written["error"] == THEIRS + 2  # another handler writes the same one
    with pytest.raises(UserError, match="PLAYGROUND_LOG cannot be 'xml'; it can be: logfmt, json, plain"):
        Log({"PLAYGROUND_LOG": "xml"}).install()
