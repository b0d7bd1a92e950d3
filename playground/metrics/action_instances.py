"""Scores that look at whole actions, from their beginning to their end: how well each tenth of them is recognised, and
how long it takes until an action is noticed."""

import numpy as np

from .online_detection import AMBIGUOUS, BACKGROUND, average_precision

PORTIONS = 10


def instances(labels: np.ndarray, first: np.ndarray) -> np.ndarray:
    """[start, stop, class] (k, 3) of every action, in order: frames start to stop - 1 of one stream with one label.

    `labels` (n,), `first` (n,) the index of the first frame of each frame's stream. An ambiguous frame ends an action.
    """
    labels, first = np.asarray(labels, np.int64), np.asarray(first, np.int64)
    if not len(labels):
        return np.empty((0, 3), np.int64)
    begins = np.append(True, (labels[1:] != labels[:-1]) | (first[1:] != first[:-1]))
    start = np.flatnonzero(begins)
    found = np.stack([start, np.append(start[1:], len(labels)), labels[start]], 1)
    return found[found[:, 2] > BACKGROUND]


def portion_of(labels: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Which tenth of its action each frame is in, 0 to 9 (n,): frame i of n is in tenth floor(10 (i + 1/2) / n), so
    that ten frames are in ten different ones; -1 outside of actions. Arguments as of `instances`."""
    tenth = np.full(len(labels), -1)
    for start, stop, _ in instances(labels, first):
        length = stop - start
        tenth[start:stop] = PORTIONS * (2 * np.arange(length) + 1) // (2 * length)
    return tenth


def portions(p: np.ndarray, labels: np.ndarray, first: np.ndarray) -> np.ndarray:
    """mcAP of each tenth of the actions (10,): of every class, only the positives of that tenth, and all negatives (as
    reported by Xu et al. 2019, Temporal Recurrent Networks). NaN where no action has a frame.

    `p` (n, classes); other arguments as of `instances`.
    """
    p, labels = np.asarray(p), np.asarray(labels)
    tenth = portion_of(labels, first)
    found = np.full(PORTIONS, np.nan)
    for number in range(PORTIONS):
        scores = []
        for action in np.unique(labels[tenth == number]):
            kept = ((labels == action) & (tenth == number)) | ((labels != action) & (labels != AMBIGUOUS))
            scores.append(average_precision(p[kept, action], labels[kept] == action, calibrated=True))
        if scores:
            found[number] = np.mean(scores)
    return found


def delays(p: np.ndarray, labels: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Frames from the beginning of each action to the first of its frames at which its class is the likeliest (k,), in
    the order of `instances`; 0: at once, NaN: never. Of equally likely classes the one with the lowest number counts.

    `p` (n, classes); other arguments as of `instances`.
    """
    likeliest = np.argmax(p, 1)
    found = instances(labels, first)
    late = np.full(len(found), np.nan)
    for k, (start, stop, action) in enumerate(found):
        noticed = np.flatnonzero(likeliest[start:stop] == action)
        if len(noticed):
            late[k] = noticed[0]
    return late
