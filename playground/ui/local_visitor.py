"""Whether the visitor of a page is on the server's own machine, and may name its folders and any service."""

import streamlit as st

from playground.engine.visitor import Visitor
from playground.live.address import client_address
from playground.live.local import trusted


def is_local() -> bool:
    """Of the visitor whose page this is."""
    return trusted(st.context.ip_address, st.context.headers)


def page_visitor() -> Visitor:
    """Whose page this is, as far as a page knows: the browser's token is not told to it."""
    headers = [(b"x-forwarded-for", hop.encode()) for hop in st.context.headers.get_all("x-forwarded-for")]
    peer = st.context.ip_address or "127.0.0.1"  # Streamlit does not name this machine
    return Visitor(client_address({"type": "websocket", "client": (peer, 0), "headers": headers}), "")
