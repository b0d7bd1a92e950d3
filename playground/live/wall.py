"""Small live pictures: of every member's run for the wall, and of snapshots that are presented.

A picture is drawn from the newest frame that is there anyway, made small, encoded once for all who see it, and sent
only where it is new. All of it together takes a bounded part of the server's time: with more members each picture
comes less often.
"""

import time
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any

import numpy as np

from playground.core.contract import Frame
from playground.core.i18n import Translate
from playground.core.registry import family
from playground.core.scene import Heatmap, Images, Points, Scene
from playground.data.plane.point_codec import evenly_spaced
from playground.engine.hub import Hub
from playground.engine.live_run import LiveRun

from .comparison_feed import small_scene
from .protocol import encode_frame

MAX_POINTS, MAX_CELLS, MAX_IMAGES = 150, 24, 16
SHARE = 0.1
"""Of one core, for the pictures of one room."""
FASTEST_S = 0.5
"""Between two pictures of a member."""


def thumbnail(scene: Scene) -> Scene:
    """A scene as a picture of a few centimetres needs it."""
    small = small_scene(scene)
    return replace(small, layers=tuple(_thinned(layer) for layer in small.layers))


def _thinned(layer: Any) -> Any:
    if isinstance(layer, Points) and len(layer.xy) > MAX_POINTS:
        kept = evenly_spaced(len(layer.xy), MAX_POINTS)
        arrays = {f.name: getattr(layer, f.name) for f in fields(layer)}
        return replace(layer, **{k: v[kept] for k, v in arrays.items() if isinstance(v, np.ndarray)})
    if isinstance(layer, Heatmap) and max(layer.values.shape) > MAX_CELLS:
        rows, columns = (evenly_spaced(n, min(n, MAX_CELLS)) for n in layer.values.shape)
        return replace(layer, values=layer.values[np.ix_(rows, columns)])
    if isinstance(layer, Images) and len(layer.pixels) > MAX_IMAGES:
        return replace(layer, pixels=layer.pixels[:MAX_IMAGES], roles=layer.roles[:MAX_IMAGES], columns=4)
    return layer


class Wall:
    """The pictures of one room, made at most once for each frame."""

    def __init__(self, hub: Hub, translate: Translate):
        self.hub, self.translate = hub, translate
        self._made: dict[str, tuple[Frame, bytes]] = {}
        """run -> its newest picture"""
        self._next = 0.0

    def due(self) -> float:
        """Seconds until pictures may be made again."""
        return max(0.0, self._next - time.monotonic())

    def rest(self, spent: float) -> None:
        """After a round that took so many seconds."""
        self._next = time.monotonic() + max(FASTEST_S, spent / SHARE)

    def picture(self, run: str, known: Frame | None) -> tuple[Frame, bytes] | None:
        """The run's newest frame, and its picture; None if that is the one `known`, or there is none in memory."""
        live_run = self.hub.live_runs.get(run)
        if live_run is None or live_run.pending_writes or (frame := live_run.run.newest) is None or frame is known:
            return None
        made = self._made.get(run)
        if made is None or made[0] is not frame:
            made = self._made[run] = (frame, encode(live_run, frame, {"run": run}, self.translate))
        return made

    def keep_only(self, runs: set[str]) -> None:
        """Let go of the pictures of runs that nobody looks at any more."""
        self._made = {run: made for run, made in self._made.items() if run in runs}


def encode(live_run: LiveRun, frame: Frame, header: dict[str, Any], translate: Translate) -> bytes:
    """A small picture as a message: `encode_frame` with the run's step."""
    scene = thumbnail(family(live_run.run.family).scene(frame, live_run.run.config_now(frame.step)))
    return encode_frame({**header, "step": frame.step}, scene, translate)


def presented(hub: Hub, picks: list[dict[str, Any]], translate: Translate) -> Iterator[bytes]:
    """The pictures of snapshots, each at the kept frame nearest to its step."""
    for pick in picks:
        live_run = hub.live_runs.get(pick["run"])
        frame = live_run.run.frame_at(pick["step"]) if live_run is not None else None
        if live_run is not None and frame is not None:
            yield encode(live_run, frame, {"pick": pick["place"], "run": pick["run"]}, translate)
