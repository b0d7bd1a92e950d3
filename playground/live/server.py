"""The live routes beside Streamlit's own: the socket, and the files of the stage."""

import asyncio
import contextlib
import gzip
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from playground.core.errors import UserError
from playground.core.i18n import N_, translator
from playground.core.registry import FAMILIES
from playground.core.resources import WEB
from playground.data.bits.binary import TRIPLES
from playground.data.images.digits import DIGITS
from playground.data.plane import distributions
from playground.engine.executors import open_slots
from playground.engine.hub import Hub
from playground.engine.limits import Limits
from playground.engine.paths import runs_root
from playground.engine.recording import Recording, shipped
from playground.engine.store import Store

from .arena import ARENA_COMMANDS, ArenaComparison
from .bundle import FOLDERS, bundle
from .commands import CommandHandler
from .comparison import Comparison
from .exports import Exports
from .protocol import COMMANDS, Translate
from .sweep import SWEEP_COMMANDS, SweepComparison
from .viewer import Viewer

log = logging.getLogger(__name__)

LONGEST_MESSAGE = 16_384
Handle = Callable[[Any], Awaitable[None]]


class Live:
    """Hub and recordings of this server, made in its lifespan."""

    def __init__(self):
        self.hub: Hub | None = None
        self.recordings: list[Recording] = []
        self.connections = 0
        self.exports = Exports(self, same_origin)

    @contextlib.asynccontextmanager
    async def lifespan(self, app) -> AsyncIterator[dict]:
        """Workers start before the first visitor and end with the server."""
        sys.setswitchinterval(5e-4)  # a busy script thread must not hold up the socket
        limits = Limits.from_environment()
        root = runs_root()
        root.mkdir(parents=True, exist_ok=True)
        self.recordings = [recording for name in FAMILIES for recording in shipped(name)]
        self.hub = Hub(limits, open_slots(limits), Store(root, limits))
        await self.hub.open()
        try:
            yield {}
        finally:
            await self.hub.close()

    def routes(self) -> list[BaseRoute]:
        """What `st.App` serves beside the pages."""
        return [
            WebSocketRoute("/live/socket", self.socket),
            WebSocketRoute("/live/grid", self.grid),
            WebSocketRoute("/live/contest", self.contest),
            Route("/live/plotly.min.js", plotly),
            Route("/live/thumbnails.json", thumbnails),
            Route("/live/all.js", lambda request: bundle().answer(request, "js")),
            Route("/live/all.css", lambda request: bundle().answer(request, "css")),
            Route("/live/health", self.health),
            *self.exports.routes(),
            *(Mount(f"/live/{name}", StageFiles(directory=WEB / name)) for name in FOLDERS),
        ]

    async def health(self, request: Request) -> Response:
        """How busy the server is, for scripts that watch it."""
        live_runs = self.hub.live_runs.values()
        return JSONResponse(
            {
                "viewers": self.connections,
                "runs": len(live_runs),
                "active": sum(a.active for a in live_runs),
                "workers": len(self.hub.slots),
            }
        )

    async def socket(self, socket: WebSocket) -> None:
        """One browser's stage."""

        def begin(translate: Translate) -> tuple[Viewer, Handle]:
            viewer = Viewer(socket.send_json, socket.send_bytes, translate)
            return viewer, CommandHandler(self.hub, self.recordings, viewer).handle

        await self._connect(socket, COMMANDS, begin)

    async def grid(self, socket: WebSocket) -> None:
        """One browser's grid of sweeps."""

        def begin(translate: Translate) -> tuple[SweepComparison, Handle]:
            grid = SweepComparison(self.hub, socket.send_json, socket.send_bytes, translate)
            return grid, grid.handle

        await self._connect(socket, SWEEP_COMMANDS, begin)

    async def contest(self, socket: WebSocket) -> None:
        """One browser's arena."""

        def begin(translate: Translate) -> tuple[ArenaComparison, Handle]:
            arena = ArenaComparison(self.hub, socket.send_json, socket.send_bytes, translate)
            return arena, arena.handle

        await self._connect(socket, ARENA_COMMANDS, begin)

    async def _connect(
        self, socket: WebSocket, commands: TypeAdapter, begin: Callable[[Translate], tuple[Viewer | Comparison, Handle]]
    ) -> None:
        """One browser: its commands come in, its pictures go out, until it leaves."""
        translate = translator(socket.query_params.get("lang", "en"))
        if not same_origin(socket.headers):
            await socket.close(4403, "foreign origin")
            return
        await socket.accept()
        if self.connections >= self.hub.limits.viewers:
            await socket.send_json(
                {
                    "is": "refused",
                    "about": "open",
                    "text": translate(N_("The server is full; please try again in a minute.")),
                }
            )
            await socket.close(4429)
            return
        self.connections += 1
        viewer, handle = begin(translate)
        sender = asyncio.create_task(viewer.serve())
        try:
            await self._listen(socket, commands, handle, viewer, sender)
        finally:
            self.connections -= 1
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await sender
            viewer.detach()

    async def _listen(
        self,
        socket: WebSocket,
        commands: TypeAdapter,
        handle: Handle,
        viewer: Viewer | Comparison,
        sender: asyncio.Task,
    ) -> None:
        while not sender.done():
            try:
                message = await socket.receive()
            except (WebSocketDisconnect, RuntimeError):
                return
            if message["type"] == "websocket.disconnect":
                return
            about = "?"
            try:
                command = read_command(message.get("text"), commands)
                about = command.do
                await handle(command)
            except UserError as refusal:
                viewer.refuse(about, refusal.sentence(viewer.translate))
            except Exception:  # a defect here must not end the visitor's connection
                log.exception("%s", about)
                viewer.refuse(
                    about, viewer.translate(N_("That did not work, by a fault of this server; your run is unharmed."))
                )


