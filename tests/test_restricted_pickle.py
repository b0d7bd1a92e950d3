"""Pickles of arrays: read as NumPy reads them, and nothing in them runs. Published features, converted."""

import io
import json
import os
import pickle
import pickletools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.__main__ import main
from playground.core.errors import UserError
from playground.data.streams import own
from playground.data.streams.restricted_pickle import ALLOWED, loads

RANDOM = np.random.default_rng(0)
ARRAYS = [
    RANDOM.normal(size=(3, 4)),
    RANDOM.normal(size=(3, 4)).astype(np.float32).T,
    np.arange(6, dtype=">i2").reshape(2, 3),
    np.asfortranarray(RANDOM.normal(size=(2, 3, 4))),
    np.array(["abc", "é", ""]),
    np.array([b"abc", b"d"]),
    np.array(True),
    np.zeros((0, 5), np.uint8),
]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_arrays_come_back_by_every_protocol(protocol):
    for array in ARRAYS:
        found = loads(pickle.dumps({"video": {"rgb": array}}, protocol))["video"]["rgb"]
        assert np.array_equal(found, array) and found.dtype == array.dtype and found.shape == array.shape


def test_containers_numbers_and_arrays_of_objects_come_back():
    shared = np.arange(3)
    value = {"a": [1, 2.5, None, True, "text", b"raw"], b"b": (shared, shared), "n": np.float64(1.5), "i": np.int64(7)}
    found = loads(pickle.dumps(value, 2))
    assert found["a"] == value["a"] and found["n"] == 1.5 and found["i"] == 7
    assert np.array_equal(found["b"][0], shared) and found["b"][0] is found["b"][1]
    objects = np.empty(2, object)
    objects[:] = [np.arange(2), {"x": np.ones(1)}]
    found = loads(pickle.dumps(objects, 2))
    assert np.array_equal(found[0], [0, 1]) and found[1]["x"] == [1.0]
    file = io.BytesIO()
    np.save(file, np.array({"x": ARRAYS[0]}, object), allow_pickle=True)
    assert np.array_equal(loads(file.getvalue())["x"], ARRAYS[0])


class Calls:
    """What it pickles to calls a function when it is unpickled."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize(
    "function", [os.system, eval, exec, __import__, open, np.load, np.save, getattr], ids=lambda f: f.__name__
)
def test_a_pickle_that_would_run_something_runs_nothing(function, protocol, tmp_path):
    """The same pickle does run where Python's own reader takes it."""
    proof = tmp_path / "ran"
    arguments = {
        os.system: (f"touch {proof}",),
        eval: (f"open({str(proof)!r}, 'w')",),
        exec: (f"open({str(proof)!r}, 'w')",),
        __import__: ("antigravity",),
        open: (str(proof), "w"),
        np.load: (str(proof), None, True),
        np.save: (str(proof), [1]),
        getattr: ("text", "upper"),
    }[function]
    raw = pickle.dumps({"video": {"rgb": ARRAYS[0], "flow": Calls(function, *arguments)}}, protocol)
    with pytest.raises(UserError, match="is refused: it wants to run"):
        loads(raw, "features.pickle")
    assert not list(tmp_path.iterdir())
    if function in (os.system, eval, exec, open):
        pickle.loads(raw)
        assert proof.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"cnumpy\nndarray.__class__\n.",
        b"\x80\x04\x8c\x05numpy\x8c\x07ndarray\x93.",  # the class itself, not an array
        b"\x80\x04\x8c\x02os\x8c\x0bpath.exists\x93.",
        pickle.dumps(np.dtype([("x", "O")])),
        pickle.dumps(np.zeros(2, [("x", "f4"), ("y", "i4")])),
        pickle.dumps(np.datetime64("2020-01-01")),
        b"c_codecs\nencode\n(Vabc\nVrot13\ntR.",
        b"Pwhat\n.",  # a persistent object
        b"\x82\x01.",  # an extension
        b"\x80\x02cnumpy\ndtype\n]\x85R.",  # a dtype of a list
        pickle.dumps(np.arange(3).view("V8")),
        b"(lp0\nh\x00a.",
        pickle.dumps({1, 2}.__class__),
        pickle.dumps(slice(3)),
        pickle.dumps(1j),
    ],
)
def test_what_is_no_array_is_refused(raw):
    with pytest.raises(UserError):
        loads(raw)


def test_what_holds_itself_or_has_no_end_is_refused():
    loop: list = []
    loop.append(loop)
    deep: list = []
    for _ in range(60):
        deep = [deep]
    for value in (loop, deep):
        with pytest.raises(UserError, match="refused"):
            loads(pickle.dumps(value))
    wide: list = [0]
    for _ in range(10):
        wide = [wide] * 50  # 50^10 lists if each place were made anew
    assert len(loads(pickle.dumps(wide))) == 50


