"""Sockets and connections that take places and give nothing, against the real server: others get in, memory stays."""

import contextlib
import resource
import time

import _fortress_sockets as attack
import pytest
from support.server import Server

from playground.live.wire import HALF_SENT_BYTES

PATHS = ("/live/socket", "/live/socket/sweep", "/live/socket/arena", "/_stcore/stream")
OPENING_S, READING_S = 1.5, 3.0
UVICORN = "import sys, uvicorn; uvicorn.run('app:app', port=int(sys.argv[2]))"  # as `uvicorn app:app` does


@pytest.fixture(scope="module")
def tight(tmp_path_factory):
    """A server with short deadlines and few places."""
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(
        PLAYGROUND_OPENING_S=str(OPENING_S),
        PLAYGROUND_READING_S=str(READING_S),
        PLAYGROUND_SOCKETS_PER_ADDRESS="6",
        PLAYGROUND_VIEWERS="8",
        PLAYGROUND_PROXIES="127.0.0.2",
    )
    yield server
    server.stop()


def test_300_idle_sockets_shut_nobody_out(server):
    with attack.idle_sockets(server.url, 300) as held:
        assert len(held) >= 100  # a class behind one address fits
        assert attack.visitor_in(server.url, 10) < 10


def test_300_idle_pages_shut_nobody_out(server):
    with attack.idle_sockets(server.url, 300, "/_stcore/stream") as held:
        assert len(held) >= 100
        end = time.monotonic() + 10
        while True:
            try:
                with attack.Page(server.url) as page:
                    assert page.session()
                    return
            except ConnectionError:
                assert time.monotonic() < end
                time.sleep(0.3)


@pytest.mark.parametrize("path", PATHS)
def test_a_socket_that_asks_for_nothing_is_closed(tight, path):
    with attack.Socket(tight.url, path) as silent:
        assert silent.close_code(OPENING_S + 3) == 4408


def test_bad_commands_are_no_reason_to_stay(tight):
    with attack.Socket(tight.url) as chatty:
        begun = time.monotonic()
        while (code := chatty_code(chatty)) is None:
            assert time.monotonic() - begun < OPENING_S + 3
        assert code == 4408


def chatty_code(socket):
    socket.tell(do="nothing")
    socket.tell(do="ack", seq=1)
    return socket.close_code(0.2)


def test_a_visitor_who_has_asked_for_something_stays(tight):
    with attack.Socket(tight.url) as visitor:
        visitor.watch()
        visitor.until("watching")
        assert visitor.close_code(OPENING_S + 1.5) is None


def test_one_address_has_its_share_and_another_gets_in(tight):
    """Six places for each address, eight in all: those of one address are all taken by sockets that are in use."""
    held = []
    try:
        for _ in range(6):
            held.append(attack.Socket(tight.url))
            held[-1].watch()
            held[-1].until("watching")
        with attack.Socket(tight.url) as seventh:
            assert "server is full" in seventh.until("refused")["text"]
            assert seventh.close_code(3) == 4429
        with attack.Socket(tight.url, headers={"X-Forwarded-For": "203.0.113.5"}) as forged:
            assert "server is full" in forged.until("refused")["text"]
    finally:
        for socket in held:
            socket.close()


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nHost: x"])
def test_connections_without_a_request_are_ended(tight, first):
    with attack.idle_connections(tight.url, 40, first) as held:
        assert attack.ended(held, OPENING_S + 4) == 40


def test_who_reads_nothing_is_cut_off(tight):
    """It asks for much to be sent, and has the system buffer little."""
    with attack.Socket(tight.url, room=4096) as client:
        client.tcp.settimeout(0.5)
        begun = time.monotonic()
        while time.monotonic() - begun < 30:
            try:
                client.watch(play=True)
            except TimeoutError:
                continue
            except OSError:
                return
    pytest.fail("it is still served")


def test_bad_commands_of_a_client_that_never_reads_take_no_memory(tight):
    before = attack.steady_memory(tight.process.pid)
    taken = attack.flood(tight.url, 90_000_000, seconds=8)
    grown = attack.memory(tight.process.pid) - before
    assert taken < 30_000_000
    assert grown < 10_000_000


@pytest.mark.parametrize(("path", "size"), [(PATHS[0], 70_000), (PATHS[3], 6_000_000)])
def test_a_message_too_long_is_refused_by_its_header(tight, path, size):
    """Not one byte of it need come."""
    with attack.Socket(tight.url, path) as client:
        client.tcp.sendall(attack.header(size, attack.TEXT))
        assert client.close_code(OPENING_S / 2) == 1009


def test_a_message_in_many_parts_is_no_longer(tight):
    with attack.Socket(tight.url) as client:
        part = bytearray(attack.frame(b"x" * 30_000))
        part[0] &= 0x7F
        client.tcp.sendall(bytes(part))
        part[0] = 0  # the same message goes on
        for _ in range(3):
            client.tcp.sendall(bytes(part))
            if (code := client.close_code(0.3)) is not None:
                break
        assert code in (1009, 1006)  # the second one where it was still sending


def test_half_messages_of_many_sockets_are_bounded_together(server):
    """Each is within what one message may take; forty are not."""
    half = attack.header(4_000_000) + bytes(3_900_000)
    with attack.idle_sockets(server.url, 40, "/_stcore/stream") as held:
        for client in held:
            with contextlib.suppress(OSError):  # cut off while it sends
                client.tcp.sendall(half)
        left = len(held) - attack.ended([client.tcp for client in held], 3)
        assert 0 < left <= HALF_SENT_BYTES // 3_900_000
        assert attack.visitor_in(server.url, 10) < 10


def test_1500_connections_without_a_request_shut_nobody_out(server):
    """More than the 1,024 files that a system lets a process have open if it does not ask."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4_000:
        pytest.skip("this system allows a process too few files for the attack")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4_000, hard))
    try:
        with attack.idle_connections(server.url, 1_500):
            assert attack.visitor_in(server.url, 10) < 10
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("command", [("-c", UVICORN), ("-m", "playground", "serve")])
def test_limits_hold_however_the_server_is_started(tmp_path, command):
    server = Server(tmp_path)
    server.start(command, "--", PLAYGROUND_OPENING_S=str(OPENING_S))
    try:
        for path, size in ((PATHS[0], 70_000), (PATHS[3], 6_000_000)):
            with attack.Socket(server.url, path) as client:
                client.tcp.sendall(attack.header(size, attack.TEXT))
                assert client.close_code(OPENING_S / 2) == 1009
        with attack.idle_connections(server.url, 5) as held, attack.Socket(server.url) as silent:
            assert silent.close_code(OPENING_S + 3) == 4408
            assert attack.ended(held, 3) == 5
        assert attack.get(server.url, "/live/health", Host="evil.example")[0] == 403
    finally:
        server.stop()


def test_the_server_still_serves(tight):
    status, _, body = attack.get(tight.url, "/live/health")
    assert status == 200 and b'"viewers"' in body
    assert attack.visitor_in(tight.url, 10) < 10
