"""The description of a family: titles, its card on the home page, its leaf of the family tree, its entries in the
arena. Every text is a message id.

Each family has a file `about.py` with `ABOUT = About(...)`; home page, tree, arena and registry read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .i18n import N_

BRANCHES = {
    "samples": N_("By comparing samples, without a density"),
    "bound": N_("By a bound on the likelihood, or a reweighted one, with latent codes"),
    "likelihood": N_("By the exact likelihood"),
}
"""The family tree's branches: what the models below each have in common."""

SHARED_CURVES = (
    "loss", "grad", "solver", "sliced_w2", "mmd", "energy", "modes_covered", "high_quality", "mode_kl", "grid_kl",
    "grid_js", "nearest_ratio", "frechet", "nll", "nll_gap",
)  # fmt: skip
"""Names of scalars and scores that several families have; the scores are those of `metrics.scores.METRICS`."""


@dataclass(frozen=True)
class Leaf:
    """A family on the family tree."""

    branch: str
    """Of `BRANCHES`."""
    place: int
    """Its place on the branch, from left to right."""
    how: str
    """One sentence about how it learns."""
    sampling: str
    density: str
    code: str


@dataclass(frozen=True)
class Entry:
    """A model that a family sends to the arena: settings that suit data on the plane."""

    name: str
    place: int
    """Position in the arena, from 0 on; it determines colour and mark."""
    title: str
    how: str
    """One sentence about how it samples."""
    density: str
    """Whether log p is known: exact, a bound, none."""
    latent: str
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class About:
    """A family, for people. `config`, `experiment`: names of its classes in `config.py` and `experiment.py`."""

    title: str
    short: str
    """A title where there is little room."""
    config: str
    experiment: str
    idea: str
    """The text of its card on the home page: two short sentences."""
    curves: tuple[str, ...] = ()
    """Names of the scalars of its steps and of its scores, besides `SHARED_CURVES`: no others are read of a file."""
    leaf: Leaf | None = None
    """None: it makes no samples, so it has no place on the tree."""
    arena: tuple[Entry, ...] = ()
    """None, where it has nothing to do with data on the plane."""
    recording: str | None = None
    """The shipped recording that moves on its card, such as "moons-nsf"; None: the one on the eight Gaussians."""
