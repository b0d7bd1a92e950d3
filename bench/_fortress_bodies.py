"""Files that come slowly, or are too large or too many, for tests and for `bench fortress`."""

import contextlib
import http.client
import socket
from collections.abc import Iterator

from _fortress_sockets import OWNER, get, idle_connections, place


@contextlib.contextmanager
def slow_posts(url: str, count: int, announced: int = 1_000_000) -> Iterator[list[socket.socket]]:
    """So many uploads of weights that send a few bytes, and no more."""
    host, port, base = place(url)
    head = (
        f"POST {base}/live/weights?family=gan HTTP/1.1\r\nHost: {host}:{port}\r\nX-Playground-Owner: {OWNER}\r\n"
        f"Content-Length: {announced}\r\n\r\nabc"
    )
    with idle_connections(url, count, head.encode()) as held:
        yield held


def upload(url: str, session: str, size: int, name: str = "f", timeout: float = 30.0) -> int:
    """Send a file of so many bytes to a page, as its widget does; the status, 0 where the server has hung up."""
    host, port, base = place(url)
    _, headers, _ = get(url, "/_stcore/health")
    token = headers.get("set-cookie", "").partition("_streamlit_xsrf=")[2].partition(";")[0]
    edge = "edge"
    before = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.bin"\r\n\r\n'.encode()
    after = f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.putrequest("PUT", f"{base}/_stcore/upload_file/{session}/{name}")
        for key, value in {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Content-Length": str(len(before) + size + len(after)),
            "X-Xsrftoken": token,
            "Cookie": f"_streamlit_xsrf={token}",
        }.items():
            connection.putheader(key, value)
        connection.endheaders()
        with contextlib.suppress(OSError):  # it need not hear all of it to refuse it
            connection.send(before)
            for start in range(0, size, 1 << 20):
                connection.send(bytes(min(1 << 20, size - start)))
            connection.send(after)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def post_weights(url: str, raw: bytes, family: str = "gan", timeout: float = 60.0) -> int:
    """Bring weights to a page; the status."""
    host, port, base = place(url)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        headers = {"X-Playground-Owner": OWNER}
        connection.request("POST", f"{base}/live/weights?family={family}", raw, headers)
        return connection.getresponse().status
    finally:
        connection.close()
