"""The path below which everything is served (`--server.baseUrlPath`); the live routes answer there too.

Links in what is sent to the browser are relative, so they also hold behind a proxy that takes a prefix off.
"""

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send


def base_path() -> str:
    """Such as `/play`; empty where the server has its whole address to itself. To be asked once the server is set up:
    Streamlit reads its options when it is first asked for one."""
    name = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{name}" if name else ""


def route(scope: Scope) -> str:
    """What is asked for below the address that a server in front (`uvicorn --root-path`) has taken for this one."""
    return scope["path"].removeprefix(scope.get("root_path", ""))


PROBES = ("/livez", "/readyz")
"""They tell nobody anything."""
BESIDE = ("/metrics", *PROBES)
"""Routes of this server that are not below `/live/`, since programs look for them there."""


def is_probe(scope: Scope) -> bool:
    """Whether it is asked for what answers to every name: programs that watch over a server call it by its address."""
    return route(scope).removeprefix(base_path()) in PROBES


class BasePath:
    """ASGI middleware that lets `/play/live/...` find the route `/live/...`. Streamlit puts the path before its own
    routes only."""

    def __init__(self, app: ASGIApp):
        self.app, self.base = app, base_path()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.base and scope["type"] in ("http", "websocket") and self._ours(route(scope)):
            scope = {**scope, "root_path": scope.get("root_path", "") + self.base}
        await self.app(scope, receive, send)

    def _ours(self, asked: str) -> bool:
        return asked.startswith(f"{self.base}/live/") or asked.removeprefix(self.base) in BESIDE
