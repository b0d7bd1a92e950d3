"""Tables of bits from files, by path: `npz:FILE` with training, validation and test arrays, or `mnist:FOLDER`.

Whether a path may be read is for `data.places` to say. Nothing in a file is executed: arrays are read without pickle.
"""

import gzip
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..archives import check_arrays
from ..places import allowed

MAX_SOURCE_LENGTH = 400
"""Characters of a source."""
MAX_BYTES, MAX_NUMBERS, MAX_COLUMNS = 600_000_000, 100_000_000, 2048
"""How large a file may be when unpacked, how many bits it may hold, and how many to a vector."""
MIN_ROWS = 10
ONE_IN = 6
"""Where a part is missing, each sixth of the vectors becomes one, drawn at random with a fixed seed: rows are often
sorted by class."""
GREY, GREY_MAX = 255, 200
"""The scale of grey levels, and from which largest level on a table has this scale."""
OPTIONS = re.compile(r"^(?P<place>.*?)(?:,threshold=(?P<threshold>-?\d+(?:\.\d+)?))?$", re.S)


@dataclass(frozen=True)
class Parts:
    """Vectors (n, dim) uint8, 0 or 1, locked; `shape` where they are pictures."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    shape: tuple[int, int] | None = None
    threshold: float | None = None
    """From this level on a number of the file counts as 1; None: it holds 0 and 1 alone."""

    @cached_property
    def constant(self) -> list[int]:
        """Columns, from 1 on, that have one value in all training vectors."""
        return (np.flatnonzero(self.train.min(0) == self.train.max(0)) + 1).tolist()


def checked_source(source: str) -> str:
    """The source itself, if it is one and may be read here ("" is none); `UserError` says what is wrong."""
    if source:
        _path(source)
    return source


def read(source: str) -> Parts:
    """The vectors of `npz:PATH` or `mnist:PATH`; `UserError` where there are none to be had."""
    if not source:
        raise UserError(N_("A table needs a file: on the command line, --data npz:PATH or --data mnist:PATH."))
    kind, path, threshold = _path(source)
    try:
        return READERS[kind](path, threshold)
    except UserError:
        raise
    except OSError as error:
        raise UserError(N_("{name} cannot be read: {why}."), name=path.name, why=error.strerror or "?") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError):
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=path.name) from None
    except MemoryError:
        raise UserError(N_("{name} does not fit into memory."), name=path.name) from None


def _path(source: str) -> tuple[str, Path, float | None]:
    """Kind, place and threshold of a source. Whether a file is there is looked at only where reading is allowed."""
    kind, colon, rest = source.partition(":")
    options = OPTIONS.match(rest)
    place = options["place"] if options else ""
    threshold = float(options["threshold"]) if options and options["threshold"] else None
    if not colon or kind not in READERS or not place or "\0" in place:
        raise UserError(N_("A table is named like npz:PATH or mnist:PATH, not '{given}'."), given=source[:40])
    return kind, allowed(place), threshold


def _npz(path: Path, threshold: float | None) -> Parts:
    """Arrays named train, valid (or validation), test, or the same with `_data`; or one array, which is parted."""
    with open(path, "rb") as file:
        if file.read(2) != b"PK":
            raise UserError(N_("{name} is no .npz file."), name=path.name)
    check_arrays(path, path.name, MAX_BYTES)
    with warnings.catch_warnings(), np.load(path, allow_pickle=False) as arrays:
        warnings.filterwarnings("ignore", message=".*created on Python 2")
        named = {name.removesuffix("_data"): name for name in sorted(arrays.files, key=len, reverse=True)}
        found = {
            part: arrays[named[name]]
            for part, name in (("train", "train"), ("valid", "validation"), ("valid", "valid"), ("test", "test"))
            if name in named
        }
        if not found and len(named) == 1:
            found = {"train": arrays[arrays.files[0]]}
    if "train" not in found or "test" not in found and len(found) > 1:
        raise UserError(
            N_("{name} needs arrays called train, valid and test; it has: {names}."),
            name=path.name,
            names=", ".join(sorted(named.values()))[:200],
        )
    return _parts(path, found, threshold)


def _mnist(path: Path, threshold: float | None) -> Parts:
    """A folder with the four usual IDX files (or the two of pictures), packed by gzip or not; or MNIST as .npz, whose
    arrays are called x_train and x_test. Grey is made black or white at half."""
    if path.is_dir():
        found = {part: _idx(_present(path, f"{stem}-images")) for part, stem in (("train", "train"), ("test", "t10k"))}
        return _parts(path, found, threshold)
    if path.suffix == ".npz":
        check_arrays(path, path.name, MAX_BYTES)
        with np.load(path, allow_pickle=False) as arrays:
            return _parts(path, {part: arrays[f"x_{part}"] for part in ("train", "test")}, threshold)
    raise UserError(
        N_(
            "MNIST is a folder with train-images-idx3-ubyte and t10k-images-idx3-ubyte (.gz or not), or an "
            ".npz file with x_train and x_test."
        )
    )


def _present(folder: Path, stem: str) -> Path:
    names = [f"{stem}{middle}idx3-ubyte{end}" for middle in ("-", ".") for end in ("", ".gz")]
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise UserError(N_("{folder} has no file {name}."), folder=folder.name, name=names[0])


def _idx(path: Path) -> np.ndarray:
    """LeCun's format: two zeros, the kind of number (8: bytes), how many axes, their lengths (big-endian), numbers."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        head = file.read(16)
        if len(head) < 16 or head[:4] != b"\0\0\x08\x03":
            raise UserError(N_("{name} is no IDX file of pictures."), name=path.name)
        shape = tuple(int(length) for length in np.frombuffer(head, ">u4", 3, 4))
        count = shape[0] * shape[1] * shape[2]
        if count > MAX_BYTES:
            raise UserError(N_("{name} is too large: at most {most} MB."), name=path.name, most=MAX_BYTES // 10**6)
        raw = file.read(count + 1)  # no more than its head says, and no more than there is
    if len(raw) != count:
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=path.name)
    return np.frombuffer(raw, np.uint8).reshape(shape)


