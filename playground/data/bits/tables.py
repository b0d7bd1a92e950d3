"""Tables of bits from files, by path: `npz:FILE` with training, validation and test arrays, or `mnist:FOLDER`.

Paths come from whoever runs the command line or the package. A server takes settings from links, so it reads none but
those below the folders of `PLAYGROUND_TABLES` (parted by the system's separator), which is none unless its operator
names some. Nothing in a file is executed: arrays are read without pickle.
"""

import gzip
import os
import warnings
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

FOLDERS_VARIABLE = "PLAYGROUND_TABLES"
MAX_SOURCE_LENGTH = 400
"""Characters of a source."""
MAX_BYTES, MAX_NUMBERS, MAX_COLUMNS = 600_000_000, 100_000_000, 2048
"""How large a file may be when unpacked, how many bits it may hold, and how many to a vector."""
MIN_ROWS = 10
VALIDATION_ONE_IN = 6
"""Where there is no validation part, each sixth of the training vectors: the last ones."""
INK_THRESHOLD = 128
"""From this grey on, of 255, a pixel counts as set."""


@dataclass(frozen=True)
class Parts:
    """Vectors (n, dim) uint8, 0 or 1, locked; `shape` where they are pictures."""

    train: np.ndarray
    valid: np.ndarray
    test: np.ndarray
    shape: tuple[int, int] | None = None


def checked_source(source: str) -> str:
    """The source itself, if it is one and may be read here ("" is none); `UserError` says what is wrong."""
    if source:
        _path(source)
    return source


def read(source: str) -> Parts:
    """The vectors of `npz:PATH` or `mnist:PATH`; `UserError` where there are none to be had."""
    if not source:
        raise UserError(N_("A table needs a file: on the command line, --data npz:PATH or --data mnist:PATH."))
    kind, path = _path(source)
    try:
        return READERS[kind](path)
    except UserError:
        raise
    except OSError as error:
        raise UserError(N_("{name} cannot be read: {why}."), name=path.name, why=error.strerror or "?") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError):
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=path.name) from None
    except MemoryError:
        raise UserError(N_("{name} does not fit into memory."), name=path.name) from None


def _path(source: str) -> tuple[str, Path]:
    """Kind and place of a source. Whether a file is there is looked at only where reading is allowed."""
    kind, colon, place = source.partition(":")
    if not colon or kind not in READERS or not place or "\0" in place:
        raise UserError(N_("A table is named like npz:PATH or mnist:PATH, not '{given}'."), given=source[:40])
    allowed = os.environ.get(FOLDERS_VARIABLE)
    if allowed is None:  # no server: whoever runs this may read whatever the system lets them
        return kind, Path(place).expanduser()
    path = Path(place).resolve()
    folders = [Path(folder).resolve() for folder in allowed.split(os.pathsep) if folder]
    if not any(path.is_relative_to(folder) for folder in folders):
        raise UserError(
            N_("This server reads no tables by path. Use the command line, or a folder that its operator has allowed.")
        )
    return kind, path


def _npz(path: Path) -> Parts:
    """Arrays named train, valid (or validation), test, or the same with `_data`."""
    with open(path, "rb") as file:
        if file.read(2) != b"PK":
            raise UserError(N_("{name} is no .npz file."), name=path.name)
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
            raise UserError(N_("{name} is too large: at most {most} MB."), name=path.name, most=MAX_BYTES // 10**6)
    with warnings.catch_warnings(), np.load(path, allow_pickle=False) as arrays:
        warnings.filterwarnings("ignore", message=".*created on Python 2")
        named = {name.removesuffix("_data"): name for name in sorted(arrays.files, key=len, reverse=True)}
        found = {
            part: arrays[named[name]]
            for part, name in (("train", "train"), ("valid", "validation"), ("valid", "valid"), ("test", "test"))
            if name in named
        }
    if not {"train", "test"} <= found.keys():
        raise UserError(
            N_("{name} needs arrays called train, valid and test; it has: {names}."),
            name=path.name,
            names=", ".join(sorted(named.values()))[:200],
        )
    return _parts(path, found)


def _mnist(path: Path) -> Parts:
    """A folder with the four usual IDX files (or the two of pictures), packed by gzip or not; or MNIST as .npz, whose
    arrays are called x_train and x_test. Grey is made black or white at half."""
    if path.is_dir():
        found = {part: _idx(_present(path, f"{stem}-images")) for part, stem in (("train", "train"), ("test", "t10k"))}
        return _parts(path, found)
    if path.suffix == ".npz":
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise UserError(N_("{name} is too large: at most {most} MB."), name=path.name, most=MAX_BYTES // 10**6)
        with np.load(path, allow_pickle=False) as arrays:
            return _parts(path, {part: arrays[f"x_{part}"] for part in ("train", "test")})
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
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise UserError(N_("{name} is too large: at most {most} MB."), name=path.name, most=MAX_BYTES // 10**6)
    if len(raw) < 16 or raw[:4] != b"\0\0\x08\x03":
        raise UserError(N_("{name} is no IDX file of pictures."), name=path.name)
    shape = tuple(int(length) for length in np.frombuffer(raw, ">u4", 3, 4))
    if len(raw) != 16 + shape[0] * shape[1] * shape[2]:
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=path.name)
    return np.frombuffer(raw, np.uint8, offset=16).reshape(shape)


def _parts(path: Path, found: dict[str, np.ndarray]) -> Parts:
    """Arrays as bits, the last of the training ones held out where nothing is there to choose by."""
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
    bits = {part: _bits(path, part, array.reshape(len(array), -1)) for part, array in found.items()}
    if "valid" not in bits:
        held = len(bits["train"]) // VALIDATION_ONE_IN
        bits["valid"], bits["train"] = bits["train"][-held:], bits["train"][:-held]
    for array in bits.values():
        array.setflags(write=False)
    return Parts(**bits, shape=(shape[0], shape[1]) if len(shape) == 2 else None)


def _bits(path: Path, part: str, array: np.ndarray) -> np.ndarray:
    """0 and 1 as they are, 0 to 1 from one half on, 0 to 255 from `INK_THRESHOLD` on."""
    if not np.isfinite(array).all() or array.min() < 0 or array.max() > 255:
        raise UserError(
            N_("The array {part} of {name} holds numbers that are neither bits nor grey levels from 0 to 255."),
            part=part,
            name=path.name,
        )
    return (array >= (0.5 if array.max() <= 1 else INK_THRESHOLD)).astype(np.uint8)


READERS: dict[str, Callable[[Path], Parts]] = {"npz": _npz, "mnist": _mnist}
