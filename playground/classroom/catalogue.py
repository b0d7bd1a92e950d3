"""The lessons that came with the playground, and those of the folder `PLAYGROUND_LESSONS`."""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine.paths import runs_root

from . import journal, link
from .lesson import Lesson, read

log = logging.getLogger(__name__)

SHIPPED = Path(__file__).parent / "lessons"
VARIABLE = "PLAYGROUND_LESSONS"
ENDING = ".lesson.json"
NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
OF_ROOM = re.compile(r"room-([A-Z]{5})")
"""The lesson of a room is found by its code: who knows it may join."""
MAX_LISTED = 200


@dataclass(frozen=True)
class Listed:
    """A lesson in a folder: `name.lang.lesson.json`, or `name.lesson.json` in whatever language it says."""

    name: str
    lesson: Lesson
    left_out: tuple[UserError, ...] = ()


def listed(lang: str, environ: Mapping[str, str] = os.environ) -> list[Listed]:
    """All lessons for a reader of `lang`, the shipped ones first; each in that language where there is one. What
    cannot be read is left out, and logged."""
    found: dict[str, Listed] = {}
    for folder in _folders(environ):
        for name in sorted({path.name.split(".")[0] for path in folder.glob(f"*{ENDING}")})[:MAX_LISTED]:
            try:
                found.setdefault(name, _read(folder, name, lang))
            except (UserError, OSError) as error:
                log.warning("lesson %s: %s", name, error)
    return list(found.values())


def named(name: str, lang: str, environ: Mapping[str, str] = os.environ) -> Listed:
    """The lesson of a link: one by its name, or one that the link holds whole. `UserError` if there is none."""
    if link.CODE.fullmatch(name) and len(name) > len(link.MARK) + 60:
        lesson, left_out = link.decode(name)
        return Listed(name, lesson, tuple(left_out))
    if found := OF_ROOM.fullmatch(name):
        return Listed(name, journal.lesson_of(runs_root() / journal.FOLDER, found[1]))
    if NAME.fullmatch(name):
        for folder in _folders(environ):
            try:
                return _read(folder, name, lang)
            except FileNotFoundError:
                continue
    raise UserError(N_("There is no lesson '{name}' here."), name=name[:60])


def _folders(environ: Mapping[str, str]) -> list[Path]:
    return [SHIPPED, *([Path(environ[VARIABLE])] if environ.get(VARIABLE) else [])]


def _read(folder: Path, name: str, lang: str) -> Listed:
    """`FileNotFoundError` if the folder has no lesson of that name."""
    there = [path for path in sorted(folder.glob(f"{name}.*")) if path.name.endswith(ENDING)]
    wanted = [folder / f"{name}.{lang}{ENDING}", folder / f"{name}{ENDING}", *there]
    for path in wanted:
        if path in there:
            lesson, left_out = read(path.read_bytes())
            return Listed(name, lesson, tuple(left_out))
    raise FileNotFoundError(name)
