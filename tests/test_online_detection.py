"""Scores of online action detection against scikit-learn, closed forms and examples worked out by hand.

Seeds are fixed; the error rates stated are what a fresh seed would risk with correct code.
"""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from playground.metrics.action_instances import delays, instances, portion_of, portions
from playground.metrics.online_detection import (
    average_precision,
    chance,
    class_average_precisions,
    mean_average_precision,
)

NAN = float("nan")


def bits(text: str) -> np.ndarray:
    return np.array([letter == "1" for letter in text])


def drawn(n: int, share: float, ties: bool, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Scores and positives: positives score higher; with ties only some values occur."""
    generator = np.random.default_rng(seed)
    positive = generator.random(n) < share
    positive[0] = True
    scores = generator.normal(size=n) + positive
    return (np.round(scores) if ties else scores), positive


# average precision of a class


def test_average_precision_by_hand():
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
    assert average_precision(scores, bits("101000")) == pytest.approx((1 + 2 / 3) / 2)  # .8333
    assert average_precision(scores, bits("101000"), calibrated=True) == pytest.approx((1 + 4 / 5) / 2)  # w = 2: .9


def test_two_positives_with_one_score_pass_together():
    """Worked out with the second .8 below the first one, as an order of the input would have it: .5 and .6873. Together
    both have the precision of the lower one."""
    positive = bits("0110100000")
    apart = np.array([0.9, 0.8, 0.79, 0.3, 0.2, 0.1, 0.7, 0.6, 0.5, 0.4])
    tied = np.where(apart == 0.79, 0.8, apart)
    assert average_precision(apart, positive) == pytest.approx(0.5)
    assert average_precision(apart, positive, calibrated=True) == pytest.approx(0.6873, abs=5e-5)
    w = 7 / 3
    assert average_precision(tied, positive) == pytest.approx((2 / 3 + 2 / 3 + 3 / 9) / 3)
    wanted = (2 * (2 * w) / (2 * w + 1) + 3 * w / (3 * w + 6)) / 3
    assert average_precision(tied, positive, calibrated=True) == pytest.approx(wanted)


@pytest.mark.parametrize("text", ["1001", "0011", "100000", "0111"])
def test_scores_that_tell_nothing_score_what_chance_does(text):
    """All tied: the share of positives, and one half, whatever their order."""
    positive = bits(text)
    scores = np.zeros(len(positive))
    assert average_precision(scores, positive) == pytest.approx(positive.mean())
    assert average_precision(scores, positive, calibrated=True) == pytest.approx(0.5)


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("n", "share"), [(20, 0.5), (300, 0.1), (5000, 0.02), (5000, 0.9)])
def test_average_precision_is_that_of_scikit_learn(n, share, ties):
    """Its weights of samples give the calibrated one, too: every positive counts w times."""
    scores, positive = drawn(n, share, ties)
    assert average_precision(scores, positive) == pytest.approx(average_precision_score(positive, scores), rel=1e-12)
    weights = np.where(positive, (~positive).sum() / positive.sum(), 1.0)
    calibrated = average_precision_score(positive, scores, sample_weight=weights)
    assert average_precision(scores, positive, calibrated=True) == pytest.approx(calibrated, rel=1e-12)


@pytest.mark.parametrize("calibrated", [False, True])
def test_only_the_order_of_scores_counts_and_that_of_frames_does_not(calibrated):
    scores, positive = drawn(400, 0.2, ties=True, seed=1)
    score = average_precision(scores, positive, calibrated)
    assert average_precision(np.exp(scores / 3), positive, calibrated) == score
    mixed = np.random.default_rng(2).permutation(len(scores))
    assert average_precision(scores[mixed], positive[mixed], calibrated) == score


def test_with_as_many_negatives_as_positives_both_are_the_same():
    scores, _ = drawn(200, 0.5, ties=True)
    positive = np.arange(200) % 2 == 0
    assert average_precision(scores, positive, calibrated=True) == average_precision(scores, positive) < 1


def test_calibrated_precision_does_not_depend_on_how_many_negatives_there_are():
    """Each negative nine times over: tied with itself, it changes nothing but its weight."""
    scores, positive = drawn(300, 0.3, ties=False)
    copies = np.where(positive, 1, 9)
    more = (np.repeat(scores, copies), np.repeat(positive, copies))
    wanted = average_precision(scores, positive, calibrated=True)
    assert average_precision(*more, calibrated=True) == pytest.approx(wanted, rel=1e-12)
    assert average_precision(*more) < average_precision(scores, positive) - 0.1


def test_without_positives_there_is_no_score_and_without_negatives_a_perfect_one():
    for calibrated in (False, True):
        assert np.isnan(average_precision(np.array([0.1, 0.2]), bits("00"), calibrated))
        assert average_precision(np.array([0.1, 0.2]), bits("11"), calibrated) == 1
        assert np.isnan(average_precision(np.array([0.1, NAN]), bits("10"), calibrated))


# the mean over classes

LABELS = np.array([0, 1, 1, 0, 2, 2, -1, 0])
P = np.random.default_rng(3).random((8, 4))  # nobody does class 3


@pytest.mark.parametrize("calibrated", [False, True])
def test_the_mean_is_over_actions_that_occur_and_ambiguous_frames_are_not_judged(calibrated):
    judged = LABELS >= 0
    each = [average_precision(P[judged, c], LABELS[judged] == c, calibrated) for c in (1, 2)]
    np.testing.assert_array_equal(class_average_precisions(P, LABELS, calibrated), [NAN, *each, NAN])
    assert mean_average_precision(P, LABELS, calibrated) == pytest.approx(np.mean(each))
    other = np.where(judged[:, None], P, 1.0)
    assert mean_average_precision(other, LABELS, calibrated) == mean_average_precision(P, LABELS, calibrated)


def test_a_perfect_detector_scores_one_and_no_action_no_number():
    perfect = np.eye(4)[np.maximum(LABELS, 0)]
    assert mean_average_precision(perfect, LABELS) == mean_average_precision(perfect, LABELS, True) == 1
    assert np.isnan(mean_average_precision(P, LABELS * 0))
    assert np.isnan(mean_average_precision(P * NAN, LABELS))


def test_random_scores_are_at_the_floor():
    """The expected average precision of a random order of P positives among N is
    ((P - 1) / (N - 1) (N - H) + H) / N, H = 1 + 1/2 + ... + 1/N (Bestgen 2015). Means of 40 draws are within 4 standard
    errors of it: error rate 6e-5. Calibrated, they are on average .003 above one half here, which has no closed form,
    with a standard error of .0013: five of these are left until .01."""
    labels = np.repeat([0, 1, 2, -1], [2000, 300, 900, 100])
    found = chance(labels, n=40, seed=5)
    n = 3200
    h = (1 / np.arange(1, n + 1)).sum()
    wanted = np.mean([((count - 1) / (n - 1) * (n - h) + h) / n for count in (300, 900)])
    error = found[:, 0].std(ddof=1) / 40**0.5
    assert error < 0.003
    assert abs(found[:, 0].mean() - wanted) < 4 * error
    assert abs(found[:, 1].mean() - 0.5) < 0.01
    np.testing.assert_array_equal(found, chance(labels, n=40, seed=5))
    assert (chance(labels, n=2, seed=6) != found[:2]).all()


# whole actions


def test_instances_end_with_the_label_the_stream_or_an_ambiguous_frame():
    labels = np.array([1, 1, 0, 2, 2, 1, 1, -1, 1])
    first = np.array([0, 0, 0, 0, 4, 4, 4, 4, 4])
    wanted = [[0, 2, 1], [3, 4, 2], [4, 5, 2], [5, 7, 1], [8, 9, 1]]
    assert instances(labels, first).tolist() == wanted
    assert instances(labels[:0], first[:0]).shape == (0, 3)


@pytest.mark.parametrize(
    ("length", "wanted"),
    [
        (10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
        (5, [1, 3, 5, 7, 9]),
        (4, [1, 3, 6, 8]),
        (1, [5]),
        (20, [k // 2 for k in range(20)]),
        (13, [0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9]),
    ],
)
def test_tenths_of_an_action(length, wanted):
    labels = np.repeat([0, 3, 0], [2, length, 1])
    assert portion_of(labels, labels * 0).tolist() == [-1, -1, *wanted, -1]


def test_portions_by_hand():
    """One action of ten frames among two of background: frame i scores i, the background 3.5 and 6.5."""
    labels = np.array([0, *[1] * 10, 0])
    score = np.array([3.5, *range(10), 6.5])
    p = np.stack([10 - score, score], 1)
    # of each tenth one positive against two negatives, so w = 2: both above, one above, none above
    wanted = [2 / 4] * 4 + [2 / 3] * 3 + [1.0] * 3
    np.testing.assert_allclose(portions(p, labels, labels * 0), wanted)


def test_portions_take_the_positives_of_their_tenth_and_all_negatives_of_a_class():
    """Two classes: the frames of the other action are negatives in each tenth, ambiguous ones are not."""
    generator = np.random.default_rng(4)
    labels = np.repeat([0, 1, -1, 2, 0, 1], [7, 20, 3, 30, 5, 10])
    p = generator.random((len(labels), 3))
    tenth = portion_of(labels, labels * 0)
    for number, got in enumerate(portions(p, labels, labels * 0)):
        each = []
        for action in (1, 2):
            positive = (labels == action) & (tenth == number)
            kept = positive | ((labels != action) & (labels >= 0))
            each.append(average_precision(p[kept, action], positive[kept], calibrated=True))
        assert got == pytest.approx(np.mean(each))


def test_a_tenth_in_which_no_action_has_a_frame_has_no_score():
    labels = np.array([0, 1, 0])
    found = portions(np.eye(2)[labels], labels, labels * 0)
    assert np.flatnonzero(~np.isnan(found)).tolist() == [5] and found[5] == 1


def test_delays_by_hand():
    labels = np.array([0, 1, 1, 1, 0, 2, 2, 1, 1, -1])
    first = np.array([0, 0, 0, 0, 0, 0, 0, 7, 7, 7])
    likeliest = np.array([1, 0, 2, 1, 2, 1, 0, 1, 0, 1])  # class 1 before its first action begins: does not count
    found = delays(np.eye(3)[likeliest], labels, first)
    np.testing.assert_array_equal(found, [2, NAN, 0])
    tied = np.full((10, 3), 1 / 3)  # of equally likely classes the first one, the background, counts
    assert np.isnan(delays(tied, labels, first)).all()