def read_command(text: str | None, commands: TypeAdapter = COMMANDS):
    """A checked command; `UserError` says in one sentence what is wrong with it."""
    if text is None:
        raise UserError(N_("Commands are JSON texts, not binary messages."))
    if len(text) > LONGEST_MESSAGE:
        raise UserError(
            N_("That message is too long: {length} characters, at most {most}."), length=len(text), most=LONGEST_MESSAGE
        )
    try:
        return commands.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "?"
        raise UserError(
            N_("That message was not understood ({where}: {why})."), where=where, why=first["msg"]
        ) from None


def same_origin(headers: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a page of this server opened the socket; other programs than browsers send no Origin.

    PLAYGROUND_ORIGINS may name further hosts (comma-separated), for a page embedded elsewhere.
    """
    origin = headers.get("origin")
    if origin is None:
        return True
    hosts = {headers.get("host", "").lower(), headers.get("x-forwarded-host", "").lower()}
    hosts |= {host.strip().lower() for host in environ.get("PLAYGROUND_ORIGINS", "").split(",")}
    return urlsplit(origin).netloc.lower() in hosts - {""}


class StageFiles(StaticFiles):
    """The stage's scripts, each as its part of the bundle, and styles: kept by the browser, but asked after, so that an
    update arrives at once."""

    async def get_response(self, path: str, scope) -> Response:
        part = bundle().part(f"{Path(self.directory).name}/{path}")
        if part is None and not path.endswith(".css"):
            return Response(status_code=404)
        response = (
            await super().get_response(path, scope) if part is None else Response(part, media_type="text/javascript")
        )
        response.headers["cache-control"] = "no-cache"
        return response


@cache
def _plotly() -> bytes:
    import plotly

    return gzip.compress((Path(plotly.__file__).parent / "package_data" / "plotly.min.js").read_bytes(), 6)


def plotly(request: Request) -> Response:
    """Plotly's own script from the installed package."""
    return Response(
        _plotly(),
        media_type="text/javascript",
        headers={"content-encoding": "gzip", "cache-control": "public, max-age=604800"},
    )


@cache
def _thumbnails() -> bytes:
    pictures = {}
    for name, distribution in distributions.DISTRIBUTIONS.items():
        xy = distribution.sample(160, np.random.default_rng(0))
        pictures[name] = np.rint(xy.ravel() * (100 / 3)).astype(int).clip(-100, 100).tolist()
    pictures[DIGITS.name] = np.rint(200 * DIGITS.dots() - 100).astype(int).ravel().tolist()
    pictures[TRIPLES.name] = np.rint(200 * TRIPLES.dots() - 100).astype(int).ravel().tolist()
    return json.dumps(pictures, separators=(",", ":")).encode()


def thumbnails(request: Request) -> Response:
    """A few samples of every distribution, as whole numbers from -100 to 100 across the frame."""
    return Response(_thumbnails(), media_type="application/json", headers={"cache-control": "public, max-age=3600"})
