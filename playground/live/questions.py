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

from . import commands as c
from .outbox import Outbox
from .view import NOTHING_OPEN, View

log = logging.getLogger(__name__)

NOT_ANSWERED = N_("The model could not answer because of an error on the server. Your run is not affected.")


class Questions:
    """Those of one connection. Asking never makes the socket wait: frames are acknowledged meanwhile."""

    def __init__(self, hub: Hub, view: View, outbox: Outbox):
        self.hub, self.view, self.outbox = hub, view, outbox
        self.next: c.Ask | None = None
        self.task: asyncio.Task | None = None

    def submit(self, question: c.Ask) -> None:
        """Answer this one as soon as the one before it is done; what waited in between is dropped."""
        self.next = question
        if self.task is None or self.task.done():
            self.task = self.outbox.supervisor.start("ask", self._work())

    async def _work(self) -> None:
        while self.next is not None:
            question, self.next = self.next, None
            try:
                await self._answer(question)
            except UserError as refusal:
                self.outbox.refuse("ask", refusal)
            except Exception:  # a defect in a family must not end the visitor's connection
                log.exception("ask")
                self.outbox.refuse("ask", NOT_ANSWERED)

    async def _answer(self, question: c.Ask) -> None:
        places = {}
        for name, rows in question.question.items():
            if len({len(row) for row in rows}) > 1:
                raise UserError(N_("All points of a question need the same number of coordinates."))
            places[name] = np.array(rows, np.float32)  # (places, coordinates)
        if self.view.live_run is None:
            self.view.go_to(None)  # only the end of a recording has weights: so its end is what is looked at
        step, answer = await self.ask(places)
        self.outbox.add(
            {
                "is": "answer",
                "id": question.id,
                "run": self.view.run_id,
                "step": step,
                **{name: np.round(array.astype(float), 4).tolist() for name, array in answer.items()},
            }
        )

    async def ask(self, places: dict[str, np.ndarray]) -> questions.Answer:
        """What the model looked at makes of something: at the newest step or the past one shown; of a recording, at
        its end."""
        view = self.view
        if view.live_run is not None:
            shown = view.frame() if view.cursor is not None else None
            return await self.hub.controls.ask(view.live_run, shown.step if shown else None, places, view.visitor)
        recording = view.recording
        if recording is None:
            raise UserError(NOTHING_OPEN)
        chunk = Chunk("", recording.family, recording.config.model_dump(), recording.step, save(recording.state))
        return await questions.ask_worker(
            self.hub.workers, view.visitor, chunk, places, self.hub.workers.idlest(recording.config)
        )
