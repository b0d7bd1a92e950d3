"""Answers leave at once: connections of a listening socket that was bound as Streamlit binds its own."""

import http.client
import socket
import statistics
import time

import pytest

from playground.live.no_delay import OPEN_FILES, send_at_once

pytestmark = pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="only Linux hands the option on")


def nodelay(connection) -> int:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_connections_accepted_afterwards_do_not_wait():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        before = set(OPEN_FILES.iterdir())
        assert send_at_once() >= 1
        assert len(set(OPEN_FILES.iterdir()) - before) <= 1  # nothing is left open (but the folder while it is read)
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert nodelay(accepted)


def test_a_kept_connection_is_answered_in_less_than_the_delay(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    took = []
    for _ in range(9):
        began = time.monotonic()
        connection.request("GET", f"{server.base}/live/health")
        assert connection.getresponse().read()
        took.append(time.monotonic() - began)
    assert statistics.median(took[1:]) < 0.03  # with Nagle's algorithm each takes 0.04 s
