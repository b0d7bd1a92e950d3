"""Streams: windows at their borders, labels by the motion that was generated, and recordings by NumPy's own reader."""

import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.core.errors import UserError
from playground.data.streams import motions, stick_figure, watch
from playground.data.streams.motions import ACTIONS, BACKGROUND_MOTIONS, MOTIONS, REST, Column
from playground.data.streams.stick_figure import ARM, GROUND, LEG, LIMBS, SHOULDER, TORSO, StickFigure, joints, motion
from playground.data.streams.stream_data import AMBIGUOUS, BACKGROUND, Pooled, Stream
from playground.data.streams.watch import Watch

STICK, WATCH = StickFigure(), Watch()
GENERATED = [STICK, WATCH]
NAMES = list(ACTIONS)


# ---- borders -------------------------------------------------------------------------------------


def pooled_of(*lengths: int) -> Pooled:
    ends = np.cumsum(lengths)
    n, labels = int(ends[-1]), np.arange(ends[-1]) % 3
    return Pooled(
        np.arange(n, dtype=np.float32)[:, None],
        labels,
        np.repeat(ends - lengths, lengths),
        np.repeat(ends - 1, lengths),
    )


@given(st.lists(st.integers(1, 7), min_size=1, max_size=4), st.integers(1, 9), st.integers(0, 4), st.integers(0, 9))
def test_windows_and_what_comes_after_stay_in_their_stream(lengths, length, ahead, steps):
    """Against a loop that copies the first frame before a stream and the last one behind it."""
    pooled = pooled_of(*lengths)
    frames = np.arange(len(pooled))
    windows, after = pooled.windows(frames, length, ahead), pooled.after(frames, steps)
    start = 0
    for size in lengths:
        own = [start] * (length + 3) + list(range(start, start + size)) + [start + size - 1] * (ahead + 3)
        for i in range(size):
            end = length + 3 + i + ahead
            assert windows[start + i].tolist() == own[end - length + 1 : end + 1]
            known = pooled.labels[start + i + 1 : start + size][:steps].tolist()
            assert after[start + i].tolist() == known + [AMBIGUOUS] * (steps - len(known))
        start += size


def test_streams_are_cut_where_they_were_joined():
    pooled = pooled_of(3, 1, 5)
    assert [len(s) for s in pooled.streams()] == [3, 1, 5]
    assert np.array_equal(np.concatenate([s.features for s in pooled.streams()]), pooled.features)
    assert all(np.shares_memory(s.features, pooled.features) for s in pooled.streams())
    with pytest.raises(ValueError, match="no stream"):
        Stream(np.zeros((3, 2), np.float32), np.zeros(4, np.int64))


@pytest.mark.parametrize("data", GENERATED, ids=lambda d: d.name)
def test_parts_have_their_sizes_and_their_scale(data):
    module = {"stick": stick_figure, "watch": watch}[data.name]
    for part in data.split:
        pooled, streams = data.pooled(part), data.streams(part)
        assert [len(s) for s in streams] == [module.FRAMES] * module.STREAMS[part]
        assert pooled.features.shape == (len(pooled), data.dim) and pooled.features.dtype == np.float32
        assert set(np.unique(pooled.labels)) == set(range(data.classes)) and pooled.labels.dtype == np.int64
        own = np.concatenate([features for features, _ in data.recorded(part)])
        assert np.allclose(data.unscaled(pooled.features), own, atol=2e-5 * np.abs(own).max())
        for array in (pooled.features, pooled.labels, streams[0].features, streams[0].labels):
            assert not array.flags.writeable
    train = data.part("train").astype(np.float64)
    assert np.abs(train.mean(0)).max() < 1e-4 and np.allclose(train.std(0), 1, atol=1e-4)
    assert len(train) >= 20_000 and len(data.part("test")) >= 6_000
    sample = data.sample(5, np.random.default_rng(1))
    assert sample.shape == (5, data.dim) and np.array_equal(sample, data.sample(5, np.random.default_rng(1)))
    with pytest.raises(ValueError, match="no part"):
        data.pooled("all")


@pytest.mark.parametrize("kind", [StickFigure, Watch])
def test_the_same_data_are_kept_and_come_again(kind):
    one = kind().pooled("valid")
    assert kind() == kind() and hash(kind()) == hash(kind()) and kind().pooled("valid") is one
    assert kind(shuffled=True) != kind()
    stick_figure._generated.cache_clear(), watch._put_together.cache_clear(), watch.recordings.cache_clear()
    again = np.concatenate([labels for _, labels in kind().recorded("valid")])
    assert np.array_equal(again, one.labels)
    own = np.concatenate([features for features, _ in kind().recorded("valid")])
    assert np.allclose(kind().unscaled(one.features), own, atol=2e-5 * np.abs(own).max())


