"""Files that come slowly, are fetched slowly, or are too many, against the real server: others are served meanwhile."""

import socket
import time

import _fortress_bodies as bodies
import _fortress_sockets as attack
import pytest
from support.server import Server

READING_S = 2.0
MEGA = 1 << 20


@pytest.fixture(scope="module")
def tight(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("runs"))
    server.start(PLAYGROUND_READING_S=str(READING_S), PLAYGROUND_BODIES_PER_ADDRESS="24", PLAYGROUND_UPLOAD_MB="8")
    yield server
    server.stop()


def exported(url):
    return attack.get(url, "/live/recordings/gan-ring/metrics.csv", timeout=20)[0]


def test_16_slow_posts_do_not_hold_up_exports(tight):
    with bodies.slow_posts(tight.url, 16) as held:
        time.sleep(0.3)
        assert exported(tight.url) == 200
        assert attack.ended(held, READING_S + 4) == 16


def test_slow_posts_of_one_address_are_counted(tight):
    with bodies.slow_posts(tight.url, 40) as held:
        time.sleep(0.3)
        assert attack.ended(held, 0.5) >= 16  # answered at once: 24 are under way
        assert exported(tight.url) == 200


def test_a_slow_body_is_told_why(tight):
    with bodies.slow_posts(tight.url, 1) as (tcp,):
        tcp.settimeout(READING_S + 4)
        assert b"408" in tcp.recv(4096).split(b"\r\n")[0]


def test_many_pieces_do_not_take_for_ever(tmp_path):
    server = Server(tmp_path)
    server.start(PLAYGROUND_READING_S="2", PLAYGROUND_BODY_S="3")
    try:
        with bodies.slow_posts(server.url, 1) as (tcp,):
            begun = time.monotonic()
            with pytest.raises(OSError):
                while time.monotonic() - begun < 12:
                    time.sleep(0.5)
                    tcp.sendall(b"x")
            assert time.monotonic() - begun < 8
    finally:
        server.stop()


def test_a_download_that_nobody_reads_is_cut_off(tight):
    host, port, base = attack.place(tight.url)
    with socket.socket() as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        tcp.connect((host, port))
        ask = f"GET {base}/live/recordings/gan-ring/page.html HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        tcp.sendall(ask.encode() * 20)  # one after the other, and none is read
        time.sleep(READING_S + 6)
        tcp.settimeout(10)
        got = 0
        with pytest.raises(OSError):
            while part := tcp.recv(1 << 20):
                got += len(part)
            raise ConnectionError("ended")
        assert got < 20 * MEGA


def test_eight_uploads_of_50_mb_are_refused(tight):
    with attack.Page(tight.url) as page:
        session = page.session()
        bodies.upload(tight.url, session, 50 * MEGA, "first")  # what every first request makes the server import
        before = attack.steady_memory(tight.process.pid)
        assert {bodies.upload(tight.url, session, 50 * MEGA, f"f{n}") for n in range(8)} <= {413, 0}
        assert attack.memory(tight.process.pid) - before < 10 * MEGA


def test_a_page_holds_few_files(tight):
    with attack.Page(tight.url) as page:
        session = page.session()
        assert bodies.upload(tight.url, session, 7 * MEGA, "one") == 204
        assert bodies.upload(tight.url, session, 7 * MEGA, "two") == 204
        assert bodies.upload(tight.url, session, 7 * MEGA, "three") in (413, 0)
        assert bodies.upload(tight.url, session, 7 * MEGA, "two") == 204  # in place of what it was


def test_small_files_are_counted_too(tight):
    with attack.Page(tight.url) as page:
        session = page.session()
        answers = [bodies.upload(tight.url, session, 10, f"f{n}") for n in range(12)]
        assert answers.count(204) == 8 and set(answers) <= {204, 413}


def test_an_upload_from_a_page_of_another_site_is_refused(tight):
    with attack.Page(tight.url) as page:
        session = page.session()
        host, port, base = attack.place(tight.url)
        with socket.create_connection((host, port), 10) as tcp:
            head = f"PUT {base}/_stcore/upload_file/{session}/f HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 3"
            tcp.sendall(f"{head}\r\nOrigin: http://evil.example\r\n\r\nabc".encode())
            assert b"403" in tcp.recv(4096).split(b"\r\n")[0]
