"""Own features: files read as they are meant, parted, or refused in one sentence."""

import base64
import io
import json
import zipfile
from argparse import Namespace

import numpy as np
import pytest

from playground.__main__ import main
from playground.commands.own_data import own_data
from playground.core.config import Config, parse
from playground.core.errors import UserError
from playground.data import places
from playground.data.stream_settings import StreamConfig
from playground.data.streams import checks, own
from playground.data.streams.checks import MIN_FRAMES
from playground.engine.text_store import MAX_IN_LINK, TextStore, expanded, shortened

X = np.random.default_rng(0).normal(size=(600, 4)).astype(np.float32)
Y = np.arange(600) // 20 % 3


@pytest.fixture(autouse=True)
def no_server(monkeypatch, tmp_path):
    monkeypatch.delenv(places.FOLDERS_VARIABLE, raising=False)
    monkeypatch.setenv("PLAYGROUND_RUNS", str(tmp_path / "runs"))
    own.read.cache_clear()


def npz(**arrays) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read(**arrays):
    return own.own(own.encode(npz(**arrays)))


def sizes(data) -> dict[str, list[int]]:
    return {part: [len(labels) for _, labels in data.recorded(part)] for part in data.split}


# ---- read as meant ---------------------------------------------------------------------------------


def test_one_stream_is_parted_by_time():
    data = read(features=X, labels=Y, class_names=["background", "open", "pour"], fps=25)
    assert sizes(data) == {"train": [420], "valid": [60], "test": [120]}
    assert np.array_equal(np.concatenate([data.recorded(part)[0][0] for part in data.split]), X)
    assert np.array_equal(np.concatenate([data.recorded(part)[0][1] for part in data.split]), Y)
    assert (data.dim, data.classes, data.fps) == (4, 3, 25) and data.class_names[2] == "pour"
    assert np.allclose(data.unscaled(data.part("test")), X[480:], atol=1e-5)
    assert data.skeleton(data.part("test")) is None


def test_many_streams_are_parted_whole_in_the_order_of_their_numbers():
    arrays = {f"features_{k}": X[:100] + k for k in range(1, 13)} | {f"labels_{k}": Y[:100] for k in range(1, 13)}
    data = read(**arrays)
    assert sizes(data) == {"train": [100] * 9, "valid": [100], "test": [100] * 2}
    first = [round(float((features - X[:100]).mean())) for part in data.split for features, _ in data.recorded(part)]
    assert first == list(range(1, 13)) and data.fps == 10 and data.class_names == ("background", "1", "2")


def test_parts_that_the_names_say_are_kept():
    data = read(
        train_features=X,
        train_labels=Y,
        test_features_a=X[:50],
        test_labels_a=Y[:50],
        test_features_b=X[:70],
        test_labels_b=Y[:70],
    )
    assert sizes(data) == {"train": [540], "valid": [60], "test": [50, 70]}
    arrays = {f"train_features_{k}": X[:200] for k in range(3)} | {f"train_labels_{k}": Y[:200] for k in range(3)}
    data = read(**arrays, test_features=X, test_labels=Y)  # a tenth of 200 frames is less than a window
    assert sizes(data) == {"train": [200] * 2, "valid": [200], "test": [600]}
    data = read(features=X, labels=Y, valid_features=X[:60], valid_labels=Y[:60])
    assert sizes(data) == {"train": [480], "valid": [60], "test": [120]}


@pytest.mark.parametrize("dtype", ["u1", "<i2", ">i4", "f4", "f8", "?"])
def test_labels_of_any_number_type(dtype):
    ids = (Y > 0).astype(dtype)
    assert np.array_equal(read(features=X, labels=ids).recorded("test")[0][1], Y[480:] > 0)
    assert np.array_equal(read(features=X, labels=ids[:, None]).recorded("test")[0][1], Y[480:] > 0)


def test_a_column_for_each_class_and_frames_that_nobody_can_tell():
    columns = np.eye(5)[Y]  # classes 3 and 4 do not occur
    data = read(features=X, labels=columns)
    assert np.array_equal(data.recorded("train")[0][1], Y[:420]) and data.classes == 5
    ids = np.where(np.arange(600) % 7, Y, -1)
    assert np.array_equal(read(features=X, labels=ids).pooled("train").labels, ids[:420])


def folder(path, **about):
    for part, count in (("train", 3), ("test", 2)):
        (path / part).mkdir(parents=True)
        for k in range(count):
            np.save(path / part / f"v{k}_features.npy", X[: 200 + 50 * k].astype(np.float64))
            np.save(path / part / f"v{k}_labels.npy", Y[: 200 + 50 * k])
    if about:
        (path / "about.json").write_text(json.dumps(about))
    return path


