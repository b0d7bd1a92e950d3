"""How many runs may train at a time, and how much memory they may take."""

from playground.core.errors import UserError
from playground.core.i18n import N_

from .cost import held
from .eviction import first_to_go
from .limits import Limits
from .live_run import LiveRun

FULL = N_("This server trains {most:run|runs} at a time, and that many are training now. Try again in a moment.")
FULL_ADDRESS = N_(
    "At most {most:run of one network trains|runs of one network train} here at a time, and that many are training "
    "now. Pause one of them first."
)
FULL_BACKGROUND = N_("Only {most:run|runs} at a time may train in the background here. Try again later.")
NO_MEMORY = N_("The memory of this server is full. Try again in a moment.")


class Caps:
    """Of all runs of a server, and of those of one address."""

    def __init__(self, limits: Limits, live_runs: dict[str, LiveRun]):
        self.limits, self.live_runs = limits, live_runs

    def check(self, live_run: LiveRun, background: bool) -> None:
        """`UserError` if the run may not train now, or not in the background."""
        limits, address = self.limits, live_run.visitor.address
        others = [one for one in self.live_runs.values() if one is not live_run and one.playing]
        self._check(others, address, limits.active, limits.active_per_address, FULL, FULL_ADDRESS)
        if background:
            hidden = [one for one in others if one.background]
            most, each = limits.background, limits.background_per_address
            self._check(hidden, address, most, each, FULL_BACKGROUND, FULL_BACKGROUND)

    def _check(self, others: list[LiveRun], address: str, most: int, each: int, full: str, full_address: str) -> None:
        if len(others) >= most:
            raise UserError(full, most=most)
        if sum(one.visitor.address == address for one in others) >= each:
            raise UserError(full_address, most=each)

    @property
    def competing(self) -> int:
        """Number of runs that take turns now: those in the background only where no other one does."""
        active = [live_run for live_run in self.live_runs.values() if live_run.active]
        return sum(bool(live_run.listeners) for live_run in active) or len(active)

    def check_memory(self) -> None:
        """`UserError` if there is no memory for another run."""
        if self.memory > self.limits.memory_mb * 1_000_000:
            raise UserError(NO_MEMORY)

    memory: int = 0
    """Bytes that the histories of all runs took at the last look."""

    def surplus_in_memory(self) -> list[LiveRun]:
        """Runs that have to leave memory: those that nobody looks at, of whoever has most first. Of those that train in
        the background, too: they go on when they are opened again."""
        sizes = {name: held(live_run.run) for name, live_run in self.live_runs.items()}
        self.memory = sum(sizes.values())
        free = [one.run.id for one in self.live_runs.values() if not one.listeners and not one.pending_writes]
        free.sort(key=lambda name: (self.live_runs[name].background, self.live_runs[name].unwatched))
        owners = {name: live_run.visitor for name, live_run in self.live_runs.items()}
        names = first_to_go(sizes, free, owners, self.limits.memory_mb * 1_000_000)
        self.memory -= sum(sizes[name] for name in names)
        return [self.live_runs[name] for name in names]
