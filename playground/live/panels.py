"""Panels: what a browser's dials ask of the model it looks at, answered with scenes.

An answer is one binary message: `PGP1`, the length of its header (uint32, little-endian), the header (JSON, padded to
a multiple of 8) and the scenes one after the other, each as `protocol.encode_frame` writes it; `sizes` in the header
are their lengths in bytes.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from playground.core.errors import UserError
from playground.core.foreign_text import one_line
from playground.core.i18n import N_, Translate
from playground.core.panels import Panel, question, validate
from playground.core.registry import family
from playground.core.scene import Scene
from playground.core.strict_json import dumps

from . import commands as c
from .outbox import Outbox
from .protocol import encode_frame
from .questions import NOT_ANSWERED, Questions
from .view import View

log = logging.getLogger(__name__)

MAGIC = b"PGP1"
MAX_WAITING = 8
"""Panels of one browser that may wait for their turn."""
UNREAD_S = 0.02


class Panels:
    """Those of one connection: of each panel the newest question is answered, one after the other."""

    def __init__(self, questions: Questions, view: View, outbox: Outbox):
        self.questions, self.view, self.outbox = questions, view, outbox
        self.waiting: dict[str, c.Panel] = {}
        self.task: asyncio.Task | None = None

    def submit(self, asked: c.Panel) -> None:
        """Answer this in its turn; an older question of the same panel gives up its place to it."""
        if asked.name not in self.waiting and len(self.waiting) >= MAX_WAITING:
            self._refuse(asked, UserError(N_("Too many panels are waiting for an answer.")))
            return
        self.waiting[asked.name] = asked
        if self.task is None or self.task.done():
            self.task = self.outbox.supervisor.start("panel", self._work())

    async def _work(self) -> None:
        while self.waiting:
            await self._sent()
            asked = self.waiting.pop(next(iter(self.waiting)))
            if self.view.timeline is None:
                continue  # the browser has left
            try:
                self.outbox.add(await self._answer(asked))
            except UserError as refusal:
                self._refuse(asked, refusal)
            except Exception:  # a defect in a family must not end the visitor's connection
                log.exception("panel %s", one_line(asked.name))
                self._refuse(asked, UserError(NOT_ANSWERED))

    async def _sent(self) -> None:
        """Wait for a browser that has not read its last answer: what it asks meanwhile replaces what waits."""
        while self.view.timeline is not None and self.outbox.answers_waiting:
            await asyncio.sleep(UNREAD_S)

    def _refuse(self, asked: c.Panel, refusal: UserError) -> None:
        text = refusal.sentence(self.outbox.translate)
        self.outbox.add({"is": "panel_refused", "id": asked.id, "name": asked.name, "text": text})

    async def _answer(self, asked: c.Panel) -> bytes:
        view, kind = self.view, family(self.view.family)
        run, shown = view.run_id, view.frame()
        config = view.config_at(shown.step if shown else view.head)
        known = {panel.name: panel for panel in kind.panels(config)}
        if asked.name not in known:
            raise UserError(N_("These settings have no panel '{name}'."), name=asked.name)
        panel = known[asked.name]
        values = validate(panel, asked.values)
        step, answer = await self.questions.ask(question(panel, values))
        header = {"is": "panel", "id": asked.id, "name": panel.name, "run": run, "step": step}

        def drawn() -> bytes:
            return encode(header, kind.draw_panel(panel.name, answer, values, config), self.outbox.translate)

        return await asyncio.to_thread(drawn)  # a family may compute the truth beside it: frames go on meanwhile


def encode(header: Mapping[str, Any], scenes: Sequence[tuple[str, Scene]], translate: Translate) -> bytes:
    """(title, scene) side by side as one message."""
    parts = [encode_frame({"title": translate(title) if title else ""}, scene, translate) for title, scene in scenes]
    text = dumps({**header, "sizes": [len(part) for part in parts]}, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 8) % 8)
    return b"".join([MAGIC, len(text).to_bytes(4, "little"), text, *parts])


def describe(panel: Panel, translate: Translate) -> dict[str, Any]:
    """A `scene.Panel` as the browser builds it: every text in the reader's language."""

    def translated(text: str) -> str:
        return translate(text) if text else ""

    return {
        "name": panel.name,
        "title": translated(panel.title),
        "help": translated(panel.help),
        "live": panel.live,
        "dials": [
            {
                "name": d.name,
                "title": translated(d.title),
                "help": translated(d.help),
                "kind": d.kind,
                "default": list(d.default) if isinstance(d.default, tuple) else d.default,
                "low": d.low,
                "high": d.high,
                "step": d.step,
                "log": d.log,
                "options": [[value, translated(title)] for value, title in d.options],
                "shape": list(d.shape),
                "longest": d.longest,
                "when": {name: list(wanted) for name, wanted in d.when.items()},
            }
            for d in panel.dials
        ],
    }
