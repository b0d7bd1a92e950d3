"""The calls of a run, kept: one line of JSON for each, only ever appended, on the disk before the call counts as done.

A process that is killed loses the calls under way, and none that was finished; a torn last line is what a kill leaves,
and goes when the file is opened the next time. Errors are lines, too, and are asked again: an error is never read as
an answer.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps

from .model import Answer


class Usage(BaseModel):
    """Tokens as the service counted them."""

    model_config = ConfigDict(frozen=True)

    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Call(BaseModel):
    """One call: the reply as it came, or the error in its place."""

    model_config = ConfigDict(frozen=True)

    key: str
    """Hash of the benchmark, the model, the prompt and the parameters (`call_key`)."""
    index: int
    raw: str | None = None
    usage: Usage = Usage()
    latency: float = 0.0
    """Seconds from the first try to the reply."""
    error: str | None = None

    @property
    def answer(self) -> Answer | None:
        if self.error is not None or self.raw is None:
            return None
        return Answer(self.raw, self.usage.prompt_tokens, self.usage.completion_tokens)


def call_key(benchmark: str, model: str, prompt: str, parameters: Mapping[str, Any]) -> str:
    """What decides an answer, as 32 hexadecimal digits. Two rows can share it: they differ in their index."""
    whole = dumps([benchmark, model, prompt, dict(parameters)], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Kept:
    """What a file holds: the answers by key and index, the errors that no answer followed, lines of neither kind."""

    answers: Mapping[tuple[str, int], Call]
    errors: Mapping[tuple[str, int], Call]
    damaged: int
    whole_bytes: int
    """Bytes up to the end of the last whole line."""


def read(path: Path) -> Kept:
    """The calls in a file, which may be written at the time; of no file, none. `UserError` if it cannot be read."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        text = b""
    except OSError as error:
        raise UserError(N_("{file} cannot be read: {why}."), file=path, why=error.strerror or error) from None
    end = text.rfind(b"\n") + 1
    answers: dict[tuple[str, int], Call] = {}
    errors: dict[tuple[str, int], Call] = {}
    damaged = 0
    for line in filter(None, text[:end].split(b"\n")):
        try:
            _enter(Call.model_validate_json(line), answers, errors)
        except ValidationError:
            damaged += 1
    return Kept(answers, errors, damaged, end)


def _enter(call: Call, answers: dict[tuple[str, int], Call], errors: dict[tuple[str, int], Call]) -> None:
    """The first answer stands; an error stands until there is one."""
    place = (call.key, call.index)
    if call.answer is not None:
        answers.setdefault(place, call)
        errors.pop(place, None)
    elif place not in answers:
        errors[place] = call


class Store:
    """The writer of one file; a second one is refused while this one is open. Use it in a `with`."""

    def __init__(self, path: Path):
        self.path = path
        self.answers: dict[tuple[str, int], Call] = {}
        self.errors: dict[tuple[str, int], Call] = {}
        self._open_file: int | None = None
        self._end = 0
        """Bytes of the calls that are on the disk."""
        self._guard = threading.Lock()
        self._claims: dict[tuple[str, int], Future[None]] = {}
        self._claims_guard = threading.Lock()
        self._lock = FileLock(f"{path}.lock", timeout=0, thread_local=False)

    def __enter__(self) -> "Store":
        with self._said():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._lock.acquire()
            except Timeout:
                raise UserError(N_("Another run is writing {file}."), file=self.path) from None
            try:
                self._open()
            except BaseException:
                self._lock.release()
                raise
        return self

    def _open(self) -> None:
        kept = read(self.path)
        if kept.damaged and not kept.answers and not kept.errors:  # somebody else's file: it stays as it is
            raise UserError(N_("{file} already exists and holds no calls; choose another name."), file=self.path)
        self.answers, self.errors = dict(kept.answers), dict(kept.errors)
        fresh = not self.path.exists()
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            if kept.whole_bytes < os.fstat(file).st_size:
                os.ftruncate(file, kept.whole_bytes)
            os.fsync(file)
            if fresh:
                _sync_folder(self.path.parent)
        except BaseException:
            os.close(file)
            raise
        self._open_file, self._end = file, kept.whole_bytes

    def __exit__(self, *_: object) -> None:
        with self._guard:
            if self._open_file is not None:
                os.close(self._open_file)
                self._open_file = None
            self._lock.release()

    def append(self, calls: Iterable[Call]) -> None:
        """Write calls, a line each. When this returns they are on the disk; `UserError` says why they are not, and then
        the file ends where it ended before."""
        calls = list(calls)
        lines = b"".join(dumps(call.model_dump(), ensure_ascii=True).encode() + b"\n" for call in calls)
        with self._guard, self._said():
            if (file := self._open_file) is None:
                raise UserError(N_("{file} is closed."), file=self.path)
            after = self._end + len(lines)
            try:
                os.lseek(file, self._end, os.SEEK_SET)
                left = memoryview(lines)
                while left:
                    left = left[os.write(file, left) :]
                if os.fstat(file).st_size > after:
                    os.ftruncate(file, after)
                os.fsync(file)
            except OSError:
                with contextlib.suppress(OSError):  # what stays there is written over by the next ones
                    os.ftruncate(file, self._end)
                raise
            self._end = after
            for call in calls:
                _enter(call, self.answers, self.errors)

    def claim(self, place: tuple[str, int]) -> "Future[None] | None":
        """None: the caller asks, and must `release`; else somebody asks already, and this is done when that is over."""
        with self._claims_guard:
            if place in self._claims:
                return self._claims[place]
            mine = self._claims[place] = Future()
            mine.set_running_or_notify_cancel()  # one who waits and is cancelled does not cancel it for the others
            return None

    def release(self, place: tuple[str, int]) -> None:
        with self._claims_guard:
            mine = self._claims.pop(place)
        mine.set_result(None)

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UserError(
                N_("{file} cannot be written: {why}."), file=self.path, why=error.strerror or error
            ) from None


def _sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk only with its folder; not every system lets a folder be opened."""
    with contextlib.suppress(OSError):
        file = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
