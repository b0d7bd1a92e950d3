"""`/metrics`: the figures of a server in Prometheus' format, for those who run it.

They tell nothing of any visitor, but how busy the server is, and what fails in it, is nobody else's business either:
who reads them sends the token of PLAYGROUND_METRICS_TOKEN, or sits at the server's own machine where that is trusted.
"""

import hmac
import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.executors import Slot
from playground.engine.hub import Hub
from playground.engine.memory import resident
from playground.engine.supervisor import FAILURES, dead

from .address import PEER
from .local import trusted
from .logs import Log

PATH, VARIABLE = "/metrics", "PLAYGROUND_METRICS_TOKEN"
SHORTEST = 16
REFUSED = (
    "The figures of this server are for those who run it: send the token of PLAYGROUND_METRICS_TOKEN "
    "(Authorization: Bearer TOKEN).\n"
)


class Metrics(Collector):
    """What can be looked up when somebody asks, beside what was counted (`engine/telemetry.py`)."""

    def __init__(self, hub: Callable[[], Hub], viewers: Callable[[], int], log: Log):
        self.hub, self.viewers, self.log = hub, viewers, log
        self._registered: Hub | None = None

    def routes(self) -> list[BaseRoute]:
        return [Route(PATH, self.answer)]

    async def answer(self, request: Request) -> Response:
        if not self._may(request):
            return PlainTextResponse(REFUSED, 403)
        hub = self.hub()
        if self._registered is not hub:
            hub.telemetry.registry.register(self)
            self._registered = hub
        encode, kind = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(hub.telemetry.registry), headers={"content-type": kind, "cache-control": "no-store"})

    def _may(self, request: Request) -> bool:
        if wanted := token():
            given = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
            return hmac.compare_digest(given.encode(), wanted.encode())
        peer = request.scope.get(PEER)
        return trusted(peer[0] if peer else None, request.headers)

    def collect(self) -> Iterator[Metric]:
        hub = self.hub()
        live_runs = list(hub.live_runs.values())
        yield _gauge("playground_viewers", "Sockets of stages, comparisons and rooms", self.viewers())
        runs = GaugeMetricFamily("playground_runs", "Runs in memory", labels=["state"])
        for state, found in {
            "memory": live_runs,
            "training": [one for one in live_runs if one.active],
            "background": [one for one in live_runs if one.background],
            "waiting_for_disk": [one for one in live_runs if one.waits_for_disk],
            "elsewhere": [one for one in live_runs if one.elsewhere],
        }.items():
            runs.add_metric([state], len(found))
        yield runs
        yield _gauge("playground_servers", "Servers on this folder of runs", 1 + hub.neighbours.others)
        yield _gauge("playground_turns_waiting", "Turns of work that are waited for", hub.workers.shares.waiting)
        yield _gauge("playground_history_bytes", "Memory that the histories of runs take", hub.caps.memory)
        yield from self._workers(hub.slots)
        yield _counter("playground_log_suppressed", "Lines that were too many for the log", self.log.suppressed)
        yield _labelled("playground_log_lines", "Lines of the log", "level", self.log.written)
        yield _labelled("playground_failures", "What has failed in the program", "part", FAILURES)
        yield _gauge("playground_dead_loops", "What should go on for ever and has ended", len(dead()))
        yield _counter(
            "playground_invalid_page_messages", "Messages that uvicorn or Streamlit has refused", self.log.refused
        )

    def _workers(self, slots: list[Slot]) -> Iterator[Metric]:
        yield _gauge("playground_workers", "Places of work", len(slots))
        yield _gauge("playground_workers_ready", "Workers that are prepared", sum(slot.started for slot in slots))
        yield _counter("playground_worker_restarts", "Workers that were replaced", sum(slot.restarts for slot in slots))
        memory = GaugeMetricFamily("playground_worker_memory_bytes", "Main memory of each worker", labels=["worker"])
        for number, slot in enumerate(slots):
            for size in filter(None, map(resident, slot.pids)):
                memory.add_metric([str(number)], size)
        yield memory


def token(environ: Mapping[str, str] = os.environ) -> str:
    """What whoever reads the figures sends; "": there is none."""
    given = environ.get(VARIABLE, "")
    if given and len(given) < SHORTEST:
        raise UserError(N_("{name} is too short: at least {most} characters."), name=VARIABLE, most=SHORTEST)
    return given


def _gauge(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _counter(name: str, about: str, value: float) -> Metric:
    return CounterMetricFamily(name, about, value=value)


def _labelled(name: str, about: str, label: str, values: Mapping[str, Any]) -> Metric:
    found = CounterMetricFamily(name, about, labels=[label])
    for key, value in [*values.items()]:
        found.add_metric([key], value)
    return found
