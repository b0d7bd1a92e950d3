"""Features and labels as people have them: one .npz file, or a folder with train/ and test/.

A .npz file has arrays `features` (T, D) and `labels` (T,) or (T, C), and may have `class_names` and `fps`. Several
streams are `features_1`, `labels_1`, `features_2`, ...; `train_`, `valid_` or `test_` before the name says to which
part they belong. A folder holds such files, or pairs `NAME_features.npy` and `NAME_labels.npy`, which stay on the disk
until they are needed, and may have `about.json` with `class_names` and `fps`.
"""

import json
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..archives import check_arrays
from .checks import Frames, Parts, checked_parts, checked_stream
from .parting import parted

PARTS = ("train", "valid", "test")
ARRAY = re.compile(r"(?:(?P<part>train|valid|test)_)?(?P<what>features|labels)(?:_(?P<name>\w+))?")
FPS = 10.0
"""Where a file does not say."""
MAX_UNPACKED = 8_000_000_000
LONGEST_NAME = 60
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    NotImplementedError,
)
"""What readers raise for files that are not what their names say, besides `ValueError`."""


class Found:
    """What was read so far."""

    def __init__(self) -> None:
        self.streams: dict[str, list[Frames]] = defaultdict(list)
        """By part; "" where none was named."""
        self.class_names: list[str] = []
        self.fps, self.columns = FPS, 0

    def add(self, part: str, name: str, features: np.ndarray, labels: np.ndarray) -> None:
        known = next((some[0][0].shape[1] for some in self.streams.values() if some), None)
        self.streams[part].append(checked_stream(name, features, labels, known))
        if labels.ndim == 2 and labels.shape[1] > 1:
            self.columns = max(self.columns, labels.shape[1])

    def about(self, class_names: Any, fps: Any) -> None:
        if class_names is not None:
            texts = np.ravel(class_names).astype(str).tolist()
            self.class_names = [text.strip()[:LONGEST_NAME] or "?" for text in texts]
        if fps is not None:
            self.fps = float(np.ravel(np.asarray(fps, np.float64))[0])

    def parts(self) -> Parts:
        return checked_parts(parted(self.streams), self.class_names, self.columns, self.fps)


def read_npz(file: BinaryIO | Path, name: str, unpacked: int = MAX_UNPACKED) -> Parts:
    """The streams of one file, which may have `unpacked` bytes when unpacked; `UserError` says what is wrong."""
    found = Found()
    with reading(name):
        _add_npz(found, file, name, "", unpacked)
    return found.parts()


def read_folder(folder: Path) -> Parts:
    """The streams of a folder with train/, test/ and perhaps valid/."""
    found = Found()
    with reading(folder.name):
        about = folder / "about.json"
        if about.is_file():
            told = json.loads(about.read_text("utf-8"))
            found.about(told.get("class_names"), told.get("fps"))
        for part in PARTS:
            for path in sorted((folder / part).iterdir()) if (folder / part).is_dir() else ():
                if path.suffix == ".npz":
                    _add_npz(found, path, f"{part}/{path.name}", part, MAX_UNPACKED)
                elif path.name.endswith("_features.npy"):
                    labels = path.with_name(f"{path.name.removesuffix('_features.npy')}_labels.npy")
                    if not labels.is_file():
                        raise UserError(N_("{folder} has no file {name}."), folder=part, name=labels.name)
                    # Features of long videos are gigabytes: they are read from the disk as they are needed.
                    features = np.load(path, mmap_mode="r", allow_pickle=False)
                    found.add(part, f"{part}/{path.name}", features, np.load(labels, allow_pickle=False))
    for part in ("train", "test"):
        if not found.streams.get(part):
            raise UserError(
                N_("{folder} has no streams in {part}/: files .npz, or pairs NAME_features.npy and NAME_labels.npy."),
                folder=folder.name,
                part=part,
            )
    return found.parts()


def _add_npz(found: Found, file: BinaryIO | Path, name: str, part: str, unpacked: int) -> None:
    if isinstance(file, Path):
        file.open("rb").close()  # what cannot be read says so
    if not zipfile.is_zipfile(file):
        raise UserError(N_("{name} is no .npz file."), name=name)
    check_arrays(file, name, unpacked)
    with np.load(file, allow_pickle=False) as arrays:
        named = [match for key in arrays.files if (match := ARRAY.fullmatch(key))]
        pairs = {(one["part"] or part, one["name"] or "") for one in named}
        if not pairs:
            raise UserError(
                N_("{name} needs arrays called features and labels; it has: {names}."),
                name=name,
                names=", ".join(arrays.files)[:200],
            )
        found.about(*(arrays[key] if key in arrays.files else None for key in ("class_names", "fps")))
        for owner, suffix in sorted(pairs, key=_in_order):
            keys = {
                one["what"]: one.string for one in named if (one["part"] or part, one["name"] or "") == (owner, suffix)
            }
            if len(keys) < 2:
                (there,) = keys.values()
                raise UserError(
                    N_("{name} has {there} without its other half: features and labels go together."),
                    name=name,
                    there=there,
                )
            called = f"{name}: {keys['features']}" if len(pairs) > 1 else name
            found.add(owner, called, arrays[keys["features"]], arrays[keys["labels"]])


def _in_order(pair: tuple[str, str]) -> tuple[str, bool, int, str]:
    """Streams by part, then by number, then by name."""
    part, name = pair
    return part, not name.isdecimal(), int(name) if name.isdecimal() else 0, name


@contextmanager
def reading(name: str) -> Iterator[None]:
    """What goes wrong while a file is read, as one sentence."""
    try:
        yield
    except UserError:
        raise
    except OSError as error:
        raise UserError(N_("{name} cannot be read: {why}."), name=name, why=error.strerror or "?") from None
    except ValueError as error:
        if "allow_pickle" in str(error):
            raise UserError(
                N_("{name} holds objects of Python, which are not read. Save plain numbers and texts."), name=name
            ) from None
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=name) from None
    except MemoryError:
        raise UserError(N_("{name} does not fit into memory."), name=name) from None
    except BROKEN:
        raise UserError(N_("{name} is damaged or has another format than its name says."), name=name) from None