def _parts(path: Path, found: dict[str, np.ndarray], threshold: float | None) -> Parts:
    """Arrays as bits; what is missing of valid and test is drawn from the training vectors."""
    for part, array in found.items():
        if (
            array.dtype.kind not in "buif"
            or array.ndim not in (2, 3)
            or not 1 <= np.prod(array.shape[1:]) <= MAX_COLUMNS
        ):
            raise UserError(
                N_("The array {part} of {name} is no table of numbers with 1 to {most} columns."),
                part=part,
                name=path.name,
                most=MAX_COLUMNS,
            )
        if array.size > MAX_NUMBERS or len(array) < MIN_ROWS:
            raise UserError(
                N_("The array {part} of {name} has too many or too few rows: {rows}."),
                part=part,
                name=path.name,
                rows=len(array),
            )
    if len({array.shape[1:] for array in found.values()}) > 1:
        raise UserError(N_("The arrays of {name} differ in their columns."), name=path.name)
    shape = found["train"].shape[1:]
    at = threshold if threshold is not None else _threshold(path, found)
    bits = {part: array.reshape(len(array), -1) >= at for part, array in found.items()}
    random = np.random.default_rng(0)
    for part in ("test", "valid"):
        if part not in bits:
            rows = random.permutation(len(bits["train"]))
            held = len(rows) // ONE_IN
            bits[part], bits["train"] = bits["train"][rows[:held]], bits["train"][np.sort(rows[held:])]
    made = {part: array.astype(np.uint8) for part, array in bits.items()}
    for array in made.values():
        array.setflags(write=False)
    plain = all(((array == 0) | (array == 1)).all() for array in found.values())
    return Parts(
        **made, shape=(shape[0], shape[1]) if len(shape) == 2 else None, threshold=None if plain else float(at)
    )


def _threshold(path: Path, found: Mapping[str, np.ndarray]) -> float:
    """From which level on a number counts as 1, for all parts alike: the upper one of two levels, else half of the
    scale, which reaches from 0 (or the smallest, if it is negative) to the largest level, or to 255 where these are
    grey levels."""
    for part, array in found.items():
        if not np.isfinite(array).all():
            raise UserError(
                N_("The array {part} of {name} holds values that are not finite numbers."), part=part, name=path.name
            )
    levels = np.unique(np.concatenate([np.unique(array) for array in found.values()]).astype(float))
    if len(levels) == 2:
        return float(levels[1])
    low, high = min(levels[0], 0.0), levels[-1]
    return float(low + (GREY if GREY_MAX <= high <= GREY and low == 0 else high)) / 2


READERS: dict[str, Callable[[Path, float | None], Parts]] = {"npz": _npz, "mnist": _mnist}
