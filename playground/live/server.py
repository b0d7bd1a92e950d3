"""The live routes beside Streamlit's own: the sockets, downloads and uploads, and the files of the stage."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from playground.engine.supervisor import FAILURES, dead

from . import room_actions, static
from .address import client_address
from .arena import ARENA_COMMANDS, ArenaComparison
from .commands import COMMANDS, Command
from .comparison import Comparison
from .comparison_feed import ComparisonFeed
from .connection import Connection, connect
from .exports import Exports
from .handler import handle
from .metrics import Metrics
from .outbox import Outbox
from .probes import Probes
from .room_commands import ROOM_COMMANDS
from .room_feed import RoomFeed
from .seat import Seat
from .session import Session
from .state import LiveState
from .sweep import SWEEP_COMMANDS, SweepComparison
from .view import View
from .viewer import Viewer


class Live(LiveState):
    """Everything of this server that is not a page."""

    def __init__(self, warm_up: Callable[[], None] = lambda: None):
        super().__init__(warm_up)
        self.exports = Exports(self)
        self.probes = Probes(lambda: self.hub)
        self.metrics = Metrics(lambda: self.hub, lambda: self.connections, self.log)

    def routes(self) -> list[BaseRoute]:
        """What `st.App` serves beside the pages."""
        return [
            WebSocketRoute("/live/socket", self.stage),
            WebSocketRoute("/live/socket/sweep", self.sweep),
            WebSocketRoute("/live/socket/arena", self.arena),
            WebSocketRoute("/live/socket/room", self.room),
            Route("/live/health", self.health),
            *self.probes.routes(),
            *self.metrics.routes(),
            *self.exports.routes(),
            *static.routes(),
        ]

    async def stage(self, socket: WebSocket) -> None:
        """One browser's stage."""

        def begin(outbox: Outbox) -> Connection:
            view = View(outbox, client_address(socket.scope))
            session = Session(self.hub, self.recordings, view, outbox)

            async def carry_out(command: Command) -> None:
                await handle(session, command)

            return Connection(carry_out, Viewer(self.hub, view, outbox).serve, view.detach)

        await connect(socket, self, COMMANDS, begin)

    async def sweep(self, socket: WebSocket) -> None:
        """One browser's grid of sweeps."""
        address = client_address(socket.scope)
        await connect(
            socket, self, SWEEP_COMMANDS, lambda outbox: _comparing(SweepComparison(self.hub, outbox, address))
        )

    async def arena(self, socket: WebSocket) -> None:
        """One browser's arena."""
        address = client_address(socket.scope)
        await connect(
            socket, self, ARENA_COMMANDS, lambda outbox: _comparing(ArenaComparison(self.hub, outbox, address))
        )

    async def room(self, socket: WebSocket) -> None:
        """One browser's seat in a class."""

        def begin(outbox: Outbox) -> Connection:
            lang = socket.query_params.get("lang", "en")
            seat = Seat(self.classrooms, outbox, lang, client_address(socket.scope))

            async def carry_out(command: Command) -> None:
                await room_actions.handle(seat, command)

            return Connection(carry_out, RoomFeed(seat).serve, seat.detach)

        await connect(socket, self, ROOM_COMMANDS, begin)

    async def health(self, request: Request) -> Response:
        """How busy the server is, and what has failed in it so far, for scripts that watch it."""
        live_runs = self.hub.live_runs.values()
        return JSONResponse(
            {
                "viewers": self.connections,
                "runs": len(live_runs),
                "active": sum(live_run.active for live_run in live_runs),
                "workers": len(self.hub.slots),
                "waiting_for_disk": sum(live_run.waits_for_disk for live_run in live_runs),
                "failures": dict(FAILURES),
                "dead": dead(),
            }
        )


def _comparing(comparison: Comparison) -> Connection:
    return Connection(comparison.handle, ComparisonFeed(comparison, comparison.outbox).serve, comparison.detach)
