"""A lesson as a link: compressed JSON in base64url, after a `z`. It fits in four kilobytes, or it is a file.

Drawn points and other long settings travel in it whole: the server that opens it need not know them.
"""

import base64
import binascii
import re
import zlib

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps

from .lesson import MAX_BYTES, Lesson, read

MAX_LINK = 4096
"""Characters of a lesson in a link: what messengers and QR readers still take."""
MARK = "z"
CODE = re.compile(MARK + r"[A-Za-z0-9_-]+")


def encode(lesson: Lesson) -> str:
    """The value of `lesson=` in a link; `UserError` if the lesson is too long for one."""
    raw = dumps(lesson.model_dump(exclude_defaults=True), ensure_ascii=False, separators=(",", ":")).encode()
    code = MARK + base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")
    if len(code) > MAX_LINK:
        raise UserError(
            N_("This lesson is too long for a link: {length} characters, at most {most}. Send it as a file."),
            length=len(code),
            most=MAX_LINK,
        )
    return code


def decode(code: str) -> tuple[Lesson, list[UserError]]:
    """The lesson of a link, and what was left out (see `lesson.read`). `UserError` if the link is not whole."""
    broken = UserError(N_("The lesson in this link is damaged. Copy the whole link."))
    if len(code) > MAX_LINK or not CODE.fullmatch(code):
        raise broken
    packed = code.removeprefix(MARK)
    try:
        raw = _unpacked(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
    except (binascii.Error, zlib.error):
        raise broken from None
    return read(raw)


def _unpacked(packed: bytes) -> bytes:
    """At most `MAX_BYTES` are unpacked: a few bytes can stand for gigabytes."""
    unpacker = zlib.decompressobj()
    raw = unpacker.decompress(packed, MAX_BYTES)
    if not unpacker.eof:
        raise zlib.error
    return raw
