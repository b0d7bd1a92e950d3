"""Panels on a page: small laboratories that ask the model on the stage. No script runs when a dial is turned."""

from streamlit.components.v2 import component

from playground.core.i18n import N_
from playground.core.registry import family as find
from playground.live.panels import describe

from .browser_part import bootstrap
from .lesson import Lesson
from .stage_words import STRINGS as STAGE

STRINGS = {
    "failed": N_("This panel could not be loaded. Reload the page to try again."),
    "panel_waits": N_("Waiting for the model on the stage\u2026"),
    "panel_step": N_("the model at step {step}"),
    "panel_recording": N_("the recorded model at its last step, {step}"),
    "dials": N_("Dials"),
    "dials_reset": N_("Reset dials"),
    "pixels": N_(
        "{title}: a picture of {rows} by {columns} pixels. Draw with mouse or finger; with the keyboard, arrows "
        "choose a pixel and Enter switches it."
    ),
    "pixels_clear": N_("Clear"),
    "pixels_ink": N_("Row {row}, column {column}: ink"),
    "pixels_paper": N_("Row {row}, column {column}: paper"),
    "follow_help": N_(
        "Click a point to mark it in every picture; with the keyboard, arrows go from point to point and Escape "
        "removes the mark."
    ),
    "follow_now": N_("Point {number} is marked in every picture. Click it again, or press Escape, to remove the mark."),
    "follow_end": N_("Remove the mark"),
    "cells_help": STAGE["cells_help"],
    **{key: text for key, text in STAGE.items() if key.startswith("trajectory_")},
}
"""The panels' own words: key -> message id, translated here and sent with the data."""


def panels(lesson: Lesson, *names: str) -> None:
    """Put the lesson's panels of these names here, one below the other; all that there are if none is named.

    They find the page's stage in the browser, whichever is mounted first, and ask the model it shows; wherever
    the page puts them (a tab, a fragment), their dials stay as they were. A panel that the lesson's settings do not
    offer is left out.
    """
    offered = {panel.name: panel for panel in find(lesson.family).panels(lesson.config)}
    chosen = [offered[name] for name in names or offered if name in offered]
    if not chosen:
        return
    translate = lesson.translate
    mounted = component("playground_panels", js=bootstrap("panel/mount.js"), isolate_styles=False)
    mounted(
        key=f"{lesson.family} panels {' '.join(names)}",
        data={
            "family": lesson.family,
            "lang": lesson.lang,
            "panels": [describe(panel, translate) for panel in chosen],
            "strings": {name: translate(text) for name, text in STRINGS.items()},
        },
    )
