"""`mmbench`: ask a model questions about pictures in every rotation of their options, and score what it replied."""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playground.core.errors import UserError
from playground.core.strict_json import dumps
from playground.evaluation.mmbench.circular import circularized, one_pass
from playground.evaluation.mmbench.engine import MAX_CONCURRENCY
from playground.evaluation.mmbench.extraction import MODES, extract
from playground.evaluation.mmbench.files import (
    check_predictions,
    read_benchmark,
    read_predictions,
    write_benchmark,
)
from playground.evaluation.mmbench.plotbench.benchmark import plotbench
from playground.evaluation.mmbench.question import Benchmark, Row

from .mmbench_judge import add_judge, ask_judge, check_judge, kept, told_of
from .mmbench_run import ask
from .mmbench_scores import lines_of, report, rows_of
from .output import check_file, complain, write

HELP = "evaluate models that see pictures by MMBench and CircularEval, or by the built-in PlotBench"
SUFFIXES = (".tsv", ".csv", ".xlsx", ".parquet")
BUILT_IN = "plotbench"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        choices=ACTIONS,
        help="run QUESTIONS; score PREDICTIONS [QUESTIONS]; circularize QUESTIONS; extract CASES.json; plotbench",
    )
    parser.add_argument("files", nargs="*", help="a table (.tsv, .csv, .xlsx, .parquet); run: also the word plotbench")
    parser.add_argument("--out", type=Path, help="the table that is written: replies, questions in all their passes")
    parser.add_argument(
        "--extraction",
        choices=MODES,
        default="strict",
        help="how replies are read (default strict); as VLMEvalKit does",
    )
    parser.add_argument("--fallback", metavar="SEED", type=int, help="draw a letter where a reply cannot be read")
    parser.add_argument("--seed", type=int, default=0, help="of plotbench and of models with chance (default 0)")
    add_judge(parser)
    asked = parser.add_argument_group("run")
    asked.add_argument(
        "--model", help="the service's name of it, baseline:NAME (such as baseline:random), or local:FOLDER"
    )
    asked.add_argument("--base-url", help="address of a chat/completions service, such as http://localhost:8000/v1")
    asked.add_argument("--key-variable", default="", help="name of the environment variable that holds its key")
    asked.add_argument("--store", type=Path, help="keep every call in this .jsonl file; an existing one is continued")
    asked.add_argument(
        "--concurrency", type=int, default=8, help=f"calls under way at a time, 1 to {MAX_CONCURRENCY} (default 8)"
    )
    asked.add_argument("--timeout", metavar="SECONDS", type=float, default=60.0, help="of one try (default 60)")
    asked.add_argument("--max-tokens", type=int, help="longest reply (default: the model's own limit)")
    asked.add_argument("--blind", action="store_true", help="leave the pictures out: what the texts alone give away")
    asked.add_argument("--lazy", action="store_true", help="skip the passes of a question that one has decided")
    asked.add_argument("--max-calls", type=int, help="stop after so many answers, those of earlier runs included")
    asked.add_argument("--budget", type=float, help="stop before this sum of money is spent; wants --prices")
    asked.add_argument("--prices", metavar="IN,OUT", help="of a million tokens of prompts and of replies")
    parser.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")


def run(given: argparse.Namespace) -> int | None:
    """One of the actions; `UserError` where there is nothing to do it with."""
    fewest, most = FILES[given.action]
    if not fewest <= len(given.files) <= most:
        raise UserError("mmbench {action} wants {what}.", action=given.action, what=WANTED[given.action])
    if given.out is not None:
        check_file("--out", given.out, SUFFIXES)
    return ACTIONS[given.action](given)


def _run(given: argparse.Namespace) -> int:
    return ask(_questions(given.files[0], given), given)


def _score(given: argparse.Namespace) -> int:
    path, *others = map(Path, given.files)
    raw = _bytes(path)
    predictions = read_predictions(raw, path.name)
    about = others[0] if others else path
    benchmark = read_benchmark(_bytes(about) if others else raw, about.name, about.parent)
    check_predictions(benchmark, predictions)
    _warn(benchmark)
    check_judge(given)
    with kept(given.store) as store:
        judge = ask_judge(given, rows_of(benchmark), predictions.texts, store)
    found = report(benchmark, predictions.texts, given.extraction, given.fallback, judge=judge)
    print(dumps(found, ensure_ascii=False) if given.json else "\n".join(lines_of(found)))
    return told_of(judge)


