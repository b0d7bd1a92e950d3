"""Streams of a visitor's own: a small .npz file as a code among the settings, or files on the disk by their path."""

import base64
import binascii
import io
import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

from ..places import allowed
from .checks import Frames, Parts
from .own_files import read_folder, read_npz
from .stick_figure import StickFigure
from .stream_data import StreamData

OWN = ("own_streams", N_("Own features"))
"""Name and title."""
MAX_BYTES, MAX_UNPACKED = 4_000_000, 32_000_000
"""Of a file that is uploaded: as it is, and unpacked."""
MAX_CODE_LENGTH = 4 * (MAX_BYTES // 3 + 1)
"""Characters of a code: four stand for three bytes."""
MAX_PATH_LENGTH = 400


@dataclass(frozen=True, kw_only=True)
class OwnStreams(StreamData):
    """The streams of a code, of `npz:PATH` or of `folder:PATH`. `UserError` where there are none to be had."""

    name: str = OWN[0]
    title: str = OWN[1]
    source: str = field(repr=False)

    def __post_init__(self):
        read(self.source)

    @property
    def description(self) -> str:
        return N_("Your own features and labels, frame by frame.")

    @property
    def class_names(self) -> tuple[str, ...]:
        return read(self.source).class_names

    @property
    def fps(self) -> float:
        return read(self.source).fps

    @property
    def dim(self) -> int:
        return read(self.source).dim

    def recorded(self, part: str) -> tuple[Frames, ...]:
        return read(self.source).streams[part]


def own(source: str = "", shuffled: bool = False) -> StreamData:
    """The data of that source; where it is empty, the stick figure is the example."""
    if not source:
        return replace(StickFigure(), name=OWN[0], title=OWN[1], shuffled=shuffled)
    return OwnStreams(source=source, shuffled=shuffled)


def checked_source(source: str) -> str:
    """The source itself, if its code is whole, or if its path may be read here ("" is none); else `UserError`."""
    if by_path(source):
        _place(source)
    elif source:
        read(source)
    return source


def by_path(source: str) -> bool:
    """Whether it names files, rather than holding one."""
    return source.startswith(tuple(f"{kind}:" for kind in READERS))


@lru_cache(maxsize=4)  # a page asks for the same at every click
def read(source: str) -> Parts:
    """The streams of a source that is not empty."""
    if by_path(source):
        kind, place = _place(source)
        return READERS[kind](place)
    return read_npz(io.BytesIO(decode(source)), "features.npz", MAX_UNPACKED)


READERS = {"npz": lambda path: read_npz(path, path.name), "folder": read_folder}
"""How files are named by their path."""


def _place(source: str) -> tuple[str, Path]:
    """How and where, if it may be read here."""
    kind, _, place = source.partition(":")
    if not place or "\0" in place or len(place) > MAX_PATH_LENGTH:
        raise UserError(N_("Features are named like npz:PATH or folder:PATH, not '{given}'."), given=source[:40])
    return kind, allowed(place)


def encode(raw: bytes) -> str:
    """The code of a .npz file: the file itself, as text. `UserError` if there is nothing to learn from in it."""
    if len(raw) > MAX_BYTES:
        raise UserError(
            N_(
                "The file is too large: {size} kB, the maximum is {most} kB. The command line reads larger ones: "
                "--data npz:PATH or folder:PATH."
            ),
            size=len(raw) // 1000,
            most=MAX_BYTES // 1000,
        )
    code = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    if not raw:
        raise UserError(N_("The file is empty."))
    read(code)
    return code


def decode(code: str) -> bytes:
    """The file of a code. `UserError` if it is not whole."""
    broken = UserError(N_("Your own features in this link are damaged. Copy the whole link, or upload the file again."))
    if len(code) > MAX_CODE_LENGTH or not re.fullmatch(r"[A-Za-z0-9_-]+", code):
        raise broken
    try:
        return base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    except binascii.Error:
        raise broken from None
