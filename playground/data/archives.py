"""Zip files of other people, looked at before anything in them is unpacked: how much there is, and how it is packed.

What a member says of its size is what Python unpacks of it at most, if it is stored or deflated. Other packings unpack
a small piece into hundreds of megabytes at once.
"""

import zipfile
from pathlib import Path
from typing import IO, BinaryIO

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
MAX_MEMBERS = 10_000


def unpacked(archive: zipfile.ZipFile) -> int:
    """Bytes of an archive when it is unpacked. `BadZipFile` where it has too many members or is packed otherwise."""
    members = archive.infolist()
    if len(members) > MAX_MEMBERS or any(member.compress_type not in PACKINGS for member in members):
        raise zipfile.BadZipFile("packed otherwise")
    return sum(member.file_size for member in members)


def check_arrays(file: BinaryIO | Path, name: str, most: int) -> None:
    """`UserError` where a .npz file has more than `most` bytes when unpacked, and `ValueError` where an array is larger
    than what is there of it: NumPy makes room for what the head of an array says."""
    with zipfile.ZipFile(file) as archive:
        if unpacked(archive) > most:
            raise UserError(N_("{name} is too large: at most {most} MB."), name=name, most=most // 10**6)
        for member in archive.infolist():
            with archive.open(member) as array:
                check_array(array, member.file_size)
    if not isinstance(file, Path):
        file.seek(0)


def check_array(array: IO[bytes], size: int) -> None:
    """`ValueError` where a .npy file of `size` bytes says that its array is larger."""
    start = array.read(len(np.lib.format.MAGIC_PREFIX) + 2)
    if not start.startswith(np.lib.format.MAGIC_PREFIX):  # no array: NumPy gives its bytes
        return
    head = np.lib.format.read_array_header_1_0 if start[-2] == 1 else np.lib.format.read_array_header_2_0
    shape, _, kind = head(array)
    needed = kind.itemsize
    for length in shape:
        needed *= length
    if not kind.hasobject and needed > size - array.tell():
        raise ValueError(f"an array of {needed} bytes in {size}")
