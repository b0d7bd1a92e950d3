"""A visitor's text: from the bytes of a file to text, and to a short code that fits among the settings."""

import base64
import binascii
import re
import unicodedata
import zlib
from functools import lru_cache

from playground.core.errors import UserError
from playground.core.i18n import N_

MAX_BYTES = 1_000_000
"""How large a text may be, in UTF-8."""
MIN_CHARACTERS = 500
"""Below there is nothing to learn from and hold out."""
MAX_CODE_LENGTH = 4 * (MAX_BYTES + MAX_BYTES // 1000 + 64) // 3
"""Characters of a code: what cannot be compressed grows a little, and four characters stand for three bytes."""
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
OTHER_FILES = (
    b"PK\x03\x04",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
)
"""How documents, pictures and archives begin that people take for text."""
CONTROL = re.compile(r"[\x01-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
MAX_CONTROL_SHARE = 0.001


def read_text(raw: bytes, fewest: int = MIN_CHARACTERS) -> str:
    """The text in a file: UTF-8 with or without its mark, UTF-16 with it, GB 18030, or Windows-1252, as by `cleaned`.
    `UserError` says what is wrong with it."""
    if len(raw) > 2 * MAX_BYTES:  # UTF-16 of a text that is small enough
        raise _too_large(len(raw))
    if not raw.strip():
        raise UserError(N_("The file is empty."))
    if raw.startswith(OTHER_FILES):
        raise UserError(
            N_("This is not a plain text but a document, a picture or an archive. Save it as text (UTF-8).")
        )
    marked = next((name for mark, name in BOMS.items() if raw.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030", "cp1252"]:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or _chinese(text):
            return cleaned(text, fewest)
    raise UserError(N_("The characters of this file cannot be read. Save it as UTF-8."))


def _chinese(text: str) -> bool:
    """Whether most characters beyond ASCII stand beside one another, as in Chinese. An accented letter of Windows-1252
    and the letter after it are one rare character in GB 18030, which stands alone."""
    beside = sum(map(len, re.findall(r"[^\x00-\x7f]{2,}", text)))
    return 2 * beside >= len(re.findall(r"[^\x00-\x7f]", text))


def cleaned(text: str, fewest: int = MIN_CHARACTERS) -> str:
    """A text that was pasted or read: composed characters (NFC), one kind of line ends, no blanks at their ends.
    `UserError` where it is binary, has less than `fewest` characters or is too long."""
    if "\0" in text or len(CONTROL.findall(text)) > MAX_CONTROL_SHARE * len(text):
        raise UserError(N_("This is not a text: it has characters that cannot be shown."))
    text = CONTROL.sub("", text.replace("\ufeff", ""))
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    text = unicodedata.normalize("NFC", text)
    if not text:
        raise UserError(N_("The text is empty."))
    if len(text) < fewest:
        raise UserError(
            N_("The text is too short: it has {count:character|characters}, the minimum is {fewest}."),
            count=len(text),
            fewest=fewest,
        )
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # half a pair of surrogates
        raise UserError(N_("This is not a text: it has characters that cannot be shown.")) from None
    if size > MAX_BYTES:
        raise _too_large(size)
    return text


def encode(text: str) -> str:
    """The code of a text as `cleaned` leaves it. Texts that are too long for a link are kept by the server, as other
    long settings are (`engine.text_store`)."""
    return base64.urlsafe_b64encode(zlib.compress(cleaned(text).encode(), 9)).decode().rstrip("=")


@lru_cache(maxsize=8)  # a page asks for the same at every click
def decode(code: str) -> str:
    """The text of a code. `UserError` if it is not whole."""
    broken = UserError(N_("Your own text in this link is damaged. Copy the whole link, or paste the text again."))
    if len(code) > MAX_CODE_LENGTH or not re.fullmatch(r"[A-Za-z0-9_-]+", code):
        raise broken
    try:
        packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, MAX_BYTES + 1).decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        raise broken from None
    if not unpacker.eof or unpacker.unused_data:
        raise broken
    if cleaned(text) != text:
        raise broken
    return text


def _too_large(size: int) -> UserError:
    return UserError(
        N_("The file is too large: {size} kB, the maximum is {most} kB."), size=size // 1000, most=MAX_BYTES // 1000
    )
