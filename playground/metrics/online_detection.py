"""Scores of online action detection: one prediction a frame, judged frame by frame over all test streams together.

Average precision of a class depends on how rare the class is; calibrated average precision does not (De Geest et al.
2016, Online Action Detection: false positives weigh as if there were as many negatives as positives). Random scores
reach about the share of positives, and about one half.

Frames with the same score are judged together: they pass a threshold together, so their order can't matter.
"""

import numpy as np

BACKGROUND, AMBIGUOUS = 0, -1
"""Labels of frames without an action, and of frames that are not judged."""


def average_precision(scores: np.ndarray, positive: np.ndarray, calibrated: bool = False) -> float:
    """The mean over the positives of the precision at the threshold that lets each of them pass.

    `scores` (n,), `positive` (n,) bool. Precision is TP / (TP + FP), calibrated w TP / (w TP + FP) with
    w = negatives / positives. NaN where there is no positive, or a score is no number.
    """
    scores, positive = np.asarray(scores, np.float64), np.asarray(positive, bool)
    positives = int(positive.sum())
    if not positives or np.isnan(scores).any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    sorted_scores = scores[order]
    last = np.flatnonzero(np.append(sorted_scores[1:] != sorted_scores[:-1], True))  # of each group of equal scores
    true = np.cumsum(positive[order])[last].astype(np.float64)  # (groups,)
    false = last + 1 - true
    weight = (len(scores) - positives) / positives if calibrated else 1.0
    kept = np.diff(true, prepend=0.0)  # positives in each group
    passed = kept > 0  # elsewhere precision does not count, and may be 0 / 0
    precision = np.ones_like(true)
    if weight:  # without negatives every precision is 1
        precision[passed] = weight * true[passed] / (weight * true[passed] + false[passed])
    return float((kept[passed] * precision[passed]).sum() / positives)


def class_average_precisions(p: np.ndarray, labels: np.ndarray, calibrated: bool = False) -> np.ndarray:
    """Of every class (classes,): `p` (n, classes), `labels` (n,). All other classes, background too, are negatives;
    ambiguous frames are left out. NaN for the background, and for classes without a positive frame."""
    p, labels = np.asarray(p), np.asarray(labels)
    judged = labels != AMBIGUOUS
    p, labels = p[judged], labels[judged]
    found = np.full(p.shape[1], np.nan)
    for number in range(BACKGROUND + 1, p.shape[1]):
        found[number] = average_precision(p[:, number], labels == number, calibrated)
    return found


def mean_average_precision(p: np.ndarray, labels: np.ndarray, calibrated: bool = False) -> float:
    """mAP, or mcAP, over the actions that occur; arguments as of `class_average_precisions`. NaN where none occurs, or
    a score of one that does is no number."""
    found = class_average_precisions(p, labels, calibrated)
    present = np.isin(np.arange(len(found)), labels) & (np.arange(len(found)) > BACKGROUND)
    return float(found[present].mean()) if present.any() else float("nan")


def chance(labels: np.ndarray, n: int = 10, seed: int = 0) -> np.ndarray:
    """mAP and mcAP (n, 2) of `n` times random scores for these labels: their mean is the floor of a score, their
    deviation says how far it may be from there by luck."""
    generator = np.random.default_rng(seed)
    labels = np.asarray(labels)
    classes = int(labels.max(initial=BACKGROUND)) + 1
    found = np.empty((n, 2))
    for row in found:
        p = generator.random((len(labels), classes))
        row[:] = [mean_average_precision(p, labels, calibrated) for calibrated in (False, True)]
    return found
