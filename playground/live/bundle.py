"""All scripts of the components as one file, and all their styles as another.

The sources hold one idea each, about sixty of them; a browser that had to ask for every one kept Streamlit's own
requests waiting behind them. So they are put one into the other when the server starts. Only what the sources use is
understood: `import { a, b as c } from "./x.js"`, one line each, and `export` before `function`, `class`, `const`.

The address of each source still answers, with its part of that file: every module is evaluated once, whoever asks
for it and by whichever address.
"""

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from playground.core.resources import WEB

FOLDERS = ("core", "stage", "draw", "history", "panel", "comparison", "arena", "pad", "lesson", "room")
"""In the order of their styles: what comes later may override."""
IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[\w./]+\.js)";$', re.M)
EXPORT = re.compile(r"^export ((?:async )?(?:function\*?|class|const) (\w+))", re.M)
KINDS = {"js": "text/javascript", "css": "text/css"}


def read(folders: tuple[str, ...] = FOLDERS, here: Path = WEB) -> dict[str, str]:
    """The sources, by their path: "stage/dom.js"; in each folder the style named like it comes first."""
    found = [
        path
        for folder in folders
        for path in sorted((here / folder).glob("*.[jc]s*"), key=lambda p: (p.stem != p.parent.name, p.name))
    ]
    return {f"{path.parent.name}/{path.name}": path.read_text("utf-8") for path in found}


def script(sources: Mapping[str, str]) -> str:
    """One module with an export for each of the scripts; what one imports comes before it."""
    done: dict[str, str] = {}
    for name in sources:
        if name.endswith(".js"):
            _add(name, sources, done, ())
    at = "const $at = (path) => new URL(path + new URL(import.meta.url).search, import.meta.url).href;\n"
    return at + "".join(done.values()) + f"export {{ {', '.join(map(_name, done))} }};\n"


def classic(sources: Mapping[str, str], entry: str) -> str:
    """A classic script of what the module `entry` needs, which calls its `start` in the end. A page that was opened
    from a disk may load no modules."""
    done: dict[str, str] = {}
    _add(entry, sources, done, ())
    at = "const $here = document.currentScript.src;\nconst $at = (path) => new URL(path, $here).href;\n"
    return f'(() => {{\n"use strict";\n{at}{"".join(done.values())}{_name(entry)}.start();\n}})();\n'


def _add(name: str, sources: Mapping[str, str], done: dict[str, str], above: tuple[str, ...]) -> None:
    if name in done:
        return
    if name in above:
        raise ValueError(f"scripts import each other in a circle: {' > '.join([*above, name])}")
    text = sources[name]
    for _, path in IMPORT.findall(text):
        _add(_target(name, path), sources, done, (*above, name))
    given = ", ".join(_exports(text))
    text = IMPORT.sub(lambda m: f"const {{{m[1].replace(' as ', ': ')}}} = {_name(_target(name, m[2]))};", text)
    text = EXPORT.sub(r"\1", text).replace("import.meta.url", f'$at("{name}")')
    if stray := re.search(r"^\s*(import|export)\b.*|\bimport\.meta\b.*", text, re.M):
        raise ValueError(f"{name}: '{stray[0].strip()}' is not understood")
    done[name] = f"const {_name(name)} = (() => {{\n{text}\nreturn {{ {given} }};\n}})();\n"


def _exports(text: str) -> list[str]:
    return [name for _, name in EXPORT.findall(text)]


def _target(name: str, path: str) -> str:
    """What `path` means in the module `name`: always one of the folders beside each other."""
    return path.removeprefix("../") if path.startswith("../") else f"{name.split('/')[0]}/{path.removeprefix('./')}"


def _name(name: str) -> str:
    return name.removesuffix(".js").replace("/", "$")


class Bundle:
    """The two files, their version, and what each source's own address answers."""

    def __init__(self, sources: Mapping[str, str]):
        self.sources = sources
        styles = "".join(text for name, text in sources.items() if name.endswith(".css"))
        self.files = {"js": script(sources).encode(), "css": styles.encode()}
        self.version = hashlib.sha256(b"".join(self.files.values())).hexdigest()[:16]
        self.packed = {kind: gzip.compress(raw, 9, mtime=0) for kind, raw in self.files.items()}

    def part(self, name: str) -> str | None:
        """A module that hands on its part of the whole; None: there is no such script."""
        if name not in self.sources or not name.endswith(".js"):
            return None
        names = ", ".join(_exports(self.sources[name]))
        return (
            f'import {{ {_name(name)} }} from "../all.js?v={self.version}";\n'
            f"export const {{ {names} }} = {_name(name)};\n"
        )

    def links(self) -> Iterator[str]:
        """For a page's head: what a browser will need for the stage."""
        yield f'<link rel="modulepreload" href="./live/all.js?v={self.version}">'
        yield '<script type="module" async src="./live/stage/mount.js"></script>'  # run while Streamlit's are fetched
        yield f'<link rel="preload" as="style" href="./live/all.css?v={self.version}">'

    def answer(self, request: Request, kind: str) -> Response:
        """`all.js` or `all.css`: under the address of this version for ever, under any other asked after each time."""
        tag = f'"{self.version}"'
        forever = request.query_params.get("v") == self.version
        headers = {
            "etag": tag,
            "vary": "accept-encoding",
            "cache-control": "public, max-age=31536000, immutable" if forever else "no-cache",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.packed[kind], media_type=KINDS[kind], headers={**headers, "content-encoding": "gzip"})
        return Response(self.files[kind], media_type=KINDS[kind], headers=headers)


@cache
def bundle() -> Bundle:
    """That of the sources as they are when it is first asked for."""
    return Bundle(read())
