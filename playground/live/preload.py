"""The stage's files are asked for with the page itself, not after Streamlit has drawn everything else.

A browser reaches the stage's script only when Streamlit's own are read and run; links in the page's
head let it fetch and compile the stage's meanwhile, which shows the first picture a third of a second sooner.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .bundle import bundle


class Preload:
    """ASGI middleware that adds the bundle's links to the head of every lesson."""

    def __init__(self, app: ASGIApp):
        self.app, self.links = app, "".join(bundle().links()).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks_for_a_lesson(scope):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        start: Message | None = None
        body = b""

        async def changed(message: Message) -> None:
            nonlocal start, body
            if message["type"] == "http.response.start" and "text/html" in Headers(raw=message["headers"]).get(
                    "content-type", ""):
                start = message
            elif start is None or message["type"] != "http.response.body":
                await send(message)
            else:
                body += message.get("body", b"")
                if not message.get("more_body"):
                    whole = body.replace(b"</head>", self.links + b"</head>", 1)
                    MutableHeaders(raw=start["headers"])["content-length"] = str(len(whole))
                    await send(start)
                    await send({"type": "http.response.body", "body": whole})

        await self.app({**scope, "headers": plain}, receive, changed)


def _asks_for_a_lesson(scope: Scope) -> bool:
    """A browser that opens a page other than the first one, which has no stage."""
    return (scope["type"] == "http" and scope["method"] == "GET" and scope["path"] != "/"
            and "text/html" in Headers(scope=scope).get("accept", ""))
