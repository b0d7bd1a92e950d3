"""Findings about the run that a browser looks at: its family is asked about once a second, changes are sent."""

import logging
import time
from typing import Any
from weakref import WeakKeyDictionary

from playground.core.diagnosis import Finding, History
from playground.core.i18n import Translate, fill
from playground.core.registry import family
from playground.engine.live_run import LiveRun
from playground.engine.run import Run

log = logging.getLogger(__name__)

EVERY_S = 1.0

_known: WeakKeyDictionary[Run, tuple[int, list[Finding]]] = WeakKeyDictionary()
"""Run -> (step, what was found there): many viewers of one run cost as much as one."""


def history(run: Run) -> History:
    """What a run has shown so far, as its family's diagnosis reads it; nothing is copied."""
    scalars = run.timeline.scalars
    ended = run.stopped[1].get("quantity") if run.stopped else None
    return History(
        run.config_now(),
        run.step,
        {name: scalars.rows[:, i] for i, name in enumerate(scalars.names)},
        run.timeline.scores,
        run.newest.arrays if run.newest else {},
        ended,
    )


def diagnose(run: Run) -> list[Finding]:
    """What is found now."""
    step, found = _known.get(run, (-1, []))
    if step != run.step or run.stopped:
        try:
            found = family(run.family).diagnose(history(run))
        except Exception:  # a defect of a rule must not end the visitor's connection
            log.exception("diagnosis of %s", run.id)
            found = []
        _known[run] = run.step, found
    return found


class DiagnosisFeed:
    """Remembers which findings one browser has."""

    def __init__(self):
        self.run: Run | None = None
        self.at = 0.0
        self.seen: tuple[int, bool] | None = None
        self.sent: list[tuple[str, dict[str, Any]]] = []
        """Run and finding, as the reader has it: its numbers are new while the run goes on."""

    def news(self, live_run: LiveRun | None, live: bool, translate: Translate) -> dict[str, Any] | None:
        """The message that is due, if there is one. Findings are of the newest step: a look back shows none."""
        run = live_run.run if live_run is not None and live else None
        if run is not self.run:
            self.run, self.at, self.seen = run, 0.0, None
        if run is not None and (self._now() == self.seen or time.monotonic() < self.at + EVERY_S):
            return None
        self.at, self.seen = time.monotonic(), self._now()
        found = [(run.id, describe(finding, run, translate)) for finding in diagnose(run)] if run is not None else []
        if found == self.sent:
            return None
        self.sent = found
        return {"is": "diagnosis", "findings": [described for _, described in found]}

    def waits(self) -> list[float]:
        """Seconds until there may be news, if the run has moved on."""
        if self.run is None or self._now() == self.seen:
            return []
        return [self.at + EVERY_S - time.monotonic()]

    def _now(self) -> tuple[int, bool] | None:
        return (self.run.step, bool(self.run.stopped)) if self.run is not None else None


def describe(finding: Finding, run: Run, translate: Translate) -> dict[str, Any]:
    """A finding in the reader's language."""
    rule = finding.rule
    return {
        "name": finding.name,
        "title": translate(rule.title),
        "text": fill(translate(finding.text), **finding.values),
        "rule": fill(translate(rule.rule), **rule.limits),
        "remedy": {"text": translate(rule.remedy), "settings": finding.remedy(run.config_now())},
    }