def test_a_folder_is_read_from_the_disk_piece_by_piece(tmp_path):
    source = f"folder:{folder(tmp_path / 'mine', class_names=['none', 'a', 'b'], fps=4)}"
    data = parse(StreamConfig, {"data": "own_streams", "own_streams": source}).streams
    features = data.recorded("test")[1][0]
    assert isinstance(features, np.memmap) and len(features) == 250
    assert data.class_names == ("none", "a", "b") and data.fps == 4
    whole = np.concatenate([f for f, _ in data.recorded("train")])
    assert np.allclose(data.part("train"), (whole - whole.mean(0)) / whole.std(0), atol=1e-5)
    np.savez(tmp_path / "mine" / "valid.npz", features=X, labels=Y)
    (tmp_path / "mine" / "valid").mkdir()
    (tmp_path / "mine" / "valid.npz").rename(tmp_path / "mine" / "valid" / "x.npz")
    own.read.cache_clear()
    assert sizes(own.own(source))["valid"] == [600]


# ---- refused ---------------------------------------------------------------------------------------

NAN, HUGE = X.copy(), X.astype(np.float64)
NAN[5, 1], HUGE[9, 0] = np.nan, 1e200
EMPTY = np.eye(3)[Y]
EMPTY[7] = 0
REFUSED = {
    "lengths": (dict(features=X, labels=Y[:-1]), "600 frames of features but 599 labels"),
    "not finite": (dict(features=NAN, labels=Y), "in frame 5"),
    "too large for float32": (dict(features=HUGE, labels=Y), "in frame 9"),
    "negative": (dict(features=X, labels=Y - 2), "-2 in features.npz is no label"),
    "half": (dict(features=X, labels=Y + 0.5), "0.5 in features.npz is no label"),
    "nan label": (dict(features=X, labels=np.where(Y, np.nan, 0)), "neither a number"),
    "names as labels": (dict(features=X, labels=np.array(["a", "b", "c"])[Y]), "neither a number"),
    "no class": (dict(features=X, labels=EMPTY), "Frame 7 of features.npz has no class"),
    "cube": (dict(features=X[None], labels=Y), "no table of numbers"),
    "texts": (dict(features=X.astype(str), labels=Y), "no table of numbers"),
    "complex": (dict(features=X + 1j, labels=Y), "no table of numbers"),
    "no column": (dict(features=X[:, :0], labels=Y), "0 features in a frame"),
    "short": (dict(features=X[: MIN_FRAMES - 1], labels=Y[: MIN_FRAMES - 1]), "39 frames; a stream needs at least 40"),
    "too short to part": (dict(features=X[:300], labels=Y[:300]), "too few to hold some out"),
    "dims": (dict(features_1=X, labels_1=Y, features_2=X[:, :3], labels_2=Y), "has 3 features in a frame, the streams"),
    "one half": (dict(features_1=X, labels_1=Y, features_2=X), "features_2 without its other half"),
    "other names": (dict(x=X, y=Y), "needs arrays called features and labels; it has: x, y"),
    "one class": (dict(features=X, labels=0 * Y), "one class alone"),
    "one action": (dict(features=X, labels=0 * Y + 1), "one class alone"),
    "no action to score": (dict(features=X, labels=np.where(np.arange(600) < 480, Y, 0)), "nothing to score"),
    "few names": (dict(features=X, labels=Y, class_names=["a", "b"]), "2 classes have names, but there is a label 2"),
    "classes": (dict(features=X, labels=Y * 1000), "2001 classes"),
    "fps": (dict(features=X, labels=Y, fps=0), "0.0 frames per second"),
    "objects": (dict(features=X, labels=Y, class_names=np.array(["a", 3], object)), "objects of Python"),
    "little to train on": (
        {f"{what}_{k}": a[:50] for k in range(5) for what, a in (("features", X), ("labels", Y))},
        "Only 150 frames are left",
    ),
    "only a test": (dict(test_features=X, test_labels=Y), "no stream for the part “train”"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_one_sentence(case):
    arrays, words = REFUSED[case]
    with pytest.raises(UserError) as refused:
        read(**arrays)
    assert words in str(refused.value)


GOOD = npz(features=X, labels=Y)


@pytest.mark.parametrize(
    "raw, words",
    [
        (b"", "empty"),
        (b"features", "no .npz file"),
        (GOOD[: len(GOOD) // 2], "no .npz file"),
        (GOOD[:300] + bytes(200) + GOOD[500:], "damaged"),
        (bytes(own.MAX_BYTES + 1), "too large: 4000 kB, the maximum is 4000 kB"),
    ],
)
def test_files_that_are_no_archive(raw, words):
    with pytest.raises(UserError, match=words):
        own.encode(raw)


def test_an_archive_that_unpacks_without_end_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.npy", bytes(own.MAX_UNPACKED + 1))
    assert len(file.getvalue()) < 100_000
    with pytest.raises(UserError, match="at most 32 MB"):
        own.encode(file.getvalue())


def test_a_header_that_claims_more_than_there_is_is_refused():
    raw = io.BytesIO()
    np.lib.format.write_array_header_1_0(raw, {"descr": "<f4", "fortran_order": False, "shape": (10**9, 4)})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("features.npy", raw.getvalue())
        archive.writestr("labels.npy", b"")
    with pytest.raises(UserError, match="damaged|does not fit"):
        own.encode(file.getvalue())


@pytest.mark.parametrize("code", ["!", "ab", "npz:", "folder:", "npz:\0", base64.urlsafe_b64encode(GOOD[:-9]).decode()])
def test_a_damaged_setting_is_a_sentence(code):
    with pytest.raises(UserError):
        parse(StreamConfig, {"data": "own_streams", "own_streams": code})


def test_folders_without_what_they_need(tmp_path):
    for place, words in ((tmp_path / "none", "no streams in train/"), (folder(tmp_path / "a"), "")):
        if words:
            with pytest.raises(UserError, match=words):
                own.own(f"folder:{place}")
    (tmp_path / "a" / "test" / "v1_labels.npy").unlink()
    with pytest.raises(UserError, match="test has no file v1_labels.npy"):
        own.own(f"folder:{tmp_path / 'a'}")
    (tmp_path / "a" / "about.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        own.own(f"folder:{tmp_path / 'a'}")


def test_features_may_be_too_many(monkeypatch):
    monkeypatch.setattr(checks, "MAX_NUMBERS", 1000)
    with pytest.raises(UserError, match="at most 1000 numbers"):
        read(features=X, labels=Y)


# ---- how they travel -------------------------------------------------------------------------------


def test_a_file_travels_as_a_code_and_in_links_by_its_hash():
    code = own.encode(GOOD)
    assert own.decode(code) == GOOD and len(code) > MAX_IN_LINK
    config = parse(StreamConfig, {"data": "own_streams", "own_streams": code})
    sent = shortened(StreamConfig, config.model_dump())
    assert len(json.dumps(sent)) < 500 and parse(StreamConfig, expanded(StreamConfig, sent)) == config


def test_a_server_reads_no_path_of_a_link(tmp_path, monkeypatch):
    np.savez(tmp_path / "mine.npz", features=X, labels=Y)
    wanted = {"data": "own_streams", "own_streams": f"npz:{tmp_path / 'mine.npz'}"}
    assert parse(StreamConfig, wanted).streams.classes == 3
    own.read.cache_clear()
    monkeypatch.setenv(places.FOLDERS_VARIABLE, "")
    with pytest.raises(UserError, match="reads no files by path"):
        parse(StreamConfig, wanted)
    with pytest.raises(UserError, match="reads no files by path"):
        own.own(wanted["own_streams"])
    monkeypatch.setenv(places.FOLDERS_VARIABLE, str(tmp_path))
    assert parse(StreamConfig, wanted).streams.classes == 3


def test_the_command_line_takes_paths_and_what_is_kept(tmp_path):
    np.savez(tmp_path / "mine.npz", features=X, labels=Y)
    for how in ("npz", "folder"):
        said = own_data({"data": f"{how}:{tmp_path / 'mine.npz'}"}, Namespace(), StreamConfig)
        assert said == {"data": "own_streams", "own_streams": f"{how}:{tmp_path / 'mine.npz'}"}
    assert own_data({"data": "npz:x.npz"}, Namespace(), Config)["data"] == "table"
    kept = TextStore().shorten(own.encode(GOOD))
    assert own_data({"own_streams": kept}, Namespace(), StreamConfig) == {"own_streams": own.encode(GOOD)}


def test_check_prints_what_was_read(tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", features=X, labels=Y)
    assert main(["streams", "check", str(tmp_path / "mine.npz"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["frames"] == {"train": 420, "valid": 60, "test": 120} and said["classes"]["2"]["test"] == 40
    assert abs(said["linear_probe"]["mcAP"] - 0.5) < 0.15  # noise
    np.savez(tmp_path / "good.npz", features=X + 3 * np.eye(4)[Y], labels=Y)
    assert main(["streams", "check", f"npz:{tmp_path / 'good.npz'}", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["linear_probe"]["mAP"] > 0.9
    assert main(["streams", "check", str(tmp_path / "none.npz")]) == 2
    assert "No such file" in capsys.readouterr().err
