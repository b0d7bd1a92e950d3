"""`bench`: the measurements under bench/, each a module with `run() -> dict`, some of them `run(*parts) -> dict`."""

import argparse
import importlib.util
import inspect
import sys
from types import ModuleType

from playground.core.errors import UserError
from playground.core.resources import BENCH
from playground.core.strict_json import dumps

HELP = "measure what the project promises"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", help="which benchmarks (default: all); after fortress: which of its parts")
    parser.add_argument("--json", action="store_true", help="the last line is a JSON object")


def run(given: argparse.Namespace) -> int:
    """Run the named benchmarks; 0 if every target was met, else 1."""
    if not BENCH.is_dir():
        raise UserError("The benchmarks are part of a source checkout, not of the installed package.")
    known = sorted(path.stem for path in BENCH.glob("*.py") if not path.stem.startswith("_"))
    sys.path.insert(0, str(BENCH))  # benchmarks share a few helpers
    chosen: list[tuple[str, ModuleType | None, list[str]]] = []
    for name in given.names:
        if chosen and name in _parts(chosen[-1][1]):
            chosen[-1][2].append(name)
        elif name in known:
            chosen.append((name, _load(name), []))
        else:
            raise UserError("There is no benchmark '{name}'; there are: {names}.", name=name, names=", ".join(known))
    results = {}
    for name, module, parts in chosen or [(name, None, []) for name in known]:
        results[name] = (module or _load(name)).run(*parts)
        if not given.json:
            print(importlib.import_module("_figures").table(results[name]))
    if given.json:
        print(dumps(results))
    return 0 if all(row.get("met", True) for rows in results.values() for row in rows["figures"]) else 1


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", BENCH / f"{name}.py")
    assert spec is not None and spec.loader is not None  # there is such a file
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _parts(module: ModuleType | None) -> tuple[str, ...]:
    """The parts that a benchmark may be asked for, one by one."""
    if module is None or "parts" not in inspect.signature(module.run).parameters:
        return ()
    return tuple(module.PARTS)