class Tiny(StickFigure):
    """Features far from zero, one of them constant."""

    dim = 3

    def recorded(self, part):
        x = 1e6 + np.random.default_rng(0).normal(size=(5000, 3)) * [1.0, 0.01, 0.0]
        return ((x[:4500], np.zeros(4500, np.int64)), (x[4500:], np.ones(500, np.int64)))


def test_a_constant_feature_becomes_zero_and_a_large_offset_costs_no_digits():
    x = Tiny(name="tiny").part("train")
    assert np.allclose(x.std(0), [1, 1, 0], atol=1e-3) and np.abs(x.mean(0)).max() < 1e-3


# ---- the stick figure ------------------------------------------------------------------------------


def test_joints_follow_from_angles():
    pose = np.zeros((1, 11))
    pose[0, Column.ARMS], pose[0, Column.ELBOWS] = np.pi / 2, (0, np.pi / 2)
    (at,) = joints(pose)
    hip = np.array([0, GROUND + 2 * LEG])
    assert at[0] == pytest.approx(hip) and at[1] == pytest.approx(hip + (0, TORSO))
    assert at[7] == pytest.approx(at[1] + (-SHOULDER - 2 * ARM, 0))  # the left arm is stretched sideways
    assert at[8] == pytest.approx(at[1] + (SHOULDER + ARM, ARM))  # the right forearm points up
    assert at[11] == pytest.approx((0, GROUND)) and at[12] == pytest.approx((0, GROUND))


def test_bones_keep_their_lengths_and_a_foot_is_on_the_ground():
    poses, _ = motion(np.random.default_rng(3))
    at = joints(poses, scale=0.95)
    lengths = np.linalg.norm(at[:, [b for _, b in LIMBS]] - at[:, [a for a, _ in LIMBS]], axis=2)
    assert np.allclose(lengths, lengths[:1])
    assert np.allclose(at[:, 11:, 1].min(1), GROUND + 0.95 * poses[:, Column.LIFT])


def seen(at: np.ndarray) -> set[str]:
    """What the joints (n, 13, 2) of a motion show, by rules that know nothing of how it was made."""
    hands, elbows, feet, hip = at[:, 7:9], at[:, 5:7], at[:, 11:], at[:, 0]
    up = (hands[..., 1] > at[:, 2:3, 1] + 0.02) & (elbows[..., 1] > at[:, 3:5, 1])  # above the head
    low = hip[:, 1] < GROUND + 1.4 * LEG
    straight = np.linalg.norm(hands - at[:, 3:5], axis=2) > 1.97 * ARM
    at_head = np.linalg.norm(hands - at[:, 2:3], axis=2) < 0.2
    found = set()
    if up.all(1).any():
        found.add("jumping_jack")
    elif up.any():
        high = up.any(1)
        found.add("raise" if straight[high].all() else "scratch" if at_head[high].any() else "wave")
    elif at_head.any():
        found.add("scratch")
    if (feet[..., 1] > GROUND + LEG).any():
        found.add("kick")
    if low.any():
        found.add("sit" if low.mean() > 0.36 else "squat")
    return found


@pytest.mark.parametrize("name", MOTIONS)
def test_every_motion_shows_what_it_is_called(name):
    for seed in range(20):
        for length in (12, 24, 50):
            at = joints(REST + MOTIONS[name](length, np.random.default_rng(seed)))
            assert seen(at) == ({name} if name in (*ACTIONS, "scratch") else set())


def test_labels_are_of_the_motion():
    """Each run of one label, generated anew without noise, shows that action alone; no background shows one."""
    for seed in range(12):
        poses, labels = motion(np.random.default_rng(seed))
        at = joints(poses)
        cuts = np.flatnonzero(np.diff(labels, prepend=-1, append=-1))
        for a, b in zip(cuts[:-1], cuts[1:], strict=True):
            if labels[a] == BACKGROUND:
                assert seen(at[a:b]) <= {"scratch"}
            elif b - a >= 10 and b < len(labels):
                assert seen(at[a:b]) == {NAMES[labels[a] - 1]}
    assert STICK.class_names[1:] == tuple(ACTIONS.values())


