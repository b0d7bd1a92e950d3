"""Shipped recordings as files that a browser reads without a server.

Of each recording there are two: the arrays of its frames, and for each language what is said about them. A file is a
script that leaves a text in `playgroundFiles`, since a page opened from a disk may not fetch anything; the text is
base64 of gzip. `web/site/files.js` reads them, and puts messages together as the socket sends them (live/protocol.py).
"""

import base64
import gzip
import json
import math
from collections.abc import Iterable
from functools import cache
from typing import Any

from playground.core.config import Config
from playground.core.i18n import translator
from playground.core.registry import family
from playground.core.strict_json import dumps
from playground.engine.recording import Recording, shipped
from playground.live.protocol import describe_charts, describe_diagram, encode_frame

FOLDER = "recordings"
COMPUTES = {"execution", "device"}
"""How and where a training computes makes no difference to its recording."""


def find(name: str, config: Config) -> Recording | None:
    """The shipped training of a family with these settings."""
    wanted = config.model_dump(exclude=COMPUTES)
    return next((r for r in _shipped(name) if r.config.model_dump(exclude=COMPUTES) == wanted), None)


@cache
def _shipped(name: str) -> list[Recording]:
    return shipped(name)


def files(recording: Recording, languages: Iterable[str]) -> dict[str, bytes]:
    """The files of a recording, by their path in the site. `ValueError` if its arrays depend on the language."""
    name = recording.name
    packed = {lang: _packed(recording, lang) for lang in languages}
    (arrays, *others) = {raw for raw, _ in packed.values()}
    if others:
        raise ValueError(f"{name}: the arrays depend on the language")
    found = {f"{FOLDER}/{name}.js": _script(name, arrays)}
    for lang, (_, told) in packed.items():
        text = dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        found[f"{FOLDER}/{name}.{lang}.js"] = _script(f"{name}.{lang}", text)
    return found


def _script(name: str, raw: bytes) -> bytes:
    packed = base64.b64encode(gzip.compress(raw, 9, mtime=0)).decode()
    return f"(globalThis.playgroundFiles ??= {{}})[{dumps(name)}] =\n{dumps(packed)};\n".encode()


def _packed(recording: Recording, lang: str) -> tuple[bytes, dict[str, Any]]:
    """The arrays of all frames, one after the other; and all that is said of them, as `live/viewer.py` sends it."""
    translate, known = translator(lang), family(recording.family)
    scores = {
        name: [round(value, 6) if math.isfinite(value) else None for value in score]
        for name, score in recording.scores.items()
    }
    arrays: list[bytes] = []
    headers: list[dict[str, Any]] = []
    diagram = None
    for step, frame in sorted(recording.timeline.frames.items.items()):
        scene = known.scene(frame, recording.config)
        if not headers and scene.diagram is not None:
            diagram = describe_diagram(scene.diagram, translate)
        header = {"run": None, "step": step, "points": [], "scores": scores}
        message = encode_frame(header, scene, translate)
        start = 8 + int.from_bytes(message[4:8], "little")
        headers.append(json.loads(message[8:start]))
        arrays.append(message[start:])
    return b"".join(arrays), {
        "watching": {"parts": [], "charts": describe_charts(known.charts(recording.config), translate)},
        "points": recording.timeline.curve(),
        "diagram": diagram,
        "steps": [header["step"] for header in headers],
        "head": recording.step,
        "frames": headers,
        "sizes": [len(part) for part in arrays],
    }
