"""A live stream: what a frame costs each model, and whether it says the same as when it had the whole recording."""

import numpy as np

from playground.core.i18n import N_
from playground.core.panels import Arrays, Panel, PanelScenes, Values
from playground.core.scene import Bars, Scene

from ...config import OadtrConfig
from ..contestants import ROLES, titles_of

RATE = 30
"""Frames a second of a camera."""


def panel(config: OadtrConfig) -> Panel:
    return Panel(
        "live",
        N_("Live stream"),
        N_(
            "The frames arrive one by one, as from a camera. Each model keeps its last frames, or its state, and "
            "answers once for each frame. The times are measured here and now."
        ),
        (),
        live=False,
    )


def draw(arrays: Arrays, values: Values, config: OadtrConfig) -> PanelScenes:
    titles, ms = titles_of(config), arrays["ms"]
    room = 1000 / RATE
    legend = N_(
        "{total} ms for all models together; a stream of {rate} frames a second leaves {room} ms. Frame by frame and "
        "all at once differ by {difference} at most."
    )
    bars = Bars(
        name="ms",
        title=N_("ms for a frame"),
        values=ms,
        labels=titles,
        roles=ROLES[: len(titles)],
        high=max(1.05 * room, 1.15 * float(ms.max())),
        guides=((room, N_("30 frames a second")),),
    )
    told = {
        "total": f"{ms.sum():.1f}",
        "rate": str(RATE),
        "room": f"{room:.0f}",
        "difference": f"{float(np.max(arrays['difference'])):.0e}",
    }
    return ((N_("Time for a frame"), Scene((bars,), extent=(0, 1, 0, 1), legend=legend, words=legend, values=told)),)