def test_a_pickle_cannot_change_its_reader_or_fill_the_memory():
    named = b"c_codecs\nencode\n"
    with pytest.raises(UserError):
        loads(b"\x80\x02" + named + b"N}X\x0c\x00\x00\x00__defaults__X\x06\x00\x00\x00latin1\x85s\x86b.")
    assert ALLOWED["_codecs", "encode"].__defaults__ == ("",)
    assert loads(b"\x80\x02K\x07r\xff\xff\xff\x7f.") == 7  # memory number 2^31


@pytest.mark.parametrize("change", ["shape", "size", "objects"])
def test_an_array_that_is_not_what_it_says_is_refused(change):
    """NumPy's own `__setstate__` never sees it: with objects for bytes it would read them as addresses."""
    raw = pickle.dumps(np.arange(4, dtype="<i8"), 2)
    broken = {
        "shape": raw.replace(b"K\x04\x85", b"K\x05\x85"),
        "size": raw.replace(b"i8", b"i4"),
        "objects": raw.replace(b"i8", b"O8"),
    }[change]
    assert broken != raw
    with pytest.raises(UserError):
        loads(broken)


WHOLE = pickle.dumps({"v": {"rgb": np.arange(6.0).reshape(2, 3), "names": ["a", "b"]}}, 2)


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=8), st.booleans())
@settings(max_examples=400, deadline=None)
def test_damage_is_one_sentence(at, put, cut):
    try:
        loads(WHOLE[:at] + put + (b"" if cut else WHOLE[at + len(put) :]))
    except UserError:
        return


def test_no_name_of_what_is_allowed_reaches_anything_else():
    """What stands in for NumPy is of the reader's own file."""
    assert {found.__module__ for found in ALLOWED.values()} == {"playground.data.streams.restricted_pickle"}
    named = {arg for op, arg, _ in pickletools.genops(pickle.dumps(ARRAYS[:4], 2)) if op.name == "GLOBAL"}
    assert named <= {" ".join(name) for name in ALLOWED}


# ---- published features -----------------------------------------------------------------------------


@pytest.fixture
def published(tmp_path):
    """Two videos in the form of OadTR's files: RGB and flow, labels of 22 columns of which the last is ambiguous."""
    labels = np.arange(300) // 10 % 22
    features = {
        f"video_{k}": {"rgb": np.full((300, 4), k, np.float32), "flow": RANDOM.normal(size=(300, 2))} for k in range(7)
    }
    annotations = {f"video_{k}": {"anno": np.eye(22)[labels], "feature_length": 300} for k in range(1, 7)}
    annotations["video_6"]["anno"] = annotations["video_6"]["anno"][:-1]
    for name, value in (("features", features), ("annotations", annotations)):
        (tmp_path / f"{name}.pickle").write_bytes(pickle.dumps(value, 2))
    return tmp_path, features, np.where(labels == 21, -1, labels)


def test_published_features_become_a_folder(published, capsys):
    folder, features, labels = published
    files = [str(folder / f"{name}.pickle") for name in ("features", "annotations")]
    for part in ("train", "test"):
        words = ["streams", "convert", *files, "--part", part, "--out", str(folder / "made"), "--fps", "4", "--json"]
        assert main(words) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["videos"] == 5 and said["frames"] == 1500 and said["dim"] == 6 and said["left_out"] == ["video_6"]
    data = own.own(f"folder:{folder / 'made'}")
    found, ids = data.recorded("test")[0]
    assert np.array_equal(ids, labels) and data.fps == 4 and data.classes == 21
    assert np.allclose(found, np.concatenate([features["video_1"]["rgb"], features["video_1"]["flow"]], 1))


def test_what_cannot_be_converted_is_one_sentence(published, capsys, tmp_path):
    folder, *_ = published
    files = [str(folder / f"{name}.pickle") for name in ("features", "annotations")]
    bad = tmp_path / "bad.pickle"
    bad.write_bytes(pickle.dumps({"v": Calls(os.system, f"touch {tmp_path / 'ran'}")}))
    (tmp_path / "list.pickle").write_bytes(pickle.dumps([1]))
    (tmp_path / "other.pickle").write_bytes(pickle.dumps({"other": {"anno": np.eye(22)}}))
    out = ["--out", str(tmp_path / "made")]
    for words, sentence in (
        ([files[0]], "wants two pickles"),
        ([str(bad), files[1], *out], "wants to run"),
        ([str(tmp_path / "list.pickle"), files[1], *out], "no dictionary of videos"),
        ([files[0], str(tmp_path / "other.pickle"), *out], "no video in common"),
        ([files[1], files[1], *out], "no features that go together"),
        ([files[0], files[0], *out], "no annotation anno"),
        ([str(tmp_path / "none"), files[1], *out], "cannot be read"),
    ):
        assert main(["streams", "convert", *words]) == 2
        assert sentence in capsys.readouterr().err
    assert not (tmp_path / "ran").exists()
