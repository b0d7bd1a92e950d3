"""Small pictures of where settings lead: the end of a real training with them, as `playground.commands.thumbnails` drew
it. Where there is none of exactly these settings, none is shown."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from playground.core.config import Config
from playground.core.resources import THUMBNAILS
from playground.core.strict_json import dumps
from playground.render.palette import Theme

from . import link
from .actions import in_force_after
from .gallery import theme
from .lesson import Lesson

SIZE = 120
"""Pixels of the page; the files have twice as many."""
NOT_SEEN = ("execution", "device", "seed")
"""Settings that a picture does not tell apart: all are drawn with the default seed."""


def file(family: str, kind: type[Config], settings: Mapping[str, Any], ground: Theme) -> Path:
    """Where the picture of these settings is, if there is one; named by all that are in force."""
    seen = {name: value for name, value in link.in_force(kind, settings).items() if name not in NOT_SEEN}
    digest = hashlib.sha256(dumps(seen, sort_keys=True).encode()).hexdigest()[:12]
    return THUMBNAILS / f"{family}-{digest}-{ground}.webp"


def picture(lesson: Lesson, settings: Mapping[str, Any]) -> str:
    """HTML of the picture of where a reset to these settings leads; "" if there is none. It is fetched when it comes
    into view."""
    kind = type(lesson.config)
    path = file(lesson.family, kind, in_force_after(kind, lesson.values, **settings), theme())
    if not path.is_file():
        return ""
    size = f'width="{SIZE}" height="{SIZE}"'
    return f'<img class="thumbnail" src="live/thumbnails/{path.name}" {size} alt="" loading="lazy">'


def show(lesson: Lesson, settings: Mapping[str, Any]) -> None:
    """That picture, if there is one."""
    if found := picture(lesson, settings):
        st.html(found)
