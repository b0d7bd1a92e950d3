"""Clients that misbehave, for tests and for `bench fortress`: sockets and connections that take and give nothing.

Only the standard library: what they send is not what a well-behaved client would agree to send. Each attack keeps its
connections open until its context ends; all of them are made to a server of one's own.
"""

import base64
import contextlib
import http.client
import json
import os
import select
import socket
import struct
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

OWNER = "a" * 32
TEXT, BINARY, CLOSE, PING = 1, 2, 8, 9


def place(url: str) -> tuple[str, int, str]:
    """Host, port, and the path below which the app is served."""
    parts = urlsplit(url)
    return parts.hostname or "127.0.0.1", parts.port or 80, parts.path.rstrip("/")


class Socket:
    """A WebSocket by hand: reads only when told to."""

    def __init__(
        self,
        url: str,
        path: str = "/live/socket",
        timeout: float = 10.0,
        room: int | None = None,
        headers: Mapping[str, str] | None = None,
        origin: str | None = None,
    ):
        """`room`: bytes that this side's system buffers, small for one that reads nothing. `ConnectionError` with the
        server's status where it does not let one in."""
        host, port, base = place(url)
        self.tcp = socket.socket()
        if room is not None:
            self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.tcp.settimeout(timeout)
        self.tcp.connect((host, port))
        key = base64.b64encode(os.urandom(16)).decode()
        lines = {
            "Host": f"{host}:{port}",
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": key,
            "Sec-WebSocket-Version": "13",
            "Origin": origin or f"http://{host}:{port}",
            **(headers or {}),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.tcp.sendall(f"GET {base}{path} HTTP/1.1\r\n{head}\r\n".encode())
        self._buffer = b""
        try:
            while b"\r\n\r\n" not in self._buffer:
                self._more()
        except OSError as error:
            self.tcp.close()
            raise ConnectionError(str(error)) from None
        answer, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status = int(answer.split(None, 2)[1])
        if status != 101:
            self.tcp.close()
            raise ConnectionError(f"status {status}")

    def _more(self) -> None:
        got = self.tcp.recv(1 << 16)
        if not got:
            raise ConnectionError("closed")
        self._buffer += got

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            self._more()
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def send(self, payload: bytes, kind: int = TEXT) -> None:
        self.tcp.sendall(frame(payload, kind))

    def tell(self, **command) -> None:
        self.send(json.dumps(command).encode())

    def watch(self, owner: str = OWNER, play: bool = False, **config) -> None:
        """Open the GAN's page, with a small network."""
        config = {"g_width": 8, "d_width": 8, "batch": 16, **config}
        self.tell(do="watch", family="gan", config=config, owner=owner, run=None, play=play)

    def hear(self, timeout: float = 10.0) -> tuple[int, bytes]:
        """The next message, (kind, payload); pings are answered. `TimeoutError`, `ConnectionError` where it has
        ended."""
        end = time.monotonic() + timeout
        while True:
            self.tcp.settimeout(max(0.01, end - time.monotonic()))
            first, second = self._take(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(self._take(2 if size == 126 else 8), "big")
            payload = self._take(size)
            if first & 15 == PING:
                self.send(payload, 10)
            elif first & 15 != 10:
                return first & 15, payload

    def until(self, kind: str, timeout: float = 10.0) -> dict:
        """The next message of the server with this name; frames are acknowledged meanwhile."""
        end = time.monotonic() + timeout
        while True:
            code, payload = self.hear(end - time.monotonic())
            if code == CLOSE:
                raise ConnectionError(f"closed {close_code(payload)}")
            if code == TEXT and (said := json.loads(payload))["is"] == kind:
                return said

    def close_code(self, timeout: float) -> int | None:
        """With which code the server closes within that time; 1006: without one; None: not at all."""
        try:
            while True:
                kind, payload = self.hear(timeout)
                if kind == CLOSE:
                    return close_code(payload)
        except TimeoutError:
            return None
        except OSError:
            return 1006

    def close(self) -> None:
        self.tcp.close()

    def __enter__(self) -> "Socket":
        return self

    def __exit__(self, *_) -> None:
        self.close()


def frame(payload: bytes, kind: int = TEXT) -> bytes:
    """A whole message, masked by zeros."""
    return header(len(payload), kind) + payload


def header(size: int, kind: int = TEXT) -> bytes:
    """What announces a message of that size."""
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 1 << 16:
        length = bytes([0x80 | 126]) + struct.pack("!H", size)
    else:
        length = bytes([0x80 | 127]) + struct.pack("!Q", size)
    return bytes([0x80 | kind]) + length + bytes(4)


def close_code(payload: bytes) -> int:
    return int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005


@contextlib.contextmanager
def idle_sockets(url: str, count: int, path: str = "/live/socket") -> Iterator[list[Socket]]:
    """So many sockets that open nothing; those that the server lets in."""
    with contextlib.ExitStack() as stack:
        held = []
        for _ in range(count):
            with contextlib.suppress(OSError):
                held.append(stack.enter_context(Socket(url, path)))
        yield held


@contextlib.contextmanager
def idle_connections(url: str, count: int, first: bytes = b"") -> Iterator[list[socket.socket]]:
    """So many TCP connections on which nothing comes, or only `first`, such as half a header."""
    host, port, _ = place(url)
    with contextlib.ExitStack() as stack:
        held = []
        for _ in range(count):
            tcp = stack.enter_context(socket.create_connection((host, port), 10))
            tcp.sendall(first)
            held.append(tcp)
        yield held


def ended(connections: list[socket.socket], within: float) -> int:
    """How many of them the server has ended after that time at most."""
    end, open_ones = time.monotonic() + within, set(connections)
    while open_ones and (left := end - time.monotonic()) > 0:
        for tcp in select.select(list(open_ones), [], [], left)[0]:
            try:
                over = not tcp.recv(1 << 16)
            except OSError:
                over = True
            if over:
                open_ones.discard(tcp)
    return len(connections) - len(open_ones)


def visitor_in(url: str, within: float) -> float:
    """Seconds until an ordinary visitor, who tries again as a browser does, has what he asked for; `TimeoutError`."""
    begun = time.monotonic()
    while (left := within - (time.monotonic() - begun)) > 0:
        try:
            with Socket(url, timeout=left) as visitor:
                visitor.watch("v" * 32)
                visitor.until("watching", left)
                return time.monotonic() - begun
        except OSError:
            time.sleep(0.3)
    raise TimeoutError(url)


def flood(url: str, total: int, size: int = 16_000, seconds: float = 10.0) -> int:
    """Bad commands from a client that never reads; how many bytes the server took before it stopped reading or ended
    the connection."""
    sent, end = 0, time.monotonic() + seconds
    with Socket(url, room=4096) as client:
        client.watch()
        message = frame(json.dumps({"do": "x" * size}).encode())
        client.tcp.settimeout(0.5)
        while sent < total and time.monotonic() < end:
            with contextlib.suppress(TimeoutError):
                try:
                    sent += client.tcp.send(message)
                except ConnectionError:
                    break
    return sent


def get(url: str, path: str, timeout: float = 10.0, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    """(status, headers, body)."""
    host, port, base = place(url)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request("GET", base + path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


class Page(Socket):
    """Streamlit's socket of a page, with the session that a browser would have."""

    def __init__(self, url: str, **options):
        super().__init__(url, "/_stcore/stream", headers={"Sec-WebSocket-Protocol": "streamlit"}, **options)

    def session(self, timeout: float = 10.0) -> str:
        """The session's id, once the server has told it."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        asks = BackMsg()
        asks.rerun_script.query_string = ""
        self.send(asks.SerializeToString(), BINARY)
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.hear(timeout)[1])
            if message.WhichOneof("type") == "new_session":
                return message.new_session.initialize.session_id


def memory(pid: int) -> int:
    """Bytes of main memory that a process holds."""
    with open(f"/proc/{pid}/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) * 1024


def steady_memory(pid: int, within: float = 60.0) -> int:
    """The same, once it has been steady for two seconds: the first page's script and the workers' start are over."""
    end, before = time.monotonic() + within, memory(pid)
    while time.monotonic() < end:
        time.sleep(2)
        now = memory(pid)
        if abs(now - before) < 1_000_000:
            return now
        before = now
    return before
