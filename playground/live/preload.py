"""What a browser will need for a lesson is named in the head of its page, not found out one by one.

A browser reaches the stage's script only when Streamlit's own are read and run, and so it is with the scripts that
Streamlit fetches for what a page turns out to hold: links let it fetch and compile all of them meanwhile. Streamlit
also looks for its server below the page's own path first, and after that miss waits 100 ms: the head says where it is.
"""

import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.core.registry import FAMILIES
from playground.core.strict_json import dumps
from playground.engine.text_store import shortened

from .base_path import base_path, route
from .bundle import bundle
from .framing import pages, script

STATIC = Path(streamlit.__file__).parent / "static"
HELD = ("BidiComponent", "Button", "ButtonGroup", "Html", "NumberInput", "Selectbox", "Slider")
"""What every lesson holds, as Streamlit calls the scripts for it."""
WHERE = "<script>window.__streamlit={BACKEND_BASE_URL:new URL('.',location.href).href}</script>"
"""Every lesson is one step below the server's address, whatever a proxy has put before it."""
EARLY = """<script type="module">
import { watchEarly } from "./live/core/session.js"
watchEarly(FAMILY, CONFIG)
</script>"""
"""The stage's first frames are there when it is mounted."""


@cache
def head(page: str) -> bytes:
    """What is added to the head of a page; empty for the first one, which is not one step below the server's address,
    and has no stage, as the arena has none."""
    if not page:
        return script().encode()
    later = (f'<link rel="modulepreload" href="./static/js/{name}">' for name in fetched_later(STATIC))
    early = watch_early(page) if page in FAMILIES else ""
    return "".join([WHERE, *bundle().links(), early, *later, script()]).encode()


def watch_early(family: str) -> str:
    """The script that asks for what the family's page opens with if its link names no settings."""
    kind = FAMILIES[family].Config
    config = dumps(shortened(kind, kind().model_dump()))
    return EARLY.replace("FAMILY", dumps(family)).replace("CONFIG", config.replace("<", "\\u003c"))


def fetched_later(static: Path) -> list[str]:
    """The scripts of Streamlit for what a lesson holds, with those they import, as far as its page does not name them;
    none where they are not to be found under these names."""
    page, folder = static / "index.html", static / "static" / "js"
    named = page.read_text("utf-8") if page.exists() else ""
    found: dict[str, None] = {}
    queue = [path.name for stem in HELD for path in folder.glob(f"{stem}.*.js")]
    while queue:
        name = queue.pop()
        if name not in found and name not in named and (folder / name).exists():
            found[name] = None
            queue += re.findall(r'from"\./([\w.-]+\.js)"', (folder / name).read_text("utf-8"))
    return sorted(found)


class Preload:
    """ASGI middleware that adds `head` to the head of every page."""

    def __init__(self, app: ASGIApp):
        self.app = app
        self.page = re.compile(f"{re.escape(base_path())}/([^/]*)")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (page := self._page(scope)) is None:
            await self.app(scope, receive, send)
            return
        added = head(page if page in pages() else "other" if page else "")
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def changed(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and "text/html" in Headers(raw=message["headers"]).get(
                "content-type", ""
            ):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    whole = body.replace(b"</head>", added + b"</head>", 1)
                    MutableHeaders(raw=start["headers"])["content-length"] = str(len(whole))
                    await send(start)
                    await send({"type": "http.response.body", "body": whole})

        await self.app({**scope, "headers": plain}, receive, changed)

    def _page(self, scope: Scope) -> str | None:
        """The page that a browser opens, empty for the first one; None: it asks for something else."""
        if (
            scope["type"] != "http"
            or scope["method"] != "GET"
            or "text/html" not in Headers(scope=scope).get("accept", "")
        ):
            return None
        found = self.page.fullmatch(route(scope))
        return found[1] if found else None
