"""Which runs there are, whose they are, and by which settings a visitor finds a run again. Bookkeeping only."""

import hashlib
from collections.abc import Callable, Iterator, Mapping

from playground.core.aliases import as_before
from playground.core.config import Config

from .live_run import LiveRun
from .run import Run
from .store import Store


class RunIndex:
    """The runs in memory and on disk, by owner."""

    def __init__(self, store: Store):
        self.store = store
        self._owned: dict[str, dict[str, str]] = {}
        """owner -> {run: the settings by which it is found, or ""}, the oldest first"""
        self._cells: set[str] = set()
        """Runs that are cells of a comparison."""
        self._summaries: dict[str, Run] = {}
        """Runs that are not in memory, without their timelines."""

    def owners(self) -> dict[str, str]:
        """Run -> owner."""
        return {name: owner for owner, mine in self._owned.items() for name in mine}

    def load(self) -> None:
        """Find the runs of an earlier server."""
        for run in self.store.summaries():
            self.add(run)

    def add(self, run: Run) -> None:
        if run.cell:
            self._cells.add(run.id)
        untouched = not run.events and run.parent is None
        settings = _settings(run.family, run.config) if untouched else ""
        self._owned.setdefault(run.owner, {})[run.id] = settings

    def discard(self, name: str) -> None:
        self._cells.discard(name)
        for mine in self._owned.values():
            mine.pop(name, None)
        self._summaries.pop(name, None)

    def mark_changed(self, run: Run) -> None:
        """The run was changed by hand: its first settings no longer say what it is."""
        mine = self._owned.get(run.owner, {})
        if run.id in mine:  # it may have been deleted
            mine[run.id] = ""

    def find(self, owner: str, name: str, config: Config) -> Iterator[str]:
        """Runs of an owner that began with these settings and were not changed by hand, the latest first."""
        wanted = _settings(name, config)
        for run, settings in reversed([*self._owned.get(owner, {}).items()]):
            if settings == wanted:
                yield run

    def runs_of(self, owner: str, name: str, live_runs: Mapping[str, LiveRun]) -> list[Run]:
        """An owner's runs of a family, the oldest first; those not in memory without their timelines."""
        mine = self._owned.get(owner, {})
        found = [live_runs[run].run if run in live_runs else self._summary(run) for run in mine]
        return [run for run in found if run is not None and run.family == name]

    def surplus(self, owner: str, cells: bool, most: int, in_use: Callable[[str], bool]) -> list[str]:
        """The oldest unused runs of an owner that have to go so that there is room for one more among `most`."""
        alike = [name for name in self._owned.get(owner, {}) if (name in self._cells) == cells]
        unused = [name for name in alike if not in_use(name)]
        return unused[: max(0, len(alike) + 1 - most)]

    def drop_summary(self, name: str) -> None:
        """The run was read whole."""
        self._summaries.pop(name, None)

    def _summary(self, name: str) -> Run | None:
        if name not in self._summaries:
            found = self.store.summary(name)
            if found is None:
                return None
            self._summaries[name] = found
        return self._summaries[name]


def _settings(name: str, config: Config) -> str:
    """By a hash: there are many runs, and a text among their settings may be long."""
    return hashlib.sha256(f"{name} {as_before(config.model_dump())}".encode()).hexdigest()
