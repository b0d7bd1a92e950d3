"""Runs as files to download, and weights that come back: plain HTTP beside the socket.

A run's unguessable id lets its holder watch the run, and so download it. Files are made in a few threads of their own;
when too many requests wait for one, further ones are asked to try again. A body that still comes takes no place there.
"""

import asyncio
import contextlib
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.core.contract import Progress
from playground.core.errors import UserError
from playground.core.foreign_text import one_line
from playground.core.i18n import N_, translator
from playground.core.resources import WEIGHTS
from playground.engine import weights_import
from playground.engine.disk import FULL
from playground.engine.hub import Hub
from playground.engine.live_run import check_here
from playground.engine.recording import read
from playground.engine.run import Run, fork, owner_hash
from playground.engine.shares import BUSY, Line
from playground.engine.supervisor import note_failure
from playground.engine.text_store import shortened
from playground.engine.visitor import SERVER, Visitor

from . import files
from .address import client_address
from .asker import while_asked
from .files import ExportSource
from .origin import same_origin
from .state import LiveState
from .turns import Busy, Turns

log = logging.getLogger(__name__)

Made = TypeVar("Made")

THREADS, MAX_WAITING = 2, 16
GONE = 499
"""What servers write into their logs for a client that has left before its answer came."""
RUN_ID = re.compile(r"[a-z0-9]{4,40}")
OWNER = re.compile(r"[A-Za-z0-9_-]{16,64}")
KINDS = {
    "picture.png": "image/png",
    "film.gif": "image/gif",
    "page.html": "text/html; charset=utf-8",
    "frames.npz": "application/octet-stream",
    "metrics.csv": "text/csv; charset=utf-8",
    "weights.safetensors": "application/octet-stream",
    "run.zip": "application/zip",
}
NOT_STARTED = N_("There is nothing to download yet. The run has not started.")
NO_SUCH_FILE = N_("There is no such file. These exist: {names}.")


