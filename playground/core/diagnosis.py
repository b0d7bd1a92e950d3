"""What can be found wrong with a training from its numbers alone: each with its rule and a remedy.

A family may have a module `diagnosis` with `diagnose(History) -> list[Finding]`, the worst first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .config import Config
from .i18n import N_
from .score import Score

NEWEST = 50
"""Steps, or measurements, among which the newest number of a curve is sought: half steps leave gaps."""


@dataclass(frozen=True)
class History:
    """The history of a run that the diagnosis reads."""

    config: Any
    """The settings in force now, of the family's `Config`."""
    step: int
    scalars: Mapping[str, np.ndarray]
    """Every scalar of every step, (steps,) each; gaps are NaN."""
    scores: Sequence[tuple[int, Mapping[str, Score]]] = ()
    """(step, quality), the oldest first."""
    frame: Mapping[str, np.ndarray] = field(default_factory=dict)
    """The arrays of the newest picture."""
    broken: str | None = None
    """The scalar that stopped being a number and so ended the run."""

    def last(self, name: str, steps: int) -> np.ndarray:
        """A scalar over the last `steps` steps, its gaps left out; empty while there are fewer."""
        column = self.scalars.get(name, np.empty(0))
        recent = column[-steps:] if len(column) >= steps else column[:0]
        return recent[np.isfinite(recent)].astype(np.float64)

    def newest(self, name: str) -> float:
        """Where the curve of a scalar or a score ends; NaN where there is none. A finding that the curve contradicts
        here has ended, and a sentence that names the curve says this number."""
        column = self.scalars.get(name, np.empty(0))[-NEWEST:]
        values = [*column, *(scores[name].value for _, scores in self.scores[-NEWEST:] if name in scores)]
        return float(next((value for value in reversed(values) if np.isfinite(value)), np.nan))

    def scored(self, name: str, since: int) -> list[Score]:
        """A quality at all steps from `since` on where it was measured."""
        return [scores[name] for step, scores in self.scores if step >= since and name in scores]


@dataclass(frozen=True)
class Rule:
    """When something counts as found: title and rule are message ids, the limits fill the rule's `{names}`."""

    title: str
    rule: str
    limits: Mapping[str, Any]
    remedy: str
    """The remedy in words (a message id)."""
    settings: Mapping[str, Any]
    """The same as settings."""


@dataclass(frozen=True)
class Finding:
    """Something that was found; `text` is a message id whose `{names}` are filled from `values`."""

    name: str
    rule: Rule
    text: str
    values: Mapping[str, Any]

    def remedy(self, config: Config) -> dict[str, Any]:
        """The settings of the remedy that are not in force already."""
        return {name: value for name, value in self.rule.settings.items() if getattr(config, name) != value}


def divergence_rule(
    remedy: str = N_("Adam with a lower learning rate and gradient clipping, as a new run with the same seed."),
    **settings: Any,
) -> Rule:
    """The rule for divergence of every family that learns by gradients; `settings` are those of its remedy."""
    rule = N_("The loss, the gradient or a weight is no longer a finite number.")
    return Rule(N_("Divergence"), rule, {}, remedy, settings)


def divergence(
    history: History,
    rule: Rule,
    text: str = N_(
        "{quantity} is no longer a finite number; the last finite state is kept. Each step made the next one larger."
    ),
) -> list[Finding]:
    """Found in a run that a number which is not finite has ended."""
    return [] if history.broken is None else [Finding("divergence", rule, text, {"quantity": history.broken})]
