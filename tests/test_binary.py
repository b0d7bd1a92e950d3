"""Bits from files: what is read, what is refused, and that a server reads nothing it was not told to."""

import gzip
import json
import os
import pickle
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from playground.core.config import parse
from playground.core.errors import UserError
from playground.data import places
from playground.data.bits import tables
from playground.data.bits.binary import BINARY_DIGITS, table
from playground.data.dataset import dataset_of
from playground.families.autoregressive.config import AutoregressiveConfig
from playground.ui import link

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def no_server(monkeypatch):
    """As on the command line, whatever an earlier test has left."""
    monkeypatch.delenv(places.FOLDERS_VARIABLE, raising=False)


def idx(pictures: np.ndarray) -> bytes:
    return b"\0\0\x08\x03" + struct.pack(">III", *pictures.shape) + pictures.astype(np.uint8).tobytes()


@pytest.fixture
def mnist(tmp_path) -> Path:
    """Tiny pictures in the usual format, one file packed."""
    generator = np.random.default_rng(0)
    train, test = (generator.integers(0, 256, (n, 5, 4)) for n in (60, 20))
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(train)))
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(idx(test))
    np.savez(tmp_path / "mnist.npz", x_train=train, x_test=test, y_train=np.zeros(60))
    return tmp_path


def refused(source: str, part: str) -> None:
    with pytest.raises(UserError, match=part):
        tables.read(source)


def test_digits_are_binarised_at_half():
    rows = BINARY_DIGITS.rows("test")
    assert rows.shape == (300, 64) and set(np.unique(rows)) == {0, 1} and not rows.flags.writeable
    assert BINARY_DIGITS.independent() == pytest.approx(25.31, abs=0.005)  # measured before this project


def test_mnist_as_idx_and_as_npz(mnist):
    for source in (f"mnist:{mnist}", f"mnist:{mnist / 'mnist.npz'}"):
        data = table(source)
        assert data.shape == (5, 4) and [len(data.rows(part)) for part in ("train", "valid", "test")] == [50, 10, 20]
        pictures = np.load(mnist / "mnist.npz")["x_test"].reshape(20, 20)
        assert np.array_equal(data.rows("test"), pictures >= 128)


def test_tables_with_and_without_a_validation_part(tmp_path):
    bits = np.random.default_rng(1).integers(0, 2, (40, 6))
    np.savez(tmp_path / "a.npz", train_data=bits.astype(np.float32), valid_data=bits[:12], test_data=bits[:11])
    np.savez(tmp_path / "b.npz", train=bits.astype(bool), test=bits[:10])
    a, b = (table(f"npz:{tmp_path / name}") for name in ("a.npz", "b.npz"))
    assert a.shape == (2, 3) and np.array_equal(a.rows("train"), bits) and len(a.rows("valid")) == 12
    assert len(b.rows("train")) == 34 and len(b.rows("valid")) == 6
    parted = np.concatenate([b.rows("train"), b.rows("valid")])
    assert sorted(map(tuple, parted)) == sorted(map(tuple, bits))  # each row is in one part


def test_levels_decide_the_threshold_for_all_parts_alike(tmp_path):
    """Half of the scale, which is that of all parts together; the upper one of two levels; or what is asked for."""
    random = np.random.default_rng(2)

    def read(most, low=0, option="", top=None):
        """Training vectors of levels up to `most`; in the test part up to `top`."""
        train = random.integers(low, most + 1, (40, 6))
        np.savez(tmp_path / "t.npz", train=train, test=random.integers(low, (top or most) + 1, (20, 6)))
        return train, tables.read(f"npz:{tmp_path / 't.npz'}{option}")

    for most, top, threshold in ((16, 16, 8), (15, 15, 7.5), (255, 255, 127.5), (8, 16, 8), (40, 40, 20)):
        train, found = read(most, top=top)
        assert found.threshold == threshold
        kept = {tuple(row) for row in (train >= threshold).astype(int)}
        assert {tuple(row) for row in np.concatenate([found.train, found.valid])} == kept
    assert read(2, low=1)[1].threshold == 2
    assert read(16, option=",threshold=3.5")[1].threshold == 3.5
    assert read(1)[1].threshold is None


def test_rows_that_are_sorted_by_class_are_in_every_part(tmp_path):
    """Each of ten classes has a bit of its own: none is missing from what is held out."""
    rows = np.repeat(np.eye(10, 12), 30, 0)
    np.savez(tmp_path / "a.npz", train=rows, test=rows)
    np.savez(tmp_path / "one.npz", digits=rows)
    for name in ("a", "one"):
        found = tables.read(f"npz:{tmp_path / name}.npz")
        assert all((part[:, :10].sum(0) > 0).all() for part in (found.train, found.valid, found.test))
        assert found.constant == [11, 12]
        assert np.array_equal(found.train, tables.read(f"npz:{tmp_path / name}.npz").train)


