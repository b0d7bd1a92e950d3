"""Small answers leave at once.

Streamlit binds the server's socket without naming its protocol, and asyncio then leaves Nagle's algorithm on: the body
of an answer waits for the browser's delayed acknowledgement of its header, 40 ms for each of the hundred files of a
page (Kludex/uvicorn#3149). Linux hands the option on from a listening socket to the connections that it accepts.
"""

import contextlib
import os
import socket
from pathlib import Path

OPEN_FILES = Path("/proc/self/fd")


def send_at_once() -> int:
    """Switch the delay off for every socket on which this process listens; how many there are (0 off Linux)."""
    if not OPEN_FILES.is_dir():
        return 0
    return sum(_send_at_once(int(name)) for name in os.listdir(OPEN_FILES))


def _send_at_once(number: int) -> bool:
    with contextlib.suppress(OSError):  # closed meanwhile, or not a socket
        copy = os.dup(number)
        try:
            listener = socket.socket(fileno=copy)
        except OSError:
            os.close(copy)
            return False
        with listener:
            if listener.family in (socket.AF_INET, socket.AF_INET6) and listener.getsockopt(
                socket.SOL_SOCKET, socket.SO_ACCEPTCONN
            ):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return True
    return False
