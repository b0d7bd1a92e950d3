"""`mmbench run`: which model is asked, and what is told of it while it answers."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from playground.core.errors import UserError
from playground.core.strict_json import dumps
from playground.evaluation.mmbench.baselines.catalogue import BASELINES
from playground.evaluation.mmbench.engine import Engine, Plan, answers
from playground.evaluation.mmbench.extraction import extract
from playground.evaluation.mmbench.files import write_predictions
from playground.evaluation.mmbench.model import Model
from playground.evaluation.mmbench.progress import Budget, Prices, Progress
from playground.evaluation.mmbench.prompt import prompt
from playground.evaluation.mmbench.question import Benchmark, Row

from .mmbench_judge import ask_judge, check_judge, kept, told_of
from .mmbench_scores import lines_of, report, rows_of
from .output import write

BASELINE, LOCAL = "baseline:", "local:"


def ask(benchmark: Benchmark, given: argparse.Namespace) -> int:
    """Ask, keep, score; 0 when every row has an answer or is skipped, 1 when some have none, 130 after Ctrl-C."""

    def is_wrong(row: Row, text: str) -> bool:
        letter = extract(text, row.options, given.extraction).letter
        return letter is not None and row.answer is not None and letter != row.answer

    prices = _prices(given)
    budget = Budget(calls=given.max_calls, cost=given.budget)
    plan = Plan(benchmark, _model(given), prompt, given.concurrency, given.lazy, is_wrong, budget, prices)
    check_judge(given)
    with kept(given.store) as store:
        try:
            with tqdm(unit="row", disable=given.json or None) as bar:
                last = asyncio.run(Engine(plan, store, lambda progress: _show(bar, progress)).run())
            texts = {index: answer.text for index, answer in answers(plan, store).items()}
            judge = ask_judge(given, rows_of(benchmark), texts, store)
        except KeyboardInterrupt:
            print("Stopped; with --store the same command goes on with the rows left.", file=sys.stderr)
            return 130
    if given.out is not None:
        raw = write_predictions(benchmark, texts, given.out.suffix)
        write("--out", given.out, lambda path: path.write_bytes(raw))
    told = {**_told(last), "model": plan.model.name}
    scores = report(benchmark, texts, given.extraction, given.fallback, passes=False, judge=judge)
    if given.json:
        print(dumps({**told, "scores": scores}, ensure_ascii=False))
    else:
        print("\n".join(lines_of(scores)))
        cost = "unknown" if last.cost is None else f"{last.cost:.4f}"
        print(f"{last.prompt_tokens} tokens of prompts, {last.completion_tokens} of replies; cost: {cost}")
    if last.state not in ("done", "failed") or last.failed:
        print(f"playground: {last.reason}", file=sys.stderr)
        return 1
    return told_of(judge)


def _model(given: argparse.Namespace) -> Model:
    name = given.model or ""
    if name.startswith(BASELINE):
        known = name.removeprefix(BASELINE)
        if known not in BASELINES:
            raise UserError(
                "There is no baseline '{name}'; there are: {names}.", name=known, names=", ".join(BASELINES)
            )
        return BASELINES[known](given.seed)
    if name.startswith(LOCAL):
        from playground.evaluation.mmbench.local import LocalModel

        longest = {} if given.max_tokens is None else {"max_tokens": given.max_tokens}
        return LocalModel(Path(name.removeprefix(LOCAL)), blind=given.blind, **longest)
    if not name or not given.base_url:
        raise UserError("mmbench run wants --model NAME and --base-url, or --model baseline:NAME or local:FOLDER.")
    from playground.evaluation.mmbench.endpoint import Endpoint

    return Endpoint(
        given.base_url,
        name,
        given.key_variable,
        blind=given.blind,
        max_tokens=given.max_tokens,
        timeout_s=given.timeout,
    )


def _prices(given: argparse.Namespace) -> Prices | None:
    if given.prices is None:
        if given.budget is not None:
            raise UserError("--budget wants --prices IN,OUT, such as 0.15,0.6.")
        return None
    try:
        of_prompts, of_replies = map(float, given.prices.split(","))
    except ValueError:
        raise UserError("--prices wants two numbers, such as 0.15,0.6, not '{given}'.", given=given.prices) from None
    return Prices(of_prompts, of_replies)


def _show(bar: tqdm, progress: Progress) -> None:
    bar.total = progress.total
    bar.n = progress.done + progress.skipped + progress.failed
    cost = "unknown" if progress.cost is None else f"{progress.cost:.4f}"
    bar.set_postfix(failed=progress.failed, cost=cost, refresh=False)
    bar.update(0)


def _told(last: Progress) -> dict[str, Any]:
    names = ("state", "total", "done", "failed", "skipped", "left", "paid", "prompt_tokens", "completion_tokens")
    return {**{name: getattr(last, name) for name in names}, "cost": last.cost, "seconds": round(last.seconds, 3)}
