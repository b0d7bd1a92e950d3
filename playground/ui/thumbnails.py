"""Small pictures of where settings lead: the end of a real training with them, as `playground.commands.thumbnails` drew
it. Where there is none of exactly these settings, none is shown."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from playground.core.config import Config
from playground.core.strict_json import dumps
from playground.render.palette import Theme

from . import link
from .actions import in_force_after
from .gallery import theme
from .lesson import Lesson

FOLDER = Path(__file__).parent / "thumbnails"
SIZE = 120
"""Pixels of the page; the files have twice as many."""
NOT_SEEN = ("execution", "device", "seed")
"""Settings that a picture does not tell apart: all are drawn with the default seed."""


def file(family: str, kind: type[Config], settings: Mapping[str, Any], ground: Theme) -> Path:
    """Where the picture of these settings is, if there is one; named by all that are in force."""
    seen = {name: value for name, value in link.in_force(kind, settings).items() if name not in NOT_SEEN}
    digest = hashlib.sha256(dumps(seen, sort_keys=True).encode()).hexdigest()[:12]
    return FOLDER / f"{family}-{digest}-{ground}.webp"


def show(lesson: Lesson, settings: Mapping[str, Any]) -> None:
    """The picture of where a reset to these settings leads."""
    kind = type(lesson.config)
    path = file(lesson.family, kind, in_force_after(kind, lesson.values, **settings), theme())
    if path.is_file():
        st.image(str(path), width=SIZE, alt="")
