"""A smartwatch at exercises of the shoulder: real recordings (Burns et al. 2018, arXiv 1802.01489).

Ten people did seven exercises with either arm; the watch measured acceleration and rotation, three axes each, fifty
times a second. The package seglearn ships the recordings inside its wheel (BSD licence). They are read from its file,
and the package itself is not imported.

Each recording is of one exercise, so streams are put together of pieces: five exercises are actions, the other two are
the movement between them. The last three people are for the test alone.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from .restricted_pickle import load
from .stream_data import BACKGROUND, StreamData

PACKAGE, FILE = "seglearn", "data/watch_dataset.npy"
CHANNELS = 6
AVERAGED, FPS = 5, 10.0
"""So many of 50 rows a second become one frame: ten frames a second."""
ACTIONS = {
    "ABD": N_("abduction"),
    "FEL": N_("forward elevation"),
    "IR": N_("internal rotation"),
    "ER": N_("external rotation"),
    "TRAP": N_("trapezius extension"),
}
"""Exercises that are to be detected: as the file calls them -> as they are called on screen."""
OTHER = ("PEN", "ROW")
"""Pendulum and upright row: movement that is no action."""
TESTED, CHOSEN_BY = 3, 1
"""Of the people in the file's order, the last three are for the test, the one before them for validation."""
STREAMS = {"train": 40, "valid": 6, "test": 12}
FRAMES = 500
"""Of each stream."""
SHORTEST, LONGEST = 8, 60
FADE = 2
"""Frames over which one piece fades into the next."""
SEED = 14


@dataclass(frozen=True, kw_only=True)
class Watch(StreamData):
    """Means of acceleration and rotation over a tenth of a second."""

    name: str = "watch"
    title: str = N_("Smartwatch")

    @property
    def description(self) -> str:
        return N_(
            "A smartwatch on the arm of people who exercise a shoulder: acceleration and rotation. The people of the "
            "test are not among those of the training."
        )

    @property
    def class_names(self) -> tuple[str, ...]:
        return (N_("other movement"), *ACTIONS.values())

    @property
    def fps(self) -> float:
        return FPS

    @property
    def dim(self) -> int:
        return CHANNELS

    def recorded(self, part: str) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        return _put_together(part)


@dataclass(frozen=True, eq=False)
class Recording:
    """One exercise of one arm."""

    exercise: str
    subject: int
    side: int
    frames: np.ndarray  # (frames, 6) float32, locked, ten a second


def subjects(part: str) -> tuple[int, ...]:
    """The numbers of the people of a part."""
    known = sorted({one.subject for one in recordings()})
    held = len(known) - TESTED
    return tuple(
        {"train": known[: held - CHOSEN_BY], "valid": known[held - CHOSEN_BY : held], "test": known[held:]}[part]
    )


def path() -> Path:
    """Where the recordings are; `UserError` where the package is not installed."""
    package = find_spec(PACKAGE)
    found = Path(package.origin).parent / FILE if package is not None and package.origin is not None else None
    if found is None or not found.is_file():
        raise UserError(
            N_("The smartwatch's recordings come with the package {package}: pip install {package}."), package=PACKAGE
        )
    return found


@lru_cache(maxsize=1)
def recordings() -> tuple[Recording, ...]:
    """All of them, in the file's order."""
    where = path()
    with where.open("rb") as file:
        table = load(file, where.name)
    names = [str(name) for name in np.asarray(table["y_labels"]).ravel()]
    return tuple(
        Recording(names[int(kind)], int(subject), int(side), _averaged(np.asarray(rows)))
        for rows, kind, subject, side in zip(table["X"], table["y"], table["subject"], table["side"], strict=True)
    )


def _averaged(rows: np.ndarray) -> np.ndarray:
    """Means of five rows each (n, 6) -> (n // 5, 6); the rest at the end is left out."""
    whole = len(rows) // AVERAGED
    frames = rows[: whole * AVERAGED].reshape(whole, AVERAGED, -1).mean(1).astype(np.float32)
    frames.setflags(write=False)
    return frames


@lru_cache(maxsize=3)
def _put_together(part: str) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """The streams of a part, each of one arm of one person; arms take turns."""
    random = np.random.default_rng([SEED, list(STREAMS).index(part)])
    arms = [(subject, side) for side in (0, 1) for subject in subjects(part)]
    return tuple(_stream(*arms[k % len(arms)], random) for k in range(STREAMS[part]))


def _stream(subject: int, side: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of background and of actions in turn: (FRAMES, 6) float32, (FRAMES,) int64. A piece goes on for two frames
    under the beginning of the next, to which the label belongs."""
    own = [one for one in recordings() if (one.subject, one.side) == (subject, side)]
    actions = list(ACTIONS)
    resting = bool(random.integers(2))
    frames, labels, total, fading = [], [], 0, None
    while total < FRAMES:
        candidates = [one for one in own if (one.exercise in OTHER) == resting]
        chosen = candidates[random.integers(len(candidates))]
        length = int(random.integers(SHORTEST, LONGEST + 1))
        start = int(random.integers(len(chosen.frames) - length - FADE + 1))
        piece = chosen.frames[start : start + length + FADE].copy()
        if fading is not None:
            share = np.arange(1, FADE + 1, dtype=np.float32)[:, None] / (FADE + 1)
            piece[:FADE] = share * piece[:FADE] + (1 - share) * fading
        fading = piece[length:].copy()
        frames.append(piece[:length])
        labels.append(np.full(length, BACKGROUND if resting else 1 + actions.index(chosen.exercise)))
        total, resting = total + length, not resting
    return np.concatenate(frames)[:FRAMES], np.concatenate(labels)[:FRAMES].astype(np.int64)
