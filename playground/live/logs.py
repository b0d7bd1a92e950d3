"""The server's log: one line for each event, as logfmt or JSON, without addresses of visitors, and bounded.

uvicorn and Streamlit write a traceback for each invalid message that a client sends: whoever sends many would fill the
disk with them. Of what comes from the same place in the code only so many lines a minute are written; how many more
there were is said in the next one, and counted.
"""

import logging
import os
import re
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from playground.core.errors import UserError
from playground.core.i18n import N_
from playground.core.strict_json import dumps

VARIABLE = "PLAYGROUND_LOG"
MINUTE_S = 60.0
OURS, THEIRS = 20, 3
"""Lines a minute from one place of this program's code, and of a library's."""
MOST_PLACES = 1_000
ADDRESS = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)"
    r"|(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4})*)?::[0-9a-f:]*)(?![\w:]))",
    re.IGNORECASE,
)
"""IPv4, and IPv6 in full or with `::`."""
OWN = ("127.0.0.1", "0.0.0.0", "::1", "::")
"""Addresses that are no visitor's."""
REFUSED = ("Error deserializing back message", "Invalid UTF-8 sequence", "Invalid HTTP request", "Unsupported upgrade")
"""How uvicorn and Streamlit begin when what a client sent is no valid message."""


def entry(record: logging.LogRecord, repeated: int = 0) -> dict[str, str | int]:
    """What a line says."""
    found: dict[str, str | int] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": without_addresses(record.getMessage().strip()),
    }
    if repeated:
        found["repeated"] = repeated
    if record.exc_info and (error := record.exc_info[1]) is not None:
        found["error"] = without_addresses(f"{type(error).__name__}: {error}".strip())
        found["trace"] = without_addresses(logging.Formatter().formatException(record.exc_info))
    return found


def without_addresses(text: str) -> str:
    """With those of visitors blotted out."""
    return ADDRESS.sub(lambda found: found[0] if found[0] in OWN else "(address)", text)


def logfmt(found: Mapping[str, str | int]) -> str:
    """`key=value key="a value with spaces"`, in one line."""

    def said(value: str | int) -> str:
        text = str(value)
        plain = re.fullmatch(r"[\w.:/+-]+", text)
        return text if plain else dumps(text, ensure_ascii=False)

    return " ".join(f"{name}={said(value)}" for name, value in found.items())


def as_json(found: Mapping[str, str | int]) -> str:
    return dumps(found, ensure_ascii=False)


FORMS = {"logfmt": logfmt, "json": as_json, "plain": None}
"""What PLAYGROUND_LOG may be; `plain` leaves each library's own lines, tracebacks over many."""


@dataclass
class Place:
    """A place in the code that writes to the log: since when its minute runs, and how often it has in that."""

    since: float
    count: int = 0


class Log:
    """The form and the bound of all that this process logs."""

    def __init__(self, environ: Mapping[str, str] = os.environ):
        self.name = environ.get(VARIABLE, "logfmt")
        self.form = FORMS.get(self.name)
        self.written: Counter[str] = Counter()
        """By level."""
        self.refused = self.suppressed = 0
        """Invalid messages that a library has refused; lines that were not written."""
        self._places: dict[tuple[str, int, str], Place] = {}

    def install(self) -> None:
        """On every logger that writes; again from time to time, since libraries make theirs when they are needed.
        `UserError` if there is no such form."""
        if self.name not in FORMS:
            raise UserError(
                N_("{name} cannot be '{given}'; it can be: {known}."),
                name=VARIABLE,
                given=self.name,
                known=", ".join(FORMS),
            )
        loggers = [logging.getLogger(), *logging.Logger.manager.loggerDict.values()]
        handlers = [one for logger in loggers if isinstance(logger, logging.Logger) for one in logger.handlers]
        streams: list[logging.Handler] = [one for one in handlers if type(one) is logging.StreamHandler]
        if logging.lastResort is not None:  # what writes for loggers without any, as uvicorn's is under Streamlit
            streams.append(logging.lastResort)
        for handler in streams:
            if not any(isinstance(one, Bound) for one in handler.filters):
                handler.addFilter(Bound(self))
                if self.form is not None:
                    handler.setFormatter(Line(self))

    def lets_pass(self, record: logging.LogRecord) -> bool:
        """Whether it is written. Asked once for each."""
        if record.getMessage().startswith(REFUSED):
            self.refused += 1
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        now, key = time.monotonic(), (record.pathname, record.lineno, error)
        if len(self._places) >= MOST_PLACES:
            self._places.clear()
        place = self._places.setdefault(key, Place(now))
        most = OURS if record.name.startswith("playground") else THEIRS
        if now - place.since >= MINUTE_S:
            record.repeated = max(0, place.count - most)
            place.since, place.count = now, 0
        place.count += 1
        if place.count > most:
            self.suppressed += 1
            return False
        self.written[record.levelname.lower()] += 1
        return True


class Bound(logging.Filter):
    """Of a handler. A record that several handlers write is counted once."""

    def __init__(self, log: Log):
        super().__init__()
        self.log = log

    def filter(self, record: logging.LogRecord) -> bool:
        passes = getattr(record, "passes", None)
        if passes is None:
            passes = record.passes = self.log.lets_pass(record)
        return passes


class Line(logging.Formatter):
    def __init__(self, log: Log):
        super().__init__()
        self.log = log

    def format(self, record: logging.LogRecord) -> str:
        assert self.log.form is not None
        return self.log.form(entry(record, getattr(record, "repeated", 0)))
