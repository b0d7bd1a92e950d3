"""The whole static edition, as files in memory and then in a folder."""

import io
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from playground.classroom import catalogue
from playground.core.errors import UserError
from playground.core.i18n import LANGUAGES, translator
from playground.core.registry import family
from playground.core.strict_json import dumps
from playground.engine.recording import Recording
from playground.live.bundle import classic, read
from playground.render.palette import PALETTES
from playground.render.picture import picture

from . import pages
from .lessons import prepare
from .recordings import files
from .words import words

STYLES = ("core", "stage", "draw", "history", "lesson", "site")
"""The folders of `web/` whose styles a lesson needs."""
MARK = "playground.js"
"""A folder with this file was written by this command, and may be written anew."""
SIDE = 220
README = """---
title: Playground of generative models
emoji: 🎛️
colorFrom: blue
colorTo: green
sdk: static
app_file: index.html
pinned: false
---

# Playground of generative models

Lessons with recorded trainings, as plain files: any web server can hand them out, a static Space too, and `index.html`
opens from a disk. `python -m playground site OUT` of the playground wrote this folder.
"""


def site(environ: Mapping[str, str], app: str = "") -> dict[str, bytes]:
    """All files of the site, by their paths. `environ` may name a folder with further lessons; `app`: the address of
    the app, "" if there is none to link to."""
    made: dict[str, bytes] = {"README.md": README.encode(), ".nojekyll": b"", **code()}
    recordings: dict[str, Recording] = {}
    pictured: set[str] = set()
    for lang in LANGUAGES:
        lessons = [prepare(listed, lang, app) for listed in catalogue.listed(lang, environ)]
        for one in lessons:
            recordings |= one.recordings
            made[one.path] = pages.lesson(one).encode()
        shown = {one.name: name for one in lessons if (name := next(iter(one.recordings), None))}
        made[pages.HOMES[lang]] = pages.home(lang, lessons, app, shown).encode()
        text = dumps(words(translator(lang)), ensure_ascii=False, separators=(",", ":"))
        made[f"words.{lang}.js"] = f"globalThis.playgroundWords =\n{text};\n".encode()
        pictured |= set(shown.values())
    for name, recording in recordings.items():
        made |= files(recording, LANGUAGES) | (pictures(recording) if name in pictured else {})
    return made


def code() -> dict[str, bytes]:
    """The scripts and styles, the same for all pages."""
    sources = read((*STYLES, "panel", "room"))
    styles = "".join(text for name, text in sources.items() if name.endswith(".css") and name.split("/")[0] in STYLES)
    return {MARK: classic(sources, "site/mount.js").encode(), "playground.css": styles.encode()}


def pictures(recording: Recording) -> dict[str, bytes]:
    """The end of a recording on both grounds."""
    scene = family(recording.family).scene(recording.last, recording.config)
    found = {}
    for ground in PALETTES:
        out = io.BytesIO()
        picture(scene, 2 * SIDE, ground, supersample=2).save(out, "WEBP", quality=70, method=6)
        found[f"pictures/{recording.name}-{ground}.webp"] = out.getvalue()
    return found


def write(out: Path, made: Mapping[str, bytes]) -> None:
    """Write the files into a folder, which is new afterwards. `UserError` where the folder holds something else, or
    cannot be written."""
    check(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as folder:
            whole = Path(folder) / "site"
            for name, raw in made.items():
                path = whole / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(raw)
            if out.exists():
                shutil.rmtree(out)
            whole.replace(out)
    except OSError as error:
        raise UserError("{path} cannot be written: {why}.", path=out, why=error.strerror or error) from None


def check(out: Path) -> None:
    """`UserError` where the folder is not to be replaced."""
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise UserError("{path} is a folder with other files in it; name a new one.", path=out)
    if out.exists() and not out.is_dir():
        raise UserError("{path} is a file; name a folder.", path=out)
