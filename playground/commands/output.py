"""What a command writes. Whether it can be written is known before anything is computed; what then cannot be written
where it was asked for is kept elsewhere, and said."""

import contextlib
import os
import secrets
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playground.core.errors import UserError

SHELTERS = (Path("runs"), Path(tempfile.gettempdir()))
"""Folders in which work is kept that has no other place, in this order."""


class KeptElsewhere(UserError):
    """Something could not be written where it was asked for; the sentence says where it is."""


def check_file(flag: str, path: Path, endings: Sequence[str], make_folder: bool = False) -> None:
    """`UserError` unless a file can be written there. `make_folder`: its folder may still have to be made."""
    if path.suffix not in endings:
        raise UserError(
            "{flag} needs a name that ends in {endings}, not {name}.",
            flag=flag,
            endings=" or ".join(endings),
            name=path.name,
        )
    if os.path.isdir(path):  # unlike pathlib's it does not mind a name that cannot be
        raise UserError("{flag}: {path} is a folder.", flag=flag, path=path)
    if not make_folder and not os.path.isdir(path.parent):
        raise UserError("{flag}: the folder {folder} does not exist.", flag=flag, folder=path.parent)
    check_folder(flag, path.parent)
    beside = _beside(path)
    try:
        if os.path.exists(path):
            open(path, "ab").close()
        elif os.path.isdir(path.parent):
            open(beside, "xb").close()  # a name may be too long
            beside.unlink()
    except OSError as error:
        raise refusal(flag, path, error) from None


def check_folder(flag: str, folder: Path) -> None:
    """`UserError` unless files can be written into this folder, or one can be made there. Nothing of it is left."""
    made: list[Path] = []
    try:
        for part in [*reversed(folder.parents), folder]:
            if not os.path.exists(part):
                part.mkdir()
                made.append(part)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise refusal(flag, folder, error) from None
    finally:
        for part in reversed(made):
            part.rmdir()


def write(flag: str, path: Path, writer: Callable[[Path], object]) -> None:
    """Write a file, whole or not at all; `KeptElsewhere` says where it is if it could not be written there."""
    try:
        _whole(path, writer)
    except OSError as error:
        raise keep_elsewhere(flag, path, error, lambda there: _whole(there, writer)) from None


def keep_elsewhere(flag: str, path: Path, error: OSError, writer: Callable[[Path], object]) -> UserError:
    """Have `writer` write a file or a folder in one of the shelters; the error that says so."""
    for shelter in SHELTERS:
        there = shelter / f"{path.stem}-{secrets.token_hex(3)}{path.suffix}"
        try:
            shelter.mkdir(parents=True, exist_ok=True)
            writer(there)
        except OSError:
            continue
        return KeptElsewhere(
            "{flag}: {path} cannot be written: {why}. What was computed is kept in {there}.",
            flag=flag,
            path=path,
            why=error.strerror or error,
            there=there,
        )
    return refusal(flag, path, error)


def complain(*errors: UserError | None) -> None:
    """Say what could not be written where, without an end to the command."""
    for error in filter(None, errors):
        print(f"playground: {error}", file=sys.stderr)


def refusal(flag: str, path: Path, error: OSError) -> UserError:
    return UserError("{flag}: {path} cannot be written: {why}.", flag=flag, path=path, why=error.strerror or error)


def _whole(path: Path, writer: Callable[[Path], object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = _beside(path)
    try:
        writer(beside)
        beside.replace(path)
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """Under this name a file is written before it takes its place; the ending says how."""
    return path.with_name(f"{path.stem}.part{path.suffix}")
