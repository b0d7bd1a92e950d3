"""`arena`: every family on the same data under the same budget, into one scorecard."""

import argparse
import asyncio
import hashlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tqdm import tqdm

from playground.arena.contestants import Contestant
from playground.arena.settings import ArenaConfig
from playground.core.config import Config, parse
from playground.core.errors import UserError
from playground.core.kept import hashed
from playground.core.strict_json import dumps
from playground.engine.arena_jobs import train_and_measure
from playground.engine.engines import open_slots
from playground.engine.executors import Slot
from playground.engine.gpus import fitting
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep import reason
from playground.engine.sweep_plan import Budget

from .output import check_file, complain
from .own_data import add_reading_arguments, own_data
from .table import aligned

HELP = "train every family on the same data under the same budget, and compare"
SHOWN = (
    "contestant",
    "sliced_w2",
    "sliced_w2_floor",
    "gap",
    "density",
    "modes",
    "mass",
    "calls",
    "ms",
    "parameters",
    "seconds",
    "steps",
    "quality",
    "coverage",
    "speed",
    "status",
)
"""Columns of the summary."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the distribution (default 8gaussians), or own:FILE: points (CSV) or a picture")
    parser.add_argument("--own", help="the points of --data own, as a link holds them")
    parser.add_argument("--seconds", type=float, help="compute time of each contestant (default 10)")
    parser.add_argument("--steps", type=int, help="steps of each contestant instead")
    parser.add_argument("--contestants", help="names, separated by commas (default: all)")
    parser.add_argument("--seed", type=int, help="seed of all randomness")
    parser.add_argument("--out", type=Path, help="the scorecard, a .csv file; an existing one is continued")
    parser.add_argument("--workers", type=int, help="contestants trained at a time (default: one per core)")
    parser.add_argument("--engine", help="where to train: loky (processes, the default), inline, dask://host:8786")
    add_reading_arguments(parser)
    parser.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")


def run(given: argparse.Namespace) -> int:
    """Train and measure the contestants asked for; 0 when all are done, 1 when some failed, 130 after Ctrl-C."""
    config = _asked(given)
    if given.out is not None:
        check_file("--out", given.out, (".csv",))
    limits = Limits.from_environment()
    if given.workers is not None:
        if given.workers < 1:
            raise UserError("--workers must be at least 1, not {count}.", count=given.workers)
        limits = limits.model_copy(update={"workers": given.workers})
    with TemporaryDirectory() as folder:
        results = ResultsCsv(given.out or Path(folder) / "arena.csv")
        jobs = {_key(one, settings, config): (one, settings) for one, settings in config.configs().items()}
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        slots = open_slots(limits, given.engine)
        try:
            done = sum(results.done(key) for key in jobs)
            with tqdm(total=len(jobs), initial=done, unit="contestant", disable=given.json or None) as bar:
                asyncio.run(contest(jobs, config, slots, results, bar.update))
        except KeyboardInterrupt:
            print("Stopped; with --out the same command goes on with those that are not done.", file=sys.stderr)
            return 130
        finally:
            complain(results.moved)
            signal.signal(signal.SIGINT, before)
            for slot in slots:
                slot.close()
        rows = [{name: results.rows[key].get(name, "") for name in results.columns} for key in jobs]
    print(dumps({"rows": rows}) if given.json else aligned(rows, SHOWN, "contestant"))
    return 2 if results.moved else 0 if all(row["status"] == "done" for row in rows) else 1


def _asked(given: argparse.Namespace) -> ArenaConfig:
    if given.seconds is not None and given.steps is not None:
        raise UserError("Choose --seconds or --steps, not both.")
    values: dict[str, Any] = {
        name: value
        for name in ("data", "own", "seconds", "steps", "contestants", "seed")
        if (value := getattr(given, name)) is not None
    }
    values |= own_data(values, given)
    return parse(ArenaConfig, {**values, "budget": "steps" if given.steps is not None else "seconds"})


async def contest(
    jobs: Mapping[str, tuple[Contestant, Config]],
    config: ArenaConfig,
    slots: Sequence[Slot],
    results: ResultsCsv,
    on_row: Callable[[], Any],
) -> None:
    """Train and measure the contestants that the table lacks; each gets its row when it is done."""
    waiting = [key for key in jobs if not results.done(key)]
    budget = Budget(config.steps) if config.budget == "steps" else Budget(10**9, config.seconds)

    async def work(slot: Slot) -> None:
        while waiting:
            key = waiting.pop(0)
            one, settings = jobs[key]
            row = {
                "key": key,
                "contestant": one.name,
                "family": one.family,
                "data": config.data,
                "seed": config.seed,
                "budget": f"{config.steps} steps" if config.budget == "steps" else f"{config.seconds:g} s",
            }
            try:
                found = await slot.call(train_and_measure, one.family, settings.model_dump(), budget)
            except Exception as error:  # one contestant's failure must not end the others: its row says why
                why = reason(error)
                row |= {"status": "diverged" if isinstance(error, UserError) else "failed", "error": str(why)}
            else:
                density = "none" if found["gap"] is None else "bound" if found["bounded"] else "exact"
                row |= {"status": "done", "error": "", "density": density}
                row |= {
                    name: "" if value is None else value
                    for name, value in found.items()
                    if name != "bounded" and not name.endswith("_error")
                }
            results.add(row)
            on_row()
            await asyncio.sleep(0)  # an executor that computes at once would never give way to the others

    await asyncio.gather(*map(work, fitting(slots, config)))


def _key(one: Contestant, settings: Config, config: ArenaConfig) -> str:
    budget = [config.budget, config.steps if config.budget == "steps" else config.seconds]
    named = dumps([one.family, hashed(settings), budget], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()[:16]
