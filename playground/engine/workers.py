"""The workers of a server and the turns in front of them: everything that visitors have computed comes through here."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from playground.core.config import Config
from playground.core.errors import UserError
from playground.core.i18n import N_

from .compiled import CompiledWorkers, check_execution
from .executors import Slot, TookTooLong
from .gpus import fitting
from .limits import Limits
from .shares import WATCHED, Line, Shares, Turn
from .telemetry import Telemetry
from .visitor import Visitor

PREPARE_S = 20.0
"""What importing and tracing may take in addition, on a machine that is busy."""
CALL_S = 30.0
"""What else is asked of a worker, such as a measurement, is not cut into turns."""

TOO_LONG = N_(
    "This takes longer than this server allows ({seconds} s) and was stopped. Choose a smaller model or fewer samples."
)


@dataclass(eq=False)
class WorkerTurn:
    """A worker that may be used now, and the turn that it is given for."""

    slot: Slot
    turn: Turn


class Workers:
    """Slots, each with a line in front of it."""

    def __init__(self, limits: Limits, slots: list[Slot], compiled: CompiledWorkers, telemetry: Telemetry):
        self.limits, self.slots, self.compiled = limits, slots, compiled
        self.shares = Shares(limits.shares_per_address, limits.waiting, telemetry.queue_wait.observe)
        self._lines: dict[Slot, Line] = {slot: self.shares.line(movable=not slot.gpu) for slot in slots}
        self._slots = {line: slot for slot, line in self._lines.items()}

    def line(self, slot: Slot) -> Line:
        """The line in front of a worker."""
        if slot not in self._lines:
            self._lines[slot] = self.shares.line()
            self._slots[self._lines[slot]] = slot
        return self._lines[slot]

    def slots_for(self, config: Config) -> list[Slot]:
        """The workers that may compute with these settings: compiled runs have their own, and so has each GPU.
        `UserError` where these are not allowed."""
        check_execution(config, self.limits)
        return self.compiled.slots(self.slots) if config.execution == "compiled" else fitting(self.slots, config)

    def idlest(self, config: Config) -> Slot:
        """The worker with the fewest runs."""
        return min(self.slots_for(config), key=lambda slot: (len(slot.runs), self.line(slot).busy))

    @contextlib.asynccontextmanager
    async def turn(
        self,
        visitor: Visitor,
        slot: Slot,
        rank: Callable[[], int | None] = lambda: WATCHED,
        first: bool = False,
        moves: bool = False,
        long: bool = False,
    ) -> AsyncIterator[WorkerTurn | None]:
        """Wait for a turn at a worker, or with `moves` at another one that is free; None: it is not wanted any more."""
        async with self.shares.turn(visitor, self.line(slot), rank, first, moves, long) as turn:
            yield None if turn is None else WorkerTurn(self._slots[turn.line], turn)

    async def call(
        self, visitor: Visitor, fn: Callable[..., Any], *args: Any, slot: Slot, seconds: float = CALL_S
    ) -> Any:
        """The result of a call that takes one turn. `UserError` when it takes longer than `seconds`, or too much
        waits."""
        async with self.turn(visitor, slot, first=True) as given:
            assert given is not None  # it is always wanted
            try:
                return await given.slot.call(fn, *args, seconds=seconds)
            except TookTooLong:
                raise UserError(TOO_LONG, seconds=f"{seconds:g}") from None
