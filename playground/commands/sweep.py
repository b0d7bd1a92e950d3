"""`sweep`: every combination of some settings, trained on all workers, into a table that survives a kill."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from playground.core.aliases import SETTINGS, current
from playground.core.combinations import check_played
from playground.core.errors import UserError
from playground.core.registry import family
from playground.core.strict_json import dumps
from playground.engine.engines import open_slots
from playground.engine.limits import Limits
from playground.engine.results_csv import ResultsCsv
from playground.engine.sweep import sweep
from playground.engine.sweep_plan import Budget, plan_cells

from .output import check_file, complain
from .pairs import pairs
from .table import aligned

HELP = "train every combination of some settings into a table"
SHOWN = ("nll", "nll_gap", "sliced_w2", "sliced_w2_floor", "parameters", "ms_per_step", "status")
"""Columns of the summary, where there are such, after those that vary."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("family", help="a family, such as gan; `list` names all of them")
    parser.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="KEY=V1,V2,...",
        help="a setting and its values; several --grid make a grid",
    )
    parser.add_argument("--seeds", type=int, help="train each combination with this many seeds, from 0 on")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any other setting")
    parser.add_argument("--steps", type=int, help="steps of each cell (default 2000)")
    parser.add_argument("--seconds", type=float, help="time limit for each cell")
    parser.add_argument("--out", type=Path, required=True, help="the table, a .csv file; an existing one is continued")
    parser.add_argument("--workers", type=int, help="cells trained at a time (default: one per core)")
    parser.add_argument("--engine", help="where to train: loky (processes, the default), inline, dask://host:8786")
    parser.add_argument("--json", action="store_true", help="no progress bar; the last line is a JSON object")


def run(given: argparse.Namespace) -> int:
    """Run or go on with a sweep; 0 when every cell is done, 1 when some diverged or failed, 130 after Ctrl-C."""
    family(given.family)
    budget = _budget(given)
    grid = current(SETTINGS, _grid(given))
    base = current(SETTINGS, pairs("--set", given.set))
    if clash := sorted(base.keys() & grid.keys()):
        raise UserError("'{name}' stands in --set and in --grid; choose one.", name=clash[0])
    wanted = plan_cells(given.family, base, grid, budget)
    check_played(family(given.family).Config, {**base, **grid}, *(cell.config.model_dump() for cell in wanted))
    check_file("--out", given.out, (".csv",))
    if given.workers is not None and given.workers < 1:
        raise UserError("--workers must be at least 1, not {count}.", count=given.workers)
    results = ResultsCsv(given.out)
    limits = Limits.from_environment()
    if given.workers is not None:
        limits = limits.model_copy(update={"workers": given.workers})
    finished = sum(results.done(cell.key) for cell in wanted)
    if finished and not given.json:
        print(f"{given.out}: {finished} of {len(wanted)} cells are done already.", file=sys.stderr)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # also where none was set, as in a script's `&`
    slots = open_slots(limits, given.engine)
    try:
        with tqdm(total=len(wanted), initial=finished, unit="cell", disable=given.json or None) as bar:
            asyncio.run(sweep(given.family, wanted, budget, slots, results, lambda row: bar.update()))
    except KeyboardInterrupt:
        done = sum(results.done(cell.key) for cell in wanted)
        print(
            f"Stopped with {done} of {len(wanted)} cells done; the same command goes on with the others.",
            file=sys.stderr,
        )
        return 130
    finally:
        complain(results.moved)
        signal.signal(signal.SIGINT, before)
        for slot in slots:
            slot.close()
    rows = [{name: results.rows[cell.key].get(name, "") for name in results.columns} for cell in wanted]
    print(dumps({"rows": rows}) if given.json else summary(rows, list(grid)))
    return 2 if results.moved else 0 if all(row["status"] == "done" for row in rows) else 1


def _budget(given: argparse.Namespace) -> Budget:
    if given.steps is not None and given.steps < 1:
        raise UserError("--steps must be at least 1, not {steps}.", steps=given.steps)
    if given.seconds is not None and not 0 < given.seconds < 1e6:
        raise UserError("--seconds must be more than 0, not {seconds}.", seconds=given.seconds)
    unlimited = 10**9 if given.seconds is not None else 2000
    return Budget(unlimited if given.steps is None else given.steps, given.seconds)


def _grid(given: argparse.Namespace) -> dict[str, list[Any]]:
    grid: dict[str, list[Any]] = {}
    for name, text in pairs("--grid", given.grid).items():
        values = list(dict.fromkeys(value.strip() for value in text.split(",")))
        if "" in values:
            raise UserError("--grid {name}: a value is missing in '{text}'.", name=name, text=text)
        grid[name] = values
    if given.seeds is not None:
        if given.seeds < 1:
            raise UserError("--seeds must be at least 1, not {count}.", count=given.seeds)
        if "seed" in grid:
            raise UserError("'seed' stands in --grid, so --seeds cannot be given as well.")
        grid["seed"] = list(range(given.seeds))
    if not grid:
        raise UserError("Say what is to vary, such as --grid data=moons,rings or --seeds 3.")
    return grid


def summary(rows: Sequence[Mapping[str, str]], varied: Sequence[str]) -> str:
    """The most wanted columns as aligned text, and the sentences of those that went wrong."""
    return aligned(rows, [*varied, *SHOWN], *varied)