def _circularize(given: argparse.Namespace) -> None:
    path = Path(given.files[0])
    benchmark = read_benchmark(_bytes(path), path.name, path.parent)
    if any(len(rows) > 1 for rows in benchmark.groups().values()):
        raise UserError("{name} has several passes already.", name=path.name)
    _export(Benchmark(benchmark.name, circularized(benchmark.rows)), given)


def _plotbench(given: argparse.Namespace) -> None:
    _export(_built_in(given.seed), given)


def _extract(given: argparse.Namespace) -> int:
    """Letters of a list of {"prediction": text, "choices": {label: text}}, or of such a list under "vectors". A judge
    is also told the "question", where there is one."""
    path = Path(given.files[0])
    try:
        cases = json.loads(_bytes(path))
        cases = cases["vectors"] if isinstance(cases, Mapping) else cases
        read = [(case["prediction"], {k: str(text) for k, text in case["choices"].items()}) for case in cases]
        asked = [str(case.get("question", "")) for case in cases]
        found = [extract(text, options, given.extraction) for text, options in read]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(
            '{name} is no list of {{"prediction": text, "choices": {{"A": text, ...}}}}.', name=path.name
        ) from None
    check_judge(given)
    rows = [
        Row(place, place, 0, question, "", options, None, "", "", "", None)
        for place, (question, (_, options)) in enumerate(zip(asked, read, strict=True))
    ]
    with kept(given.store) as store:
        judge = ask_judge(given, rows, dict(enumerate(text for text, _ in read)), store)
    if judge is not None:
        found = [judge.found.get(place, one) for place, one in enumerate(found)]
    if given.json:
        print(dumps([one.letter for one in found]))
    else:
        print("\n".join(f"{one.letter or '-'}  {one.rule}" for one in found))
    return told_of(judge)


ACTIONS: dict[str, Callable[[argparse.Namespace], int | None]] = {
    "run": _run,
    "score": _score,
    "circularize": _circularize,
    "extract": _extract,
    "plotbench": _plotbench,
}
FILES = {"run": (1, 1), "score": (1, 2), "circularize": (1, 1), "extract": (1, 1), "plotbench": (0, 0)}
"""How many files each takes."""
WANTED = {
    "run": "one table of questions, or the word plotbench",
    "score": "a table of replies, and, if it holds no questions, one of questions",
    "circularize": "one table of questions",
    "extract": "one file of cases",
    "plotbench": "no file",
}


def _questions(source: str, given: argparse.Namespace) -> Benchmark:
    if source == BUILT_IN:
        return _built_in(given.seed)
    path = Path(source)
    benchmark = read_benchmark(_bytes(path), path.name, path.parent)
    _warn(benchmark)
    return benchmark


def _built_in(seed: int) -> Benchmark:
    """PlotBench in all its passes."""
    questions = plotbench(seed)
    return Benchmark(questions.name, circularized(questions.rows))


def _warn(benchmark: Benchmark) -> None:
    if one_pass(benchmark):
        complain(
            UserError("{name} holds one pass only, so it has no circular score; see circularize.", name=benchmark.name)
        )


def _export(benchmark: Benchmark, given: argparse.Namespace) -> None:
    if given.out is None:
        raise UserError("mmbench {action} wants --out FILE.tsv.", action=given.action)
    raw = write_benchmark(benchmark, given.out.suffix)
    write("--out", given.out, lambda path: path.write_bytes(raw))
    told: dict[str, Any] = {
        "file": str(given.out),
        "questions": len(benchmark.groups()),
        "rows": len(benchmark.rows),
    }
    print(dumps(told) if given.json else f"{told['file']}: {told['questions']} questions, {told['rows']} rows")


def _bytes(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise UserError("{path} cannot be read: {why}.", path=path, why=error.strerror) from None
