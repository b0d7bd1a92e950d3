"""Pickles of NumPy arrays, read without running anything that is in them.

A pickle is a program that may call what it likes. Here it may name a few things alone, the ones that NumPy names to say
“an array”; and each of them is replaced by one of this file, so that not even NumPy's own code sees what the file says
of an array before it was checked. Everything else that a pickle asks for is refused before it is imported.
"""

import io
import math
import pickle
from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np

from playground.core.errors import UserError
from playground.core.i18n import N_

KINDS = "biufUS"
"""Kinds of numbers and texts an array may hold."""
DEEPEST = 12
"""So many containers inside one another."""
MAGIC = b"\x93NUMPY"
LATIN = ("latin1", "latin-1", "iso-8859-1")


class Refused(Exception):
    """What a pickle asks for is none of what it may."""


def load(file: BinaryIO, name: str) -> Any:
    """What a pickle holds: dictionaries, lists, tuples, texts, numbers, arrays. A .npy file of one object is read, too.
    `UserError`, with the file's `name`, if it asks for anything else or is damaged."""
    try:
        start = file.tell()
        if file.read(len(MAGIC)) == MAGIC:
            _skip_header(file)
        else:
            file.seek(start)
        return _Unpickler(file, encoding="latin1").read()
    except Refused as refusal:
        raise UserError(
            N_("{name} is refused: it wants to run {what}. A file of arrays needs nothing of that kind."),
            name=name,
            what=str(refusal)[:80],
        ) from None
    except UserError:
        raise
    except MemoryError:
        raise UserError(N_("{name} does not fit into memory."), name=name) from None
    except Exception:  # a damaged pickle may fail in any way: the program in it is random
        raise UserError(N_("{name} is damaged, or no pickle of arrays."), name=name) from None


def loads(raw: bytes, name: str = "pickle") -> Any:
    """The same of bytes."""
    return load(io.BytesIO(raw), name)


def _skip_header(file: BinaryIO) -> None:
    """Past the header of a .npy file, whose version says how long its length is."""
    long = file.read(2)[0] > 1
    file.seek(int.from_bytes(file.read(4 if long else 2), "little"), io.SEEK_CUR)


class _Type:
    """A type of numbers, as NumPy pickles it: its name, then a state with the order of its bytes."""

    def __init__(self, name: str = "", *_: object):
        name = name.decode("ascii") if isinstance(name, bytes) else name
        if not isinstance(name, str):
            raise Refused("a dtype without a name")
        self.objects = name in ("O", "O8", "O4", "object")
        self.type = np.dtype(object if self.objects else name)
        if not self.objects and (self.type.kind not in KINDS or self.type.fields or self.type.subdtype):
            raise Refused(f"dtype {name[:20]}")

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        order, size = state[1], state[5]
        if order not in ("<", ">", "|", "=") or any(part is not None for part in state[2:5]):
            raise Refused("dtype with fields")
        if self.type.kind in "US" and isinstance(size, int) and size >= 0:
            self.type = np.dtype(f"{self.type.kind}{size // (4 if self.type.kind == 'U' else 1)}")
        if order in "<>":
            self.type = self.type.newbyteorder(order)


class _Array:
    """An array: filled from its bytes, or from a list where it holds objects."""

    def __init__(self, *_: object):
        self.value: Any = None

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        shape, kind, fortran, content = state[-4:]
        self.fill(content, kind, shape, "F" if fortran else "C")

    def fill(self, content: Any, kind: _Type, shape: Any, order: str) -> None:
        if not isinstance(kind, _Type) or not all(isinstance(n, int) and n >= 0 for n in shape):
            raise Refused("an array of no known type")
        if kind.objects:
            if not isinstance(content, list) or math.prod(shape) != len(content):
                raise Refused("an array of other objects")
            self.value = content[0] if shape == () else content
            return
        content = content.encode("latin1") if isinstance(content, str) else content
        # An array of another size than it says is a `ValueError` here, and so a damaged file.
        self.value = np.frombuffer(content, kind.type).reshape(shape, order="F" if order == "F" else "C")


def _reconstruct(*_: object) -> _Array:
    """What `numpy._core.multiarray._reconstruct` is asked for: an empty array, whose state follows."""
    return _Array()


def _from_buffer(content: Any, kind: _Type, shape: Any, order: str) -> _Array:
    """`numpy._core.numeric._frombuffer`, which protocol 5 uses."""
    found = _Array()
    found.fill(bytes(content), kind, shape, order)
    return found


def _scalar(kind: _Type, content: Any = b"") -> _Array:
    """A number of NumPy."""
    found = _Array()
    found.fill(content, kind, (), "C")
    return found


def _latin(text: str, encoding: str = "") -> bytes:
    """`_codecs.encode` as Python 2 and 3 share bytes through it; other codecs are not asked for."""
    if not isinstance(text, str) or encoding not in LATIN:
        raise Refused(f"_codecs.encode with {encoding!r}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    """`bytes()`, which stands for none of them in old protocols."""
    return b""


ALLOWED: dict[tuple[str, str], Callable[..., Any]] = {
    **{(f"numpy.{core}.multiarray", "_reconstruct"): _reconstruct for core in ("core", "_core")},
    **{(f"numpy.{core}.numeric", "_frombuffer"): _from_buffer for core in ("core", "_core")},
    **{(f"numpy.{core}.multiarray", "scalar"): _scalar for core in ("core", "_core")},
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Type,
    ("_codecs", "encode"): _latin,
    **{(module, "bytes"): _no_bytes for module in ("builtins", "__builtin__")},
}
"""What a pickle may name, and what it then gets."""


class _Unpickler(pickle._Unpickler):
    """Python's reader written in Python: that in C makes room for as many memories as a pickle says that it has."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        found = ALLOWED.get((module_name, global_name))
        if found is None:
            raise Refused(f"{module_name}.{global_name}")
        return lambda *arguments: found(*arguments)  # anew each time: a pickle may set attributes of what it was given

    def persistent_load(self, pid: Any) -> Any:
        raise Refused("a persistent object")

    def read(self) -> Any:
        return _plain(self.load(), {}, 0)


def _plain(value: Any, known: dict[int, Any], depth: int) -> Any:
    """The same with arrays in place of what stands for them. What stands in several places is made once; what holds
    itself has no end and is refused."""
    if depth > DEEPEST:
        raise Refused("containers without end")
    if isinstance(value, _Array):
        return _plain(value.value, known, depth + 1)
    if isinstance(value, dict | list | tuple | set | frozenset):
        if id(value) not in known:
            made = [_plain(one, known, depth + 1) for one in (value.values() if isinstance(value, dict) else value)]
            known[id(value)] = dict(zip(map(_key, value), made, strict=True)) if isinstance(value, dict) else made
        return known[id(value)]
    if value is None or isinstance(value, str | bytes | bool | int | float | np.ndarray):
        return value
    raise Refused(type(value).__name__)


def _key(key: Any) -> str:
    return key.decode("utf-8", "replace") if isinstance(key, bytes) else str(key)
