"""The judge of `mmbench`: a service that is asked about replies that no rule can read."""

import argparse
import asyncio
import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from playground.core.errors import UserError
from playground.evaluation.mmbench.extraction.replies import extracted
from playground.evaluation.mmbench.judge import Judged, judged, unread
from playground.evaluation.mmbench.question import Row
from playground.evaluation.mmbench.store import Store

from .output import check_file

if TYPE_CHECKING:
    from playground.evaluation.mmbench.endpoint import Endpoint


def add_judge(parser: argparse.ArgumentParser) -> None:
    """The arguments of a judge."""
    asked = parser.add_argument_group("judge")
    asked.add_argument(
        "--judge", metavar="MODEL", help="a model that says which option is meant where no rule can read a reply"
    )
    asked.add_argument("--judge-url", help="address of its service (default: --base-url, with --key-variable)")
    asked.add_argument("--judge-key-variable", help="name of the environment variable that holds the judge's key")


@contextlib.contextmanager
def kept(path: Path | None) -> Iterator[Store]:
    """The store of the calls: a file that stays, or one for this run alone."""
    if path is not None:
        check_file("--store", path, (".jsonl",))
    with TemporaryDirectory() as folder, Store(path or Path(folder) / "calls.jsonl") as store:
        yield store


def check_judge(given: argparse.Namespace) -> None:
    """`UserError` for a judge that cannot be asked, before anything is paid for."""
    if given.judge is None and (given.judge_url or given.judge_key_variable):
        raise UserError("--judge-url and --judge-key-variable want --judge MODEL.")
    if given.judge is not None:
        _judge(given)


def ask_judge(given: argparse.Namespace, rows: Sequence[Row], texts: Mapping[int, str], store: Store) -> Judged | None:
    """What the judge makes of the replies that cannot be read; None without a judge."""
    if given.judge is None:
        return None
    asked = unread(rows, texts, extracted(rows, texts, given.extraction))
    seed = given.fallback or 0
    whole = judged(asked, texts, _judge(given), store, mode=given.extraction, concurrency=given.concurrency, seed=seed)
    return asyncio.run(whole)


def told_of(judge: Judged | None) -> int:
    """Says why the judge did not answer, if so; the exit code."""
    if judge is None or judge.reason is None:
        return 0
    print(f"playground: {judge.reason} The judge did not answer every reply.", file=sys.stderr)
    return 1


def _judge(given: argparse.Namespace) -> "Endpoint":
    url = given.judge_url or given.base_url
    if not url:
        raise UserError("--judge wants --judge-url, the address of its service.")
    from playground.evaluation.mmbench.endpoint import Endpoint

    # a key goes to the service that it was named for, and to no other
    variable = given.judge_key_variable
    if variable is None:
        variable = "" if given.judge_url else given.key_variable
    return Endpoint(url, given.judge, variable, blind=True, timeout_s=given.timeout)
