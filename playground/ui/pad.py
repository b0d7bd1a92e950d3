"""The drawing pad: a component of its own; nothing leaves the browser before the visitor says "train on it"."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st
from streamlit.components.v2 import component

from playground.core.i18n import N_
from playground.data.plane.point_codec import MAX_POINTS
from playground.data.plane.user_data import MIN_POINTS

from .browser_part import bootstrap

STRINGS = {
    "failed": N_("The drawing pad could not be loaded. Reload the page to try again."),
    "pad": N_("Drawing pad: draw with mouse or finger; with the keyboard, arrows move the cross and Enter draws there"),
    "tool": N_("Tool"),
    "brush": N_("Brush"),
    "points": N_("Points"),
    "spread": N_("Spread"),
    "undo": N_("Undo"),
    "clear": N_("Clear"),
    "use": N_("Train on it"),
    "count": N_("{count:point|points}"),
    "too_few": N_("{count:point|points}; at least {fewest} are needed"),
    "too_many": N_("{count:point|points}; {most} of them are kept"),
}
MAX_SENT_POINTS = 6 * MAX_POINTS
"""Points that are taken from a browser at most; the pad stops there."""


def pad(
    key: str,
    translate: Callable[[str], str],
    points: np.ndarray | None = None,
    on_use: Callable[[np.ndarray], None] | None = None,
) -> None:
    """Show the pad, with `points` (m, 2) of the frame on it already.

    `on_use` is called, as a Streamlit callback, with the points (m, 2) that are on it when the visitor is done.
    """

    def used() -> None:
        found = parse_points(st.session_state[key].get("use"))
        if on_use is not None and found is not None:
            on_use(found)

    mounted = component("playground_pad", js=bootstrap("pad/pad.js"), isolate_styles=False)
    begun = [] if points is None else np.round(points, 3).ravel().tolist()
    mounted(
        key=key,
        on_use_change=used,
        data={
            "points": begun,
            "fewest": MIN_POINTS,
            "most": MAX_POINTS,
            "sent": MAX_SENT_POINTS,
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )


def parse_points(sent: object) -> np.ndarray | None:
    """The points (m, 2) of what a browser sent, a flat list of numbers; None if it is something else."""
    if not isinstance(sent, Sequence) or isinstance(sent, str):
        return None
    if not 0 < len(sent) <= 2 * MAX_SENT_POINTS or len(sent) % 2:
        return None
    if not all(isinstance(value, int | float) and abs(value) < 1e6 for value in sent):
        return None
    return np.array(sent, np.float64).reshape(-1, 2)
