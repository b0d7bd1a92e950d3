"""Questions of a browser to the model it looks at: one under way at most, and the newest wins."""

import asyncio
import logging

import numpy as np
from safetensors.numpy import save

from playground.core.contract import Chunk
from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.engine import questions
from playground.engine.hub import Hub

from . import protocol as p
from .viewer import Viewer

log = logging.getLogger(__name__)


class Questions:
    """Those of one connection. Asking never makes the socket wait: frames are acknowledged meanwhile."""

    def __init__(self, hub: Hub, viewer: Viewer):
        self.hub, self.viewer = hub, viewer
        self.next: p.Ask | None = None
        self.task: asyncio.Task | None = None

    def submit(self, question: p.Ask) -> None:
        """Answer this one as soon as the one before it is done; what waited in between is dropped."""
        self.next = question
        if self.task is None or self.task.done():
            self.task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while self.next is not None:
            question, self.next = self.next, None
            try:
                await self._answer(question)
            except UserError as refusal:
                self.viewer.refuse("ask", refusal.sentence(self.viewer.translate))
            except Exception:  # a defect in a family must not end the visitor's connection
                log.exception("ask")
                self.viewer.refuse(
                    "ask",
                    self.viewer.translate(
                        N_("That could not be answered, by a fault of this server; your run is unharmed.")
                    ),
                )

    async def _answer(self, question: p.Ask) -> None:
        places = {}
        for name, rows in question.question.items():
            if len({len(row) for row in rows}) > 1:
                raise UserError(N_("All places of a question have as many coordinates."))
            places[name] = np.array(rows, np.float32)  # (places, coordinates)
        viewer = self.viewer
        if viewer.live_run is None:
            viewer.look(None)  # only the end of a recording has weights: so its end is what is looked at
        step, answer = await self.ask(places)
        run = viewer.live_run.run.id if viewer.live_run else None
        viewer.tell(
            {
                "is": "answer",
                "id": question.id,
                "run": run,
                "step": step,
                **{name: np.round(array.astype(float), 4).tolist() for name, array in answer.items()},
            }
        )

    async def ask(self, places: dict[str, np.ndarray]) -> questions.Answer:
        """What the model looked at makes of something: at the newest step or the past one shown; of a recording, at
        its end."""
        viewer = self.viewer
        if viewer.live_run is not None:
            shown = viewer.frame()
            past = viewer.cursor is not None and shown is not None
            return await self.hub.controls.ask(viewer.live_run, shown.step if past else None, places)
        recording = viewer.recording
        if recording is None:
            raise UserError(N_("Nothing is open on this connection yet."))
        chunk = Chunk("", recording.family, recording.config.model_dump(), recording.step, save(recording.state))
        return await questions.ask_worker(self.hub.slots[0], chunk, places)
