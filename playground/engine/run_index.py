"""Which runs there are, whose they are, and by which settings a visitor finds a run again. Bookkeeping only."""

import hashlib
import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from playground.core.config import Config
from playground.core.errors import UserError
from playground.core.kept import parse_kept
from playground.core.registry import family

from .live_run import LiveRun
from .run import Run
from .store import Store

log = logging.getLogger(__name__)


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
        for about in self.store.abouts():
            try:
                self._load(about)
            except (KeyError, TypeError, AttributeError, ValueError):  # one damaged run must not stop the server
                log.exception("a run that cannot be read")

    def _load(self, about: Mapping[str, Any]) -> None:
        settings = "" if about["events"] or about["parent"] else _settings_now(about["family"], about["config"])
        self._owned.setdefault(about["owner"], {})[about["id"]] = settings
        if about.get("cell"):
            self._cells.add(about["id"])

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
        self._owned.get(run.owner, {})[run.id] = ""

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
    return hashlib.sha256(f"{name} {config.model_dump()}".encode()).hexdigest()


def _settings_now(name: str, config: dict[str, Any]) -> str:
    """The settings of an earlier server under their present names; "" if they are not valid any more."""
    try:
        return _settings(name, parse_kept(family(name).Config, config))
    except UserError:
        return ""