def test_what_is_no_table_gets_a_sentence(tmp_path, monkeypatch):
    bits = np.zeros((20, 4))
    for name, arrays in {
        "names": {"x": bits, "test": bits},
        "names too": {"x": bits, "y": bits},
        "nan": {"train": bits * np.nan, "test": bits},
        "flat": {"train": bits[0], "test": bits},
        "columns": {"train": bits, "test": bits[:, :3]},
        "few": {"train": bits[:3], "test": bits},
        "wide": {"train": np.zeros((20, 3000)), "test": np.zeros((20, 3000))},
    }.items():
        np.savez(tmp_path / f"{name}.npz", **arrays)
    (tmp_path / "text.npz").write_bytes(b"x1,x2\n0,1\n")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "few.npz").read_bytes()[:300])
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((20, 2, 2)))[:-1])
    for name, part in {
        "names": "train, valid and test",
        "names too": "train, valid and test",
        "nan": "not finite",
        "flat": "no table",
        "columns": "differ in their columns",
        "few": "too many or too few rows",
        "wide": "1 to 2048 columns",
        "text": "no .npz file",
        "cut": "damaged",
    }.items():
        refused(f"npz:{tmp_path / name}.npz", part)
    refused(f"mnist:{tmp_path}", "damaged")
    refused(f"mnist:{tmp_path / 'text.npz'}", "damaged")
    refused(f"npz:{tmp_path / 'nowhere.npz'}", "cannot be read")
    refused(f"npz:{tmp_path}", "cannot be read")
    refused("", "needs a file")
    monkeypatch.setattr(tables, "MAX_BYTES", 100)
    refused(f"npz:{tmp_path / 'names.npz'}", "too large")
    for source in ("csv:a", "npz", "npz:", "npz:a\0b"):
        with pytest.raises(UserError, match="named like"):
            tables.checked_source(source)


def test_nothing_in_a_file_is_executed(tmp_path):
    class Bomb:
        def __reduce__(self):
            return os.mkdir, (str(tmp_path / "gone off"),)

    np.savez(tmp_path / "bomb.npz", train=np.array([Bomb()] * 20, object), test=np.zeros((20, 2)))
    (tmp_path / "raw.npz").write_bytes(pickle.dumps(Bomb()))
    for name in ("bomb.npz", "raw.npz"):
        refused(f"npz:{tmp_path / name}", "damaged|no .npz")
    assert not (tmp_path / "gone off").exists()


def test_a_server_reads_only_from_folders_that_its_operator_allows(tmp_path, monkeypatch):
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for folder in (allowed, other):
        folder.mkdir()
        np.savez(folder / "a.npz", train=np.zeros((20, 4)), test=np.zeros((20, 4)))
    (allowed / "out.npz").symlink_to(other / "a.npz")
    wanted = {
        name: f"npz:{path}"
        for name, path in {
            "in": allowed / "a.npz",
            "other": other / "a.npz",
            "up": allowed / ".." / "other" / "a.npz",
            "link": allowed / "out.npz",
            "none": other / "none.npz",
        }.items()
    }

    def taken(name: str) -> bool:
        settings = {"autoregressive.data": "table", "autoregressive.table": wanted[name]}  # from a visitor's link
        values, said = link.parse_settings(
            AutoregressiveConfig, {key.partition(".")[2]: v for key, v in settings.items()}
        )
        try:
            parse(AutoregressiveConfig, {"data": "table", "table": wanted[name]})
        except UserError as refusal:
            assert "reads no files by path" in str(refusal)  # the same sentence whether the file is there or not
            assert said and "table" not in values
            return False
        return True

    monkeypatch.setenv(places.FOLDERS_VARIABLE, "")
    assert not any(taken(name) for name in wanted)
    monkeypatch.setenv(places.FOLDERS_VARIABLE, os.pathsep.join([str(allowed), str(tmp_path / "third")]))
    assert {name for name in wanted if taken(name)} == {"in"}
    assert dataset_of(AutoregressiveConfig(data="table", table=wanted["in"])).dim == 4
    with pytest.raises(UserError, match="reads no files"):
        tables.read(wanted["link"])  # where it is read, too, not only where it is named
    monkeypatch.delenv(places.FOLDERS_VARIABLE)
    assert all(taken(name) for name in wanted)


def test_the_app_allows_no_folder_by_itself():
    code = "import app, os; print(repr(os.environ['PLAYGROUND_TABLES']))"
    clean = {key: value for key, value in os.environ.items() if key != places.FOLDERS_VARIABLE}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=clean, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().endswith("''"), done.stderr


def test_the_command_line_trains_on_mnist(mnist):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "playground",
            "train",
            "autoregressive",
            "--set",
            "model=made",
            "--data",
            f"mnist:{os.path.relpath(mnist, ROOT)}",
            "--steps",
            "60",
            "--json",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["config"]["data"] == "table" and said["config"]["table"] == f"mnist:{mnist}"
    assert 5 < said["metrics"]["test_nll"]["value"] < 60
