"""A browser's side of the live socket, and the server it talks to, without a browser or a Streamlit."""

import contextlib
import json
import time

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from playground.live.server import Live
from support.kept_workers import borrowed, no_warm_up

CONFIG = {"g_width": 8, "d_width": 8, "batch": 16}
ME, YOU = "m" * 32, "y" * 32


@contextlib.contextmanager
def serving(folder, **environment):
    """The live routes with their hub and one worker; runs are kept in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "PLAYGROUND_RUNS": folder,
            "PLAYGROUND_WORKERS": 1,
            "PLAYGROUND_SPARE": "false",
            **environment,
        }.items():
            patch.setenv(name, str(value))
        patch.setattr("playground.live.state.open_slots", borrowed)
        patch.setattr("playground.engine.hub.warm_up_worker", no_warm_up)
        live = Live()
        with TestClient(Starlette(routes=live.routes(), lifespan=live.lifespan)) as client:
            client.live = live
            yield client


class Browser:
    """A browser's side of the socket."""

    def __init__(self, socket, acknowledge=True):
        self.socket, self.acknowledge = socket, acknowledge
        self.frames, self.answers, self.said, self.status = [], [], [], {}

    def tell(self, **command):
        self.socket.send_text(json.dumps(command))

    def watch(self, owner=ME, run=None, play=False, **config):
        """Look at a run by its id, or at the one with these settings."""
        self.tell(do="watch", family="gan", config={**CONFIG, **config}, owner=owner, run=run, play=play)

    def configure(self, play=False, **config):
        """The page has other settings now."""
        self.tell(do="configure", config={**CONFIG, **config}, play=play)

    def hear(self):
        message = self.socket.receive()
        if (message.get("bytes") or b"").startswith(b"PGP1"):
            self.answers.append(unpack(message["bytes"]))
        elif message.get("bytes") is not None:
            self.frames.append(decode(message["bytes"]))
            if self.acknowledge:
                self.tell(do="ack", seq=self.frames[-1]["seq"])
        else:
            said = json.loads(message["text"])
            self.said.append(said)
            if said["is"] == "status":
                self.status = said

    def until(self, condition, seconds=90):
        end = time.monotonic() + seconds
        while not condition(self):
            assert time.monotonic() < end, (self.status, self.said[-3:])
            self.hear()
        return self

    def latest(self, kind):
        return next((s for s in reversed(self.said) if s["is"] == kind), None)


def decode(raw):
    assert raw[:4] == b"PGF1"
    length = int.from_bytes(raw[4:8], "little")
    header = json.loads(raw[8 : 8 + length])
    body = raw[8 + length :]
    for layer in header["layers"]:
        for name, (kind, shape, offset, *bounds) in layer["arrays"].items():
            dtype = {"f2": "<f2", "f4": "<f4", "u1": "u1", "i1": "i1", "i2": "<i2"}[kind]
            array = np.frombuffer(body, dtype, int(np.prod(shape)), offset).reshape(shape)
            if bounds:
                array = bounds[0] + (bounds[1] - bounds[0]) * array / 255.0
            layer["arrays"][name] = array
    return header


def unpack(raw):
    """The answer to a panel, with its `scenes`."""
    assert raw[:4] == b"PGP1"
    start = 8 + int.from_bytes(raw[4:8], "little")
    answer = json.loads(raw[8:start])
    answer["scenes"] = []
    for size in answer["sizes"]:
        answer["scenes"].append(decode(raw[start : start + size]))
        start += size
    assert start == len(raw)
    return answer


@contextlib.contextmanager
def browser(server, lang="en", **options):
    with server.websocket_connect(f"/live/socket?lang={lang}", headers={"origin": "http://testserver"}) as socket:
        yield Browser(socket, **options)
