"""A judge in a thread of its own, as a run is: the page is drawn again in the meantime.

Its calls are kept in a file that all visitors who ask the same judge share.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from playground.core.errors import UserError
from playground.core.i18n import N_

from .background import shared
from .judge import Judged, judged
from .model import Model
from .question import Row


class BackgroundJudge:
    """`result` is there when it `is_running` no more, unless `error` says why there is none."""

    def __init__(
        self,
        rows: Sequence[Row],
        texts: Mapping[int, str],
        judge: Model,
        path: Path,
        *,
        mode: str = "strict",
        concurrency: int = 8,
    ):
        """Of `rows`, whose replies `texts` holds, see `judge.judged`. It begins at once."""
        self.count = len(rows)
        self.result: Judged | None = None
        self.error: UserError | None = None
        self._asked = rows, texts, judge
        self._mode, self._concurrency = mode, concurrency
        self._path = path.resolve()
        self._thread = threading.Thread(target=self._work, name=f"mmbench {path.name}", daemon=True)
        self._thread.start()

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def join(self, timeout_s: float | None = None) -> None:
        self._thread.join(timeout_s)

    def _work(self) -> None:
        try:
            with shared(self._path) as store:
                whole = judged(*self._asked, store, mode=self._mode, concurrency=self._concurrency)
                self.result = asyncio.run(whole)
        except UserError as error:
            self.error = error
        except Exception as error:
            self.error = UserError(N_("The judge ended unexpectedly ({kind})."), kind=type(error).__name__)
            raise
