"""Ten thousand messages that no browser would send, to every socket, route and upload: nothing crashes, nothing stays.

Seeded: the same messages each time (`_fortress_nonsense.py`).
"""

import http.client
import random
import select
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial

from _figures import figure
from _fortress_nonsense import Messages, Request, asks, commands, files, pair, protocol_buffers, text, weights
from _fortress_server import Fortress, beside, fortress
from _fortress_sockets import BINARY, PING, Page, Socket, get, place
from pydantic import TypeAdapter

from playground.core.resources import WEIGHTS
from playground.live.arena import ARENA_COMMANDS
from playground.live.commands import COMMANDS
from playground.live.room_commands import ROOM_COMMANDS
from playground.live.sweep import SWEEP_COMMANDS

MESSAGES, PAGE_VISITS = 10_000, 100
"""To each socket, route and upload; and pages that are opened with an odd address: each runs a whole script."""
MOST_S, SETTLE_S = 240.0, 130.0
"""For each of them at most, and until what nobody looks at has left memory: Streamlit keeps the page of a visitor who
has gone for two minutes, in case the connection alone broke."""
FIRST = 0.7
"""The fraction of messages after which memory is looked at first: what is loaded on demand is there by then."""
SOCKETS: Mapping[str, TypeAdapter] = {
    "/live/socket": COMMANDS,
    "/live/socket/sweep": SWEEP_COMMANDS,
    "/live/socket/arena": ARENA_COMMANDS,
    "/live/socket/room": ROOM_COMMANDS,
}


def say(server: Fortress, open_one: Callable[[], Socket], messages: Messages, count: int, answers: bool = True) -> int:
    """Send so many messages, on a new connection where the server ends one; how many were sent in `MOST_S`. The
    answer to one of a hundred messages (to a ping, where the server has no `answers`) is waited for: all before it are
    read then."""
    sent, end, connection = 0, time.monotonic() + MOST_S, None
    while sent < count and time.monotonic() < end and server.alive():
        try:
            if connection is None:
                connection = open_one()
            payload, kind = next(messages)
            connection.send(payload, kind)
            sent += 1
            mark = f"nothing{sent}".encode() if sent % 100 == 0 else b""
            if mark and answers:
                connection.tell(do=mark.decode())
            elif mark:
                connection.send(mark, PING)
            heard(connection.tcp, mark)
        except OSError:
            if connection is None:
                time.sleep(0.1)
            else:
                connection.close()
            connection = None
    if connection is not None:
        connection.close()
    return sent


def heard(tcp: socket.socket, mark: bytes) -> None:
    """Take what the server says, with `mark` until that is part of it, for 10 s at most; `ConnectionError` where it has
    hung up."""
    until, last = time.monotonic() + 10, b""
    while select.select([tcp], [], [], max(0.0, until - time.monotonic()) if mark else 0)[0]:
        if not (said := tcp.recv(1 << 20)):
            raise ConnectionError
        if mark and mark in last + said:
            return
        last = said[-len(mark) :] if mark else b""


def request(server: Fortress, make: Callable[[], Request], count: int) -> tuple[int, int]:
    """Ask so much, one after the other; how much was asked in `MOST_S`, and how many answers were of the kind 500."""
    host, port, _ = place(server.url)
    connection, asked, broken, end = http.client.HTTPConnection(host, port, timeout=60), 0, 0, time.monotonic() + MOST_S
    while asked < count and time.monotonic() < end and server.alive():
        method, path, body, headers = make()
        asked += 1
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            answer.read()
            broken += answer.status == 500
        except (OSError, http.client.HTTPException):  # refused before it was read whole
            connection.close()
    connection.close()
    return asked, broken


def visit(server: Fortress, chance: random.Random, most: int) -> int:
    """Open so many pages with odd settings in their address; how many ran to their end in `MOST_S`."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    done, end = 0, time.monotonic() + MOST_S
    while done < most and time.monotonic() < end and server.alive():
        with Page(server.url, timeout=30.0) as page:
            asks = BackMsg()
            family = chance.choice(("gan", "vae", "diffusion", "transformer", "x"))
            names = ("data", "lr", "batch", "seed", "width", "step", "run", "tab", text(chance, 6))
            count = chance.randint(0, 6)
            pairs = (pair(f"{family}.{chance.choice(names)}", chance) for _ in range(count))
            asks.rerun_script.query_string = "&".join(pairs)
            asks.rerun_script.page_name = chance.choice(("", "gan", "vae", "diffusion"))
            page.send(asks.SerializeToString(), BINARY)
            message = ForwardMsg()
            try:
                while message.WhichOneof("type") != "script_finished":
                    message.ParseFromString(page.hear(30.0)[1])
            except OSError:
                continue
            done += 1
    return done


def _targets(server: Fortress, session: str, token: str) -> Mapping[str, Callable[[int], int]]:
    """Name -> what sends it so many messages, and gives how many it sent."""
    small = min(WEIGHTS.glob("gan-*.safetensors"), key=lambda path: path.stat().st_size).read_bytes()

    def chance(name: str) -> random.Random:
        return random.Random(f"fortress {name}")

    stream = partial(Page, server.url)
    found: dict[str, Callable[[int], int]] = {
        path: partial(say, server, partial(Socket, server.url, path), commands(adapter, chance(path)))
        for path, adapter in SOCKETS.items()
    }  # fmt: skip
    found["/_stcore/stream"] = partial(say, server, stream, protocol_buffers(chance("stream")), answers=False)
    makers = {
        "routes and their queries": partial(asks, chance("routes")),
        "uploaded weights": partial(weights, chance("weights"), small),
        "uploaded files": partial(files, chance("files"), session, token),
    }
    for name, make in makers.items():
        found[name] = lambda count, make=make: request(server, make, count)[0]
    return found


def everything() -> list[dict]:
    """All of it, one after the other, beside a visitor."""
    with fortress(PLAYGROUND_IDLE_S="3", PLAYGROUND_COMMANDS_PER_S="1e6") as server, Page(server.url) as page:
        session = page.session(60)
        _, headers, _ = get(server.url, "/_stcore/health")
        token = headers.get("set-cookie", "").partition("_streamlit_xsrf=")[2].partition(";")[0]
        targets = _targets(server, session, token)
        for send in targets.values():
            send(round(FIRST * MESSAGES))
        visit(server, random.Random(1), round(FIRST * PAGE_VISITS))
        time.sleep(SETTLE_S)
        level = server.memory()

        def attack() -> dict[str, int]:
            sent = {name: send(MESSAGES) for name, send in targets.items()}
            return {**sent, "pages": visit(server, random.Random(2), PAGE_VISITS)}

        seen = beside(server, attack)
        time.sleep(SETTLE_S)
        health = server.health() if server.alive() else {"failures": {"the server": 1}, "dead": ["the server"]}
        rows = [
            figure(f"fuzz: messages to {name}", "" if name == "pages" else f">= {MESSAGES}", count)
            for name, count in seen.result.items()
        ]
        return [
            *rows,
            figure("fuzz: server ended", "<= 0", not server.alive(), how=seen.how),
            figure("fuzz: errors of the program in its log", "<= 0", server.defects()),
            figure("fuzz: failures", "<= 0", sum(health["failures"].values()), how=str(health["failures"])),
            figure("fuzz: tasks that are dead", "<= 0", len(health["dead"])),
            figure(
                "fuzz: memory over its level before", "<= 1.1", server.memory() / level, how=f"{level:.0f} MB before"
            ),
        ]