def test_lengths_are_log_normal_and_the_background_is_most():
    labels = STICK.pooled("train").labels
    lengths = []
    for stream in STICK.streams("train"):
        cuts = np.flatnonzero(np.diff(stream.labels)) + 1
        lengths += [b - a for a, b in zip(cuts[:-1], cuts[1:], strict=True) if stream.labels[a] != BACKGROUND]
    assert min(lengths) >= 5 and max(lengths) <= 60
    assert np.median(lengths) == pytest.approx(17, abs=2) and np.std(np.log(lengths)) == pytest.approx(0.7, abs=0.1)
    assert 0.6 < np.mean(labels == BACKGROUND) < 0.72


@pytest.mark.parametrize("names", [("wave", "raise", "scratch"), ("squat", "sit")])
def test_motions_that_begin_alike(names):
    """In the first fifth nothing but how far it goes tells them apart: the angles move in the same proportion."""
    begun = []
    for name in names:
        pose = MOTIONS[name](40, np.random.default_rng(5))[:8]
        begun.append(pose / np.abs(pose).max())
    if "squat" in names:
        assert np.corrcoef(begun[0].ravel(), begun[1].ravel())[0, 1] > 0.98
    else:
        assert all(np.allclose(one, begun[0]) for one in begun)


def test_motions_begin_and_end_at_rest():
    for name in MOTIONS:
        pose = MOTIONS[name](60, np.random.default_rng(2))
        ends = np.abs(pose[[0, -1]][:, : motions.ANGLES])
        assert ends.max() < np.radians(4), name
    assert set(MOTIONS) == {*ACTIONS, *BACKGROUND_MOTIONS}


def test_the_skeleton_is_in_the_frame():
    limbs = STICK.skeleton(STICK.part("test"))
    assert limbs is not None and limbs.shape == (6000, len(LIMBS), 2, 2) and np.abs(limbs).max() <= 1
    assert WATCH.skeleton(WATCH.part("test")) is None


# ---- the smartwatch --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table():
    """The recordings as NumPy unpickles them: the file is from a package that the tests trust."""
    return np.load(watch.path(), allow_pickle=True).item()


def test_recordings_are_read_as_numpy_reads_them(table):
    assert len(watch.recordings()) == len(table["X"]) == 140
    for one, rows, kind, person, side in zip(
        watch.recordings(), table["X"], table["y"], table["subject"], table["side"], strict=True
    ):
        assert (one.exercise, one.subject, one.side) == (table["y_labels"][kind], person, side)
        assert len(one.frames) == len(rows) // 5
        assert np.allclose(one.frames[7], rows[35:40].mean(0), rtol=1e-5)


def test_every_frame_is_of_the_exercise_that_its_label_says_and_of_a_person_of_its_part():
    """Frames are looked up among all recordings; those of a cross-fade, two after each change, are of none."""
    owner = {row.tobytes(): (one.exercise, one.subject) for one in watch.recordings() for row in one.frames}
    exercises = list(watch.ACTIONS)
    people = {}
    for part in WATCH.split:
        people[part] = set()
        for features, labels in WATCH.recorded(part):
            faded = np.convolve(np.diff(labels, prepend=labels[0]) != 0, [1, 1])[: len(labels)] > 0
            for row, label, fade in zip(features, labels, faded, strict=True):
                if not fade:
                    exercise, person = owner[row.tobytes()]
                    people[part].add(person)
                    assert label == (exercises.index(exercise) + 1 if exercise in exercises else BACKGROUND)
    assert people == {"train": {1, 2, 3, 4, 5, 6}, "valid": {7}, "test": {8, 9, 10}}


def test_a_piece_goes_on_for_two_frames_under_the_next():
    """Frames at a change are one third, then two thirds, of the new recording, and what the old one has there."""
    place = {row.tobytes(): (one.frames, i) for one in watch.recordings() for i, row in enumerate(one.frames)}
    faded = 0
    for features, labels in WATCH.recorded("valid"):
        for c in np.flatnonzero(np.diff(labels)) + 1:
            if c + 2 < len(labels):
                old, last = place[features[c - 1].tobytes()]
                new, third = place[features[c + 2].tobytes()]
                mixed = [(2 * old[last + 1] + new[third - 2]) / 3, (old[last + 2] + 2 * new[third - 1]) / 3]
                assert np.allclose(features[c : c + 2], mixed, rtol=1e-4, atol=1e-4)
                faded += 1
    assert faded > 50


def test_the_package_is_not_imported():
    code = "import sys; from playground.data.streams import watch; watch.recordings(); print('seglearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "False\n"
    assert find_spec("seglearn")


def test_without_the_package_it_is_one_sentence(monkeypatch):
    monkeypatch.setattr(watch, "find_spec", lambda name: None)
    with pytest.raises(UserError, match="pip install seglearn"):
        watch.path()
