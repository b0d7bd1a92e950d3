"""Whether a visitor is on the server's own machine, and may name its folders and any service.

Behind a proxy on the same machine everybody seems to be there, since the proxy need not say for whom it asks. So nobody
is, unless whoever starts the server says that only people of this machine reach it: PLAYGROUND_TRUST_LOCAL=on.
"""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from playground.engine.visitor import Visitor
from playground.live.address import client_address

VARIABLE = "PLAYGROUND_TRUST_LOCAL"
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via")


def is_local() -> bool:
    """Of the visitor whose page this is."""
    return trusted(st.context.ip_address, st.context.headers)


def page_visitor() -> Visitor:
    """Whose page this is, as far as a page knows: the browser's token is not told to it."""
    headers = [(b"x-forwarded-for", hop.encode()) for hop in st.context.headers.get_all("x-forwarded-for")]
    peer = st.context.ip_address or "127.0.0.1"  # Streamlit does not name this machine
    return Visitor(client_address({"type": "websocket", "client": (peer, 0), "headers": headers}), "")


def trusted(address: str | None, headers: Any, environ: Mapping[str, str] = os.environ) -> bool:
    """A local address and host name, no sign of a proxy in between, and the operator's word."""
    if environ.get(VARIABLE, "").lower() not in ("on", "1", "yes"):
        return False
    if any(headers.get(name) for name in FORWARDED):
        return False
    try:
        local = address is None or ip_address(address).is_loopback
    except ValueError:
        return False
    return local and urlsplit(f"//{headers.get('host', '')}").hostname in ("localhost", "127.0.0.1", "::1")
