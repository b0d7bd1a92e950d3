"""What visitors send and fetch: so many at a time, in all and for each address, none for ever, and not without number.

Streamlit keeps what is uploaded to a page in memory, for each session, until it ends.
"""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.exceptions import HTTPException
from starlette.types import Scope
from streamlit import runtime

from playground.core.i18n import N_, Translate
from playground.engine.limits import Limits

UPLOAD = re.compile(r".*/_stcore/upload_file/([^/]+)/([^/]+)")
WEIGHTS = re.compile(r".*/live/weights")
DOWNLOAD = re.compile(r".*/live/(runs|recordings)/.*")
MEGA = 1 << 20
"""As Streamlit counts."""
FRAMING = MEGA
"""What a form adds to a file at most."""
FILES, SESSION = 8, 2
"""Files of one page's session at most, and their size in files of the largest size."""
BUSY = N_("Too many files are under way. Try again in a moment.")
TOO_LARGE = N_("That file is too large: at most {most} MB.")
TOO_MANY = N_("There are too many files on this page. Remove some, or load the page again.")
NO_ROOM = N_("The server has no room for more files. Try again in a few minutes.")
TOO_SLOW = N_("The file came too slowly. Try again.")


def refusal(status: int, text: str) -> HTTPException:
    """An answer that also ends the connection: the rest of the body would still come on it."""
    return HTTPException(status, text, {"connection": "close"})


class Bodies:
    """Those under way."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self._under_way: Counter[tuple[str, str]] = Counter()
        """How many by kind and address."""
        self._received: Counter[str] = Counter()
        """Bytes by address, of what is still coming."""

    @contextmanager
    def place(self, scope: Scope, address: str, translate: Translate) -> Iterator["Body"]:
        """While a request is served; `HTTPException` where there is no room."""
        sends = scope["method"] in ("POST", "PUT", "PATCH")
        if not sends and not DOWNLOAD.fullmatch(scope["path"]):
            yield Body(self, address, translate)
            return
        kind = "sent" if sends else "fetched"
        body = self._body(scope, address, translate) if sends else Body(self, address, translate)
        in_all = sum(count for (other, _), count in self._under_way.items() if other == kind)
        if in_all >= self.limits.bodies or self._under_way[kind, address] >= self.limits.bodies_per_address:
            raise refusal(503, translate(BUSY))
        self._under_way[kind, address] += 1
        try:
            yield body
        finally:
            self._under_way[kind, address] -= 1
            self._received[address] -= body.kept
            self._under_way, self._received = +self._under_way, +self._received

    def _body(self, scope: Scope, address: str, translate: Translate) -> "Body":
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
        size = int(announced) if announced.isdigit() else 0
        if WEIGHTS.fullmatch(scope["path"]):
            return Body(self, address, translate, keeps=self.limits.weights_mb * 1_000_000)
        if (found := UPLOAD.fullmatch(scope["path"])) is None:
            return Body(self, address, translate, most=MEGA)
        most = self.limits.upload_mb * MEGA
        held = files_of_pages()
        mine = {name: size for name, size in held.get(found[1], {}).items() if name != found[2]}
        if size > most + FRAMING:
            raise refusal(413, translate(TOO_LARGE).format(most=self.limits.upload_mb))
        if len(mine) >= FILES or sum(mine.values()) + size > SESSION * most + FRAMING:
            raise refusal(413, translate(TOO_MANY))
        if sum(sum(files.values()) for files in held.values()) + size > self.limits.uploads_mb * MEGA:
            raise refusal(503, translate(NO_ROOM))
        return Body(self, address, translate, most=most + FRAMING)

    def receive(self, address: str, count: int) -> bool:
        """Whether there is room for so many bytes more."""
        room = self.limits.uploads_mb * MEGA
        if self._received.total() + count > room or self._received[address] + count > room // 2:
            return False
        self._received[address] += count
        return True


class Body:
    """One of them. `most`: bytes that are read of it, None: the route looks after that; `keeps`: how many of them the
    route keeps at most."""

    def __init__(
        self, bodies: Bodies, address: str, translate: Translate, most: int | None = None, keeps: int | None = None
    ):
        self._bodies, self._address, self.translate = bodies, address, translate
        self.most, self.keeps = most, keeps
        self.size = self.kept = 0

    def take(self, count: int) -> None:
        """So many bytes have come; `HTTPException` where they are too many."""
        self.size += count
        if self.most is not None and self.size > self.most:
            raise refusal(413, self.translate(TOO_LARGE).format(most=self.most // MEGA))
        more = min(self.size, self.size if self.keeps is None else self.keeps) - self.kept
        if not self._bodies.receive(self._address, more):
            raise refusal(503, self.translate(NO_ROOM))
        self.kept += more


def files_of_pages() -> dict[str, dict[str, int]]:
    """Bytes of every file that Streamlit holds, by session and file."""
    if not runtime.exists():
        return {}
    storage = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: {name: len(file.data) for name, file in list(files.items())}
        for session, files in list(storage.items())
    }