class Exports:
    """Makes the files, a few at a time."""

    def __init__(self, state: LiveState):
        self.state = state
        self.threads = ThreadPoolExecutor(THREADS, thread_name_prefix="exports")
        self.turns = Turns(MAX_WAITING)
        self._line: Line | None = None
        """Where turns at the threads are waited for: whoever has had least of the server's work is next."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/live/runs/{run}/{what}", self.of_run),
            Route("/live/recordings/{name}/{what}", self.of_recording),
            Route("/live/weights", self.weights, methods=["POST"]),
        ]

    @property
    def hub(self) -> Hub:
        return self.state.hub

    async def of_run(self, request: Request) -> Response:
        """A file made of a run that the visitor knows."""
        return await self._answer(
            request, lambda: while_asked(request.receive, self.turns.take(self._run_file(request)))
        )

    async def of_recording(self, request: Request) -> Response:
        """A file made of a shipped training, `<family>-<data>`."""
        return await self._answer(
            request, lambda: while_asked(request.receive, self.turns.take(self._recording_file(request)))
        )

    async def weights(self, request: Request) -> Response:
        """Weights that a visitor brings become a run of theirs; its id is the answer."""
        if not same_origin(request.headers):
            return PlainTextResponse("foreign origin", 403)
        return await self._answer(request, lambda: self._brought(request))

    async def _answer(self, request: Request, make: Callable[[], Awaitable[Response]]) -> Response:
        """What was asked for; or a sentence: 404 for what there is not, 422 for what is not right, 503 when busy."""
        translate = translator(request.query_params.get("lang", "en"))
        try:
            return await make()
        except Busy as refusal:
            return PlainTextResponse(refusal.sentence(translate), 503)
        except UserError as refusal:
            status = 503 if refusal.template == BUSY else 422 if request.method == "POST" else 404
            return PlainTextResponse(refusal.sentence(translate), status)
        except HTTPException:  # the body came too slowly
            raise
        except ClientDisconnect:
            return Response(status_code=GONE)  # nobody reads it
        except Exception as error:  # a defect here must not be a bare 500
            log.error("%s", one_line(request.url.path))
            note_failure("file", error)
            return PlainTextResponse(
                translate(N_("That failed because of an error on the server. Your run is not affected.")), 500
            )

    async def _in_thread(self, visitor: Visitor, make: Callable[..., Made], *given: Any) -> Made:
        shares = self.hub.workers.shares
        if self._line is None or self._line not in shares.lines:  # the server has started meanwhile
            self._line = shares.line(THREADS)
        async with shares.turn(visitor, self._line):
            return await asyncio.get_running_loop().run_in_executor(self.threads, make, *given)

    # out

    async def _run_file(self, request: Request) -> Response:
        what, name = request.path_params["what"], request.path_params["run"]
        if what not in KINDS:
            raise UserError(NO_SUCH_FILE, names=", ".join(KINDS))
        if not RUN_ID.fullmatch(name):
            raise UserError(N_("There is no run '{name}' here (any more)."), name=name)
        live_run = self.hub.get(name)
        run = live_run.run
        if run.newest is None:
            raise UserError(NOT_STARTED)
        asked = request.query_params.get("step", "")
        step = int(asked) if re.fullmatch(r"\d{1,9}", asked) else run.step
        visitor, source = _visitor(request, live_run.visitor), ExportSource.of_run(run)
        if what == "picture.png":
            frame = source.frames.get(step) or (await self.hub.controls.at_step(live_run, step, visitor)).frame
            appearance = (*_theme_and_language(request), _moment(request), _link(request))
            return _file(source.name(step), what, await self._in_thread(visitor, files.png, source, frame, *appearance))
        if what == "weights.safetensors":
            then = await self.hub.controls.at_step(live_run, step, visitor)
            past = fork(run, step, then.state, then.frame, "", self.hub.limits)
            return _file(source.name(step), what, await self._in_thread(visitor, files.weights, past))
        if what == "run.zip":
            check_here(live_run)
            await self.hub.saver.save_for_visitor(run)
            found = await self.hub.saver.read(run, partial(files.read_folder, self.hub.store.root / run.id))
            return _file(source.name(), what, await self._in_thread(visitor, files.zip_run, source.name(), found))
        return await self._common(request, visitor, source, what)

    async def _recording_file(self, request: Request) -> Response:
        what, name = request.path_params["what"], request.path_params["name"]
        recording = next((r for r in self.state.recordings if r.name == name), None)
        if recording is None:
            raise UserError(N_("There is no recording '{name}'."), name=name)
        visitor, source = _visitor(request), ExportSource.of_recording(recording)
        if what == "weights.safetensors":
            path = WEIGHTS / f"{name}.safetensors"
            return _file(source.name(), what, await self._in_thread(visitor, path.read_bytes))
        if what == "picture.png":
            asked = request.query_params.get("step", "")
            step = (
                recording.timeline.frames.nearest(int(asked) if re.fullmatch(r"\d{1,9}", asked) else source.step) or 0
            )
            appearance = (*_theme_and_language(request), _moment(request), _link(request))
            picture = await self._in_thread(visitor, files.png, source, source.frames[step], *appearance)
            return _file(source.name(step), what, picture)
        return await self._common(request, visitor, source, what)

    async def _common(self, request: Request, visitor: Visitor, source: ExportSource, what: str) -> Response:
        """What runs and recordings have alike."""
        theme, translate = _theme_and_language(request)
        makers: dict[str, tuple[Any, ...]] = {
            "film.gif": (files.gif, source, theme, translate),
            "page.html": (files.html, source, theme, translate, request.query_params.get("lang", "en")),
            "frames.npz": (files.npz, source),
            "metrics.csv": (files.table, source),
        }
        if what not in makers:
            raise UserError(NO_SUCH_FILE, names=", ".join(makers))
        return _file(source.name(), what, await self._in_thread(visitor, *makers[what]))

    # in

    async def _brought(self, request: Request) -> Response:
        token, limit = request.headers.get("x-playground-owner", ""), self.hub.limits.weights_mb
        if not OWNER.fullmatch(token):
            raise UserError(N_("Upload weights from a page of this playground."))
        async with _own_folder() as folder:
            path = folder / "weights.safetensors"
            try:
                await _spool(request, path, limit * 1_000_000)
            except OSError as error:
                log.error("weights cannot be kept for a moment: %s", error)
                raise Busy(FULL) from None
            return await self.turns.take(self._taken(request, path, token))

    async def _taken(self, request: Request, path: Path, token: str) -> Response:
        visitor = Visitor(client_address(request.scope), owner_hash(token))
        recording = await self._in_thread(visitor, read, path)
        asked = request.query_params.get("family", recording.family)
        if recording.family != asked:
            raise UserError(
                N_("These weights are of another family ({family}); open them on its page."), family=recording.family
            )
        run = await self._in_thread(visitor, weights_import.restore_run, recording, visitor.owner, self.hub.limits)
        self.hub.step_costs.check(run.family, run.config_now())
        weights_import.accept(run, recording, *await self._admitted(run, visitor))
        live_run = await self.hub.add(run, visitor.address)
        settings = shortened(type(run.config), run.config.model_dump())
        return JSONResponse({"run": live_run.run.id, "step": run.step, "config": settings})

    async def _admitted(self, run: Run, visitor: Visitor) -> tuple[bytes, Progress]:
        """What a worker says of the weights."""
        slot = self.hub.workers.idlest(run.placed)
        try:
            return await self.hub.workers.call(visitor, weights_import.load_and_check, run, slot=slot)
        except BrokenExecutor:
            raise UserError(N_("The model could not load these weights: they do not match their settings.")) from None


@contextlib.asynccontextmanager
async def _own_folder() -> AsyncIterator[Path]:
    """A folder for a moment; `Busy` where the disk has no room for one."""
    try:
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    except OSError as error:
        log.error("no folder can be made for a file: %s", error)
        raise Busy(FULL) from None
    with folder:
        yield Path(folder.name)


async def _spool(request: Request, path: Path, most: int) -> None:
    """The body as a file: a slow one takes no memory. `UserError` where it has more than `most` bytes."""
    size = 0
    with path.open("wb") as file:
        async for part in request.stream():
            size += len(part)
            if size <= most:
                file.write(part)
            if size > 10 * most:
                break
    if size > most:  # most of what came is heard out: a browser reads no answer while it is still sending
        raise UserError(N_("That file is too large: at most {most} MB."), most=most // 1_000_000)


def _visitor(request: Request, owner: Visitor = SERVER) -> Visitor:
    """Who asks for a file. A link has no token: it is the run's owner, if that is at the same address."""
    address = client_address(request.scope)
    return owner if owner.address == address else Visitor(address, "")


def _theme_and_language(request: Request) -> tuple[Any, Callable[[str], str]]:
    """Theme and language asked for."""
    theme = "dark" if request.query_params.get("theme") == "dark" else "light"
    return theme, translator(request.query_params.get("lang", "en"))


def _moment(request: Request) -> float | None:
    """The moment of the trajectory asked for, if one is."""
    asked = request.query_params.get("moment", "")
    return float(asked) if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", asked) else None


def _link(request: Request) -> str:
    """The address of the stage, written under a picture of it."""
    asked = request.query_params.get("link", "")
    return asked if re.fullmatch(r"https?://[!-~]{1,1500}", asked) else ""


def _file(name: str, what: str, content: bytes) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}.{what.partition(".")[2]}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=KINDS[what], headers=headers)
