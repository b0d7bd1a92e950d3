"""The app inside a page of another site: a Space inside huggingface.co, or any site that PLAYGROUND_ORIGINS names.

That site's address is what a visitor copies. So its page is told the query of ours (web/core/framed.js), and hands it
back when somebody opens the link: at the first page, for its path is its own. There `page=gan` leads to the lesson.
"""

import os
from collections.abc import Mapping
from functools import cache
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from playground.core.resources import PAGES
from playground.core.strict_json import dumps

from .base_path import base_path, route
from .hosts import framing_sites

PAGE = "page"
SCRIPT = """<script type="module">
if (window.parent !== window) import("./live/core/framed.js").then(({ tellParent }) => tellParent(SITES))
</script>"""


def script(environ: Mapping[str, str] = os.environ) -> str:
    """What a page's head gets where other sites may frame it, else nothing."""
    sites = framing_sites(environ)
    return SCRIPT.replace("SITES", dumps(sites).replace("<", "\\u003c")) if sites else ""


@cache
def pages() -> frozenset[str]:
    """The addresses of all pages but the first."""
    names = {path.stem for path in PAGES.glob("*.py")}
    return frozenset(names - {"home", "classroom"} | {"class"})


class OpenPage:
    """ASGI middleware that leads from `/?page=gan&gan.data=moons` to `/gan?gan.data=moons`."""

    def __init__(self, app: ASGIApp):
        self.app, self.first = app, f"{base_path()}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] == "http"
            and scope["method"] == "GET"
            and route(scope) == self.first
            and "text/html" in Headers(scope=scope).get("accept", "")
        ):
            asked = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            page = dict(asked).get(PAGE, "")
            if page in pages():
                rest = urlencode([(name, value) for name, value in asked if name != PAGE])
                await RedirectResponse(f"{page}?{rest}" if rest else page)(scope, receive, send)
                return
        await self.app(scope, receive, send)
